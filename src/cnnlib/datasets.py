"""The data that ship with the book: photographs and MNIST. Nothing is downloaded."""

import gzip
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cnnlib import _checks
from cnnlib._area import area_mean

__all__ = [
    "MNIST",
    "PHOTOS",
    "Split",
    "assets",
    "load_mnist",
    "load_mnist_small",
    "load_photo",
    "minibatches",
]

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
    TypeError, ValueError
        If there is no such photograph, `gray` is not a bool, or `size` is not a positive
        integer or is larger than the photograph's shorter side.

    References
    ----------
    The greys: ITU-R BT.601. The photographs are used from chapter 2 on.

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
    gray = _checks.flag("gray", gray)
    with Image.open(assets() / "photos" / f"{name}.png") as file:
        photo = np.asarray(file) / 255
    photo = photo.transpose(2, 0, 1) if photo.ndim == 3 else photo
    if gray and photo.ndim == 3:
        photo = np.tensordot(LUMA, photo, axes=1)
    if size is not None:
        photo = _resize(photo, _checks.integer("size", size, minimum=1))
    # The weights of a mean add up to 1 only up to rounding.
    return np.ascontiguousarray(photo.clip(0, 1))


class Split(NamedTuple):
    """Images and their labels.

    Attributes
    ----------
    x : float32 array of shape (N, 1, 28, 28)
        Ink between 0 (paper) and 1.
    y : int64 array of shape (N,)
        The digits, 0 to 9.
    """

    x: np.ndarray
    y: np.ndarray

    def __repr__(self):
        size = " × ".join(str(n) for n in self.x.shape[1:])
        return f"Split({len(self.x)} images of {size}, {self.x.dtype})"


class MNIST(NamedTuple):
    """Handwritten digits in three parts that share no image.

    Attributes
    ----------
    train : Split
        To compute gradients from.
    validation : Split
        To choose an architecture and a learning rate by.
    test : Split
        To measure the final network with, once.
    """

    train: Split
    validation: Split
    test: Split


def load_mnist(*, validation=5000):
    """Return MNIST: 60,000 digits to learn from and 10,000 to test with.

    Parameters
    ----------
    validation : int, optional
        How many images to hold out for validation: the last ones of the 60,000.

    Returns
    -------
    MNIST
        ``train``, ``validation`` and ``test``, each with images ``x`` (float32,
        shape (N, 1, 28, 28), between 0 and 1) and labels ``y`` (int64, shape (N,)).

    Raises
    ------
    TypeError, ValueError
        If `validation` is not an integer between 0 and 59,999.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 1998. Used in chapter 13.

    Examples
    --------
    >>> digits = load_mnist()
    >>> digits.train
    Split(55000 images of 1 × 28 × 28, float32)
    >>> [len(split.y) for split in digits]
    [55000, 5000, 10000]
    """
    held_out = _checks.integer("validation", validation, minimum=0)
    if held_out >= 60_000:
        raise ValueError(f"validation must be smaller than the 60000 images, got {held_out}")
    x, y = _read_digits("train")
    cut = len(x) - held_out
    return MNIST(Split(x[:cut], y[:cut]), Split(x[cut:], y[cut:]), Split(*_read_digits("t10k")))


def load_mnist_small():
    """Return 2,000 digits of MNIST, as many of each kind, in a few milliseconds.

    Returns
    -------
    MNIST
        1,000 images to train with, 500 for validation and 500 to test with. Each
        part is drawn from the part of the same name that `load_mnist` gives.

    References
    ----------
    As `load_mnist`; `assets/SOURCES.md` says how they were drawn. Used from chapter 1 on.

    Examples
    --------
    >>> digits = load_mnist_small()
    >>> digits.test
    Split(500 images of 1 × 28 × 28, float32)
    >>> digits.train.y[:8]
    array([5, 0, 4, 1, 9, 2, 1, 3])
    """
    x, y = _read_digits("small")
    return MNIST(
        Split(x[:1000], y[:1000]), Split(x[1000:1500], y[1000:1500]), Split(x[1500:], y[1500:])
    )


def minibatches(x, y, batch_size, *, rng, shuffle=True):
    """Return an iterator over all images in batches, in random order.

    Parameters
    ----------
    x : array of shape (N, ...)
        Images, or other inputs.
    y : array of shape (N, ...)
        What belongs to them.
    batch_size : int
        Images in a batch; the last batch holds what is left over.
    rng : numpy.random.Generator or None
        Draws the order. May be None if `shuffle` is False.
    shuffle : bool, optional
        False keeps the order of `x`.

    Yields
    ------
    tuple of arrays
        The next images and what belongs to them.

    Raises
    ------
    TypeError, ValueError
        If `batch_size` is not a positive integer, `rng` is not a Generator, `shuffle` is not
        a bool, or `x` and `y` differ in length.

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, section 8.1.3. Used in
    chapter 13.

    Examples
    --------
    >>> x, y = np.arange(10).reshape(5, 2), np.arange(5)
    >>> [labels.tolist() for _, labels in minibatches(x, y, 2, rng=np.random.default_rng(0))]
    [[2, 4], [3, 0], [1]]
    """
    for name, values in (("x", x), ("y", y)):
        if not isinstance(values, np.ndarray):
            _checks.array(name, values)
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(f"x and y must be equally long, got shapes {x.shape} and {y.shape}")
    batch_size = _checks.integer("batch_size", batch_size, minimum=1)
    shuffle = _checks.flag("shuffle", shuffle)
    order = _checks.generator("rng", rng).permutation(len(x)) if shuffle else np.arange(len(x))
    starts = range(0, len(x), batch_size)
    return ((x[part], y[part]) for part in (order[i : i + batch_size] for i in starts))


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


def _read_digits(name):
    x = _read_idx(f"{name}-images-idx3-ubyte.gz")
    y = _read_idx(f"{name}-labels-idx1-ubyte.gz")
    return np.divide(x, 255, dtype=np.float32)[:, None], y.astype(np.int64)


def _read_idx(name):
    data = gzip.decompress((assets() / "mnist" / name).read_bytes())
    # Two zeros, the code of uint8, the number of axes; then their lengths, big-endian.
    ndim = data[3]
    shape = np.frombuffer(data, ">u4", count=ndim, offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * ndim).reshape(shape)


def _resize(photo, size):
    height, width = photo.shape[-2:]
    side = min(height, width)
    if size > side:
        raise ValueError(f"size must be at most {side}, the photograph's shorter side, got {size}")
    top, left = (height - side) // 2, (width - side) // 2
    square = photo[..., top : top + side, left : left + side]
    mean = area_mean(side, size)
    return mean @ square @ mean.T
