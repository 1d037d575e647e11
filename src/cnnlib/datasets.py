"""The data that ship with the book: photographs and MNIST. Nothing is downloaded."""

from pathlib import Path

import numpy as np

from . import _checks

PHOTOS = ("camera", "astronaut", "coffee", "chelsea", "brick")

# BT.601, as in JPEG, Pillow and OpenCV, so that a reader who compares gets the same greys.
LUMA = (0.299, 0.587, 0.114)


def load_photo(name="camera", *, gray=False, size=None):
    """Return one of the photographs that ship with the book.

    Parameters
    ----------
    name : {"camera", "astronaut", "coffee", "chelsea", "brick"}, optional
        The names are also in `cnnlib.PHOTOS`. "camera" and "brick" are grey,
        512 × 512 pixels; "astronaut" (512 × 512), "coffee" (400 × 600) and
        "chelsea" (300 × 451, a cat) are in colour. `assets/SOURCES.md` says
        whose they are.
    gray : bool, optional
        Turn colours into grey by ``0.299 R + 0.587 G + 0.114 B`` (the luma
        weights of ITU-R BT.601).
    size : int, optional
        Side of the result in pixels: the largest centred square is cut out and
        each new pixel becomes the mean of the area it covers. By default the
        photograph keeps its size.

    Returns
    -------
    float64 array of shape (H, W) if the picture is grey, else (3, H, W)
        Brightness between 0 (black) and 1 (white); the channels are red, green
        and blue.

    Raises
    ------
    ValueError
        If there is no such photograph, or `size` is larger than its shorter side.

    Examples
    --------
    >>> load_photo("camera").shape
    (512, 512)
    >>> load_photo("coffee", size=64).shape
    (3, 64, 64)
    """
    # Pillow takes longer to import than NumPy, and only photographs need it.
    from PIL import Image

    _checks.choice("name", name, PHOTOS)
    with Image.open(assets() / "photos" / f"{name}.png") as file:
        photo = np.asarray(file) / 255
    photo = photo.transpose(2, 0, 1) if photo.ndim == 3 else photo
    if gray and photo.ndim == 3:
        photo = np.tensordot(LUMA, photo, axes=1)
    if size is not None:
        photo = _resize(photo, _checks.integer("size", size, minimum=1))
    return np.ascontiguousarray(photo)


def assets():
    """Return the folder that holds the data, as a `pathlib.Path`.

    Examples
    --------
    >>> sorted(path.name for path in (assets() / "photos").glob("c*.png"))
    ['camera.png', 'chelsea.png', 'coffee.png']
    """
    here = Path(__file__).resolve().parent
    # A wheel carries the folder inside the package; a clone has it at its top.
    installed = here / "assets"
    return installed if installed.is_dir() else here.parents[1] / "assets"


def _resize(photo, size):
    height, width = photo.shape[-2:]
    side = min(height, width)
    if size > side:
        raise ValueError(f"size must be at most {side}, the photograph's shorter side, got {size}")
    top, left = (height - side) // 2, (width - side) // 2
    square = photo[..., top : top + side, left : left + side]
    mean = _area_mean(side, size)
    return mean @ square @ mean.T


def _area_mean(old, new):
    """Return the (new, old) matrix whose rows average the stretch that each new pixel covers."""
    edges = np.arange(new + 1)[:, None] * (old / new)
    overlap = np.clip(edges[1:] - np.arange(old), 0, 1) - np.clip(edges[:-1] - np.arange(old), 0, 1)
    return overlap * (new / old)
