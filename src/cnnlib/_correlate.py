"""The arithmetic under `cnnlib.conv`: a correlation as a few large matrix products.

Written out, a convolution is seven nested loops. Here they are matrix products, which BLAS
computes at the speed of the machine. What remains is to bring the pixels of a window together
without copying each pixel once for every window that it lies in:

- By *strips*, for many channels. The channels come last, and only the horizontal taps are
  unrolled. The vertical taps of a window then follow one another in memory, so the windows of one
  row of outputs are a view, which overlaps with that of the next row.
- By *columns*, for few channels. There the runs of memory along channels and horizontal taps are
  too short to be copied fast, so both directions are unrolled, along the rows of the image.
- By *Fourier transforms*, for large kernels.

All work on a few images at a time, so that what is unrolled stays in the cache.

References
----------
Cho and Brand, "MEC: memory-efficient convolution for deep neural network", ICML 2017,
arXiv:1706.06873 (strips). Chellapilla, Puri and Simard, "High performance convolutional neural
networks for document processing", 2006 (columns).
"""

import sys
from functools import cache
from math import prod

import numpy as np
from numpy.lib.stride_tricks import as_strided
from scipy import fft

FEW = 4  # channels per group below which columns are faster than strips
ENTRIES = 2**18  # unrolled at once: 1 MB in float32, about one core's cache
PRODUCT = 10**6  # multiply-adds up to which OpenBLAS multiplies without copying the operands
PER_PIXEL = 100  # multiply-adds that cost as much as one pixel of a Fourier transform


@np.errstate(invalid="ignore")  # 0 * inf is NaN, which is the answer
def correlate(x, weight, geometry, bias=None):
    """Return (N, F, OH, OW): the sum of window times filter at each position, plus the bias.

    `x` is (N, C, H, W), `weight` (F, C/groups, KH, KW), and a negative padding crops.
    """
    _keep_freed_pages()
    dtype = np.result_type(x, weight, *([] if bias is None else [bias]))
    bias = np.zeros(len(weight), dtype) if bias is None else bias.astype(dtype, copy=False)
    x, weight = x.astype(dtype, copy=False), weight.astype(dtype, copy=False)
    if _fft_pays(x, weight, geometry):
        return _by_fft(x, weight, bias, geometry)
    few = weight.shape[1] < FEW
    return (_by_columns if few else _by_strips)(x, weight, bias, geometry)


@np.errstate(invalid="ignore")
def correlate_with_gradient(grad, x, geometry):
    """Return (F, C/groups, KH, KW): the sum of window times gradient over all positions."""
    _keep_freed_pages()
    dtype = np.result_type(grad, x)
    grad, x = grad.astype(dtype, copy=False), x.astype(dtype, copy=False)
    few = x.shape[1] // geometry.groups < FEW
    return (_gradient_by_columns if few else _gradient_by_strips)(grad, x, geometry)


