"""What nbval needs for the notebooks beside this file."""

import os

os.environ["TQDM_DISABLE"] = "1"  # a progress bar would be an output that isn't stored
