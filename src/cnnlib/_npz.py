"""Reading and writing files of named arrays."""

import zipfile
import zlib
from pathlib import Path

import numpy as np


def write(path, arrays, *, compress=False):
    """Write arrays by name to `path`, exactly as it is spelled."""
    # Given a name, NumPy would append ".npz" where that is missing.
    with Path(path).open("wb") as file:
        (np.savez_compressed if compress else np.savez)(file, **arrays)


def read(path):
    """Return the arrays of a file by name; a damaged file is a ValueError that names it."""
    with Path(path).open("rb") as file:
        try:
            with np.load(file, allow_pickle=False) as archive:
                return {name: np.asarray(archive[name]) for name in archive.files}
        except (
            AttributeError,
            EOFError,
            TypeError,
            ValueError,
            zipfile.BadZipFile,
            zlib.error,
        ) as error:
            raise ValueError(f"{path} is not a readable npz file: {error}") from error