def _by_strips(x, weight, bias, geometry):
    f, c, kh, kw = weight.shape
    g, (height, width) = geometry.groups, geometry.output
    filters = weight.reshape(g, 1, f // g, c, kh * kw).transpose(0, 1, 4, 3, 2)
    filters = filters.reshape(g, 1, -1, f // g)
    # One bias for each entry of an output row: NumPy adds long rows faster than short ones.
    bias = np.tile(bias, (width, 1)).reshape(width, g, f // g)
    out = np.empty((len(x), height, width, g, f // g), x.dtype)
    for images, rows, windows in _strips(x, f, geometry):
        target = out[images, rows]
        product = (windows @ filters).reshape(g, target.shape[1], -1, width, f // g)
        np.add(product.transpose(2, 1, 3, 0, 4), bias, out=target)
    return out.reshape(len(x), height, width, f).transpose(0, 3, 1, 2)


def _gradient_by_strips(grad, x, geometry):
    n, f, height, width = grad.shape
    g, (kh, kw) = geometry.groups, geometry.kernel
    c = x.shape[1] // g
    total = np.zeros((g, kh * kw * c, f // g), x.dtype)
    grad = grad.transpose(0, 2, 3, 1).reshape(n, height, width, g, f // g)
    for images, rows, windows in _strips(x, f, geometry):
        part = grad[images, rows].transpose(3, 1, 0, 2, 4)
        part = part.reshape(*windows.shape[:3], f // g)
        for row in range(part.shape[1]):
            total += windows[:, row].swapaxes(1, 2) @ part[:, row]
    return total.reshape(g, kh, kw, c, f // g).transpose(0, 4, 3, 1, 2).reshape(f, c, kh, kw)


def _strips(x, f, geometry):
    """Yield slices of images and output rows with their windows (G, rows, n*OW, KH*KW*C/G).

    The windows lie in memory that the next ones will take.
    """
    padded = np.ascontiguousarray(_padded(x, geometry, channels_last=True))
    count, high, _, channels = padded.shape
    g, (kh, kw), (height, width) = geometry.groups, geometry.kernel, geometry.output
    (s, t), (d, e) = geometry.stride, geometry.dilation
    c, span = channels // g, d * (kh - 1) + 1
    image, line, pixel, channel = padded.strides
    unrolled = _view(
        padded,
        (g, count, width, high, kw, c),
        (c * channel, image, t * pixel, line, e * pixel, channel),
    )
    row = width * kw * channels
    # Few images, for the cache and for BLAS; but more if their filters are too many to be quick.
    n = PRODUCT // (width * kh * kw * c * (f // g))
    n = _between(1, min(n, ENTRIES // (row * high)) if n else 512 // width, count)
    step = _between(1, ENTRIES // (row * s * n), height)
    strips = np.empty((g, n, width, (step - 1) * s + span, kw, c), x.dtype)
    group, _, position, line, _, entry = strips.strides
    for images, rows in _tiles(count, n, height, step):
        part = unrolled[:, images, :, rows.start * s : (rows.stop - 1) * s + span]
        strips[:, : part.shape[1], :, : part.shape[3]] = part
        shape = (g, rows.stop - rows.start, part.shape[1] * width)
        windows = _view(strips, (*shape, kh, kw * c), (group, s * line, position, d * line, entry))
        yield images, rows, windows.reshape(*shape, kh * kw * c)


def _view(array, shape, strides):
    """Return what as_strided does for a contiguous array, at a tenth of its cost a call."""
    return np.ndarray(shape, array.dtype, array, strides=strides)


def _by_columns(x, weight, bias, geometry):
    f, g, (height, width) = len(weight), geometry.groups, geometry.output
    # The bias is the weight of one more pixel, which is always 1.
    filters = np.concatenate([weight.reshape(f, -1), bias[:, None]], axis=1)
    filters = filters.reshape(g, f // g, -1)
    out = np.empty((len(x), g, f // g, height * width), x.dtype)
    for images, pixels, columns in _columns(x, geometry):
        np.matmul(filters, columns, out=out[images, ..., pixels])
    return out.reshape(len(x), f, height, width)


def _gradient_by_columns(grad, x, geometry):
    n, f, height, width = grad.shape
    g = geometry.groups
    c = x.shape[1] // g
    total = np.zeros((g, f // g, c * prod(geometry.kernel)), x.dtype)
    grad = grad.reshape(n, g, f // g, height * width)
    for images, pixels, columns in _columns(x, geometry):
        products = grad[images, ..., pixels] @ columns[:, :, :-1].swapaxes(2, 3)
        total += products.sum(axis=0)
    return total.reshape(f, c, *geometry.kernel)


def _columns(x, geometry):
    """Yield slices of images and output pixels with their windows (n, G, C/G*KH*KW + 1, pixels).

    The last entry of each window is 1. They lie in memory that the next ones will take.
    """
    padded = _padded(x, geometry)
    count, channels, _, _ = padded.shape
    g, (kh, kw), (height, width) = geometry.groups, geometry.kernel, geometry.output
    (s, t), (d, e) = geometry.stride, geometry.dilation
    c = channels // g
    image, channel, line, pixel = padded.strides
    unrolled = as_strided(
        padded,
        (count, g, c, kh, kw, height, width),
        (image, c * channel, channel, d * line, e * pixel, s * line, t * pixel),
    )
    row = width * kh * kw * channels
    n = _between(1, ENTRIES // (row * height), count)
    step = _between(1, ENTRIES // (row * n), height)
    columns = np.ones((n, g, c * kh * kw + 1, step * width), x.dtype)
    for images, rows in _tiles(count, n, height, step):
        windows = unrolled[images, ..., rows, :]
        pixels = slice(rows.start * width, rows.stop * width)
        part = columns[: len(windows), ..., : pixels.stop - pixels.start]
        part[:, :, :-1].reshape(windows.shape)[...] = windows
        yield images, pixels, part


def _tiles(count, n, height, step):
    """Yield slices of n images and `step` rows, together all of them."""
    for i in range(0, count, n):
        for j in range(0, height, step):
            yield slice(i, min(i + n, count)), slice(j, min(j + step, height))


def _between(low, value, high):
    return max(low, min(value, high))


def _padded(x, geometry, *, channels_last=False):
    """Return x with its borders, as (N, C, H, W) or (N, H, W, C); a copy only if it needs one."""
    height, width = x.shape[2:]
    (top, bottom), (left, right) = geometry.padding
    x = x[:, :, max(-top, 0) : height - max(-bottom, 0), max(-left, 0) : width - max(-right, 0)]
    top, bottom, left, right = (max(side, 0) for side in (top, bottom, left, right))
    axes = (0, 2, 3, 1) if channels_last else (0, 1, 2, 3)
    if not (top or bottom or left or right):
        return x.transpose(axes)
    n, c, height, width = x.shape
    shape = (n, c, top + height + bottom, left + width + right)
    padded = np.zeros([shape[axis] for axis in axes], x.dtype)
    inside = padded.transpose(np.argsort(axes))[:, :, top : top + height, left : left + width]
    inside[...] = x
    return padded


def _fft_pays(x, weight, geometry):
    """Tell whether Fourier transforms are the cheaper way, and safe.

    They would spread NaN and infinities over the whole image, and overflow where the sums of a
    few windows don't.
    """
    f, c, kh, kw = weight.shape
    if geometry.stride != (1, 1) or min(kh, kw) < 11:
        return False
    # Both counts are per output pixel.
    products = len(x) * f * c * kh * kw
    transforms = len(x) * x.shape[1] + f * c + len(x) * f
    if products <= PER_PIXEL * transforms:
        return False
    # Entries of both transforms multiplied, added up over the channels and transformed back.
    pixels = prod(n + sum(sides) for n, sides in zip(x.shape[2:], geometry.padding, strict=True))
    growth = pixels**2 * c * kh * kw
    return _largest(x) * _largest(weight) * growth < float(np.finfo(x.dtype).max)


def _largest(values):
    """Return the size of the largest entry, or NaN if there is one."""
    if values.dtype.kind == "c":
        return float(np.abs(values).max())
    return max(float(values.max()), -float(values.min()))


def _by_fft(x, weight, bias, geometry):
    padded = _padded(x, geometry)
    f, c, kh, kw = weight.shape
    g, (d, e), (height, width) = geometry.groups, geometry.dilation, geometry.output
    top, left = d * (kh - 1), e * (kw - 1)
    # Fourier's theorem is about flipped kernels, so a correlation flips its own beforehand.
    flipped = np.zeros((f, c, top + 1, left + 1), weight.dtype)
    flipped[:, :, ::d, ::e] = weight[:, :, ::-1, ::-1]
    real = weight.dtype.kind != "c"
    forward, inverse = (fft.rfft2, fft.irfft2) if real else (fft.fft2, fft.ifft2)
    # What wraps around a circle of this length falls before the first full window.
    shape = [fft.next_fast_len(size, real) for size in padded.shape[2:]]
    images, filters = forward(padded, shape), forward(flipped, shape)
    spectrum = images.shape[2:]
    product = np.einsum(
        "ngcij,gfcij->ngfij",
        images.reshape(len(x), g, c, *spectrum),
        filters.reshape(g, f // g, c, *spectrum),
    )
    sums = inverse(product.reshape(len(x), f, *spectrum), shape)
    sums = sums[:, :, top : top + height, left : left + width]
    return (sums + bias[:, None, None]).astype(x.dtype, copy=False)


@cache
def _keep_freed_pages():
    """Let large arrays reuse the memory of earlier ones, for the rest of the process.

    The C library of Linux returns a large block to the kernel when it is freed and gets zeroed
    pages for the next one, which costs more than the arithmetic on it. Freeing one block just
    below its limit of 32 MB raises that threshold to the block's size; the pages of this one are
    never touched.
    """
    if sys.platform == "linux":
        np.empty(2**25 - 2**16, np.uint8)
