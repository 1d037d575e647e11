"""What nbval needs for the notebooks beside this file; tools/nb.py does the same."""

import os

os.environ["TQDM_DISABLE"] = (
    "1"  # a progress bar would be an output that isn't stored
)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads slow down small products
