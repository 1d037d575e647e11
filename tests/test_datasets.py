import gzip
import hashlib
import time

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from cnnlib.datasets import (
    PHOTOS,
    assets,
    load_mnist,
    load_mnist_small,
    load_photo,
    minibatches,
)

FOLDERS = ("photos", "mnist", "network", "vision")


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


@pytest.fixture(scope="module")
def small():
    return load_mnist_small()


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_has_the_checksum_that_is_written_beside_it(folder):
    lines = (assets() / folder / "SHA256SUMS").read_text().splitlines()
    written = {name: digest for digest, name in (line.split() for line in lines)}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (assets() / folder).iterdir()
        if path.name != "SHA256SUMS"
    }
    assert found == written


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"),
        ("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624"),
        ("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
        ("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"),
    ],
)
def test_the_mnist_files_unpack_to_the_originals(name, digest):
    data = gzip.decompress((assets() / "mnist" / f"{name}.gz").read_bytes())
    assert hashlib.md5(data).hexdigest() == digest


def test_the_data_stay_within_their_budget_and_every_file_is_in_sources_md():
    sizes = {f: sum(p.stat().st_size for p in (assets() / f).iterdir()) for f in FOLDERS}
    assert sizes["photos"] <= 1.5e6
    assert sizes["mnist"] <= 12e6
    assert sizes["network"] <= 0.5e6
    sources = assets() / "SOURCES.md"
    if sources.exists():  # a wheel carries the data only
        text = sources.read_text()
        for folder in sizes:
            for path in (assets() / folder).iterdir():
                assert path.name == "SHA256SUMS" or path.name in text


def test_mnist_has_its_published_sizes_counts_and_mean(mnist):
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    train, validation, test = mnist
    labels = np.concatenate([train.y, validation.y])
    assert_array_equal(np.bincount(labels), counts)
    assert_array_equal(np.bincount(test.y), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    # Every framework's documentation normalises by this mean and standard deviation.
    count = 60_000 * 28 * 28
    mean = sum(split.x.sum(dtype=np.float64) for split in (train, validation)) / count
    square = sum(np.vdot(split.x, split.x) for split in (train, validation)) / count
    assert mean == pytest.approx(0.1307, abs=5e-5)
    assert np.sqrt(square - mean**2) == pytest.approx(0.3081, abs=1e-4)


def test_mnist_comes_as_float32_images_and_integer_labels(mnist):
    for split, count in zip(mnist, (55_000, 5_000, 10_000), strict=True):
        assert split.x.shape == (count, 1, 28, 28)
        assert split.x.dtype == np.float32
        assert (split.x.min(), split.x.max()) == (0, 1)
        assert split.y.shape == (count,)
        assert split.y.dtype == np.int64


def test_mnist_loads_in_less_than_one_and_a_half_seconds_of_cpu_time():
    start = time.process_time()
    load_mnist()
    assert time.process_time() - start < 1.5


def test_the_validation_split_can_have_any_size(mnist):
    whole, none, _ = load_mnist(validation=0)
    assert len(whole.x) == 60_000
    assert none.x.shape == (0, 1, 28, 28)
    assert_array_equal(whole.x[55_000:], mnist.validation.x)


@pytest.mark.parametrize(
    ("validation", "error", "message"),
    [
        (60_000, ValueError, "validation must be smaller than the 60000 images, got 60000"),
        (-1, ValueError, "validation must be an integer of at least 0, got -1"),
        (0.1, TypeError, "validation must be an integer of at least 0, got 0.1"),
    ],
)
def test_load_mnist_names_an_impossible_validation_split(validation, error, message):
    with pytest.raises(error, match=message):
        load_mnist(validation=validation)


def test_the_small_mnist_is_a_balanced_part_of_the_same_splits(mnist, small):
    for part, whole, count in zip(small, mnist, (100, 50, 50), strict=True):
        assert_array_equal(np.bincount(part.y), [count] * 10)
        images = {x.tobytes(): y for x, y in zip(whole.x, whole.y, strict=True)}
        assert [images[x.tobytes()] for x in part.x] == part.y.tolist()


def test_the_small_mnist_loads_in_milliseconds():
    def seconds():
        start = time.process_time()
        load_mnist_small()
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 0.05


def test_a_split_prints_its_size_and_not_its_pixels(small):
    assert repr(small.test) == "Split(500 images of 1 × 28 × 28, float32)"


@pytest.mark.parametrize("name", PHOTOS)
def test_load_photo_returns_the_exact_pixels_of_the_file(name):
    photo = load_photo(name)
    pixels = np.asarray(Image.open(assets() / "photos" / f"{name}.png"))
    expected = pixels if pixels.ndim == 2 else np.moveaxis(pixels, 2, 0)
    assert photo.dtype == np.float64
    assert photo.flags.c_contiguous
    assert_array_equal(photo * 255, expected)


def test_load_photo_turns_colours_into_the_greys_of_pillow():
    pixels = Image.open(assets() / "photos" / "astronaut.png").convert("L")
    assert_allclose(255 * load_photo("astronaut", gray=True), pixels, atol=0.51)


def test_load_photo_leaves_a_grey_photograph_alone_when_asked_for_grey():
    assert_array_equal(load_photo("camera", gray=True), load_photo("camera"))


def test_load_photo_averages_blocks_when_the_size_divides_the_side():
    blocks = load_photo("brick").reshape(64, 8, 64, 8)
    assert_allclose(load_photo("brick", size=64), blocks.mean(axis=(1, 3)), rtol=1e-14)


def test_load_photo_averages_areas_when_the_size_does_not_divide_the_side():
    # 300 pixels from 400: cut every pixel into 3 × 3 parts, then take the mean of 4 × 4 parts.
    square = load_photo("coffee")[:, :, 100:500]
    parts = square.repeat(3, axis=1).repeat(3, axis=2)
    expected = parts.reshape(3, 300, 4, 300, 4).mean(axis=(2, 4))
    assert_allclose(load_photo("coffee", size=300), expected, atol=1e-14)


def test_load_photo_cuts_out_the_centre():
    assert_allclose(load_photo("chelsea", size=300), load_photo("chelsea")[:, :, 75:375])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"name": "lena"}, ValueError, "name must be one of 'camera', .*'brick'; got 'lena'"),
        ({"name": 3}, ValueError, "name must be one of 'camera', .*; got 3"),
        ({"size": 513}, ValueError, "size must be at most 512, .* got 513"),
        ({"size": 0}, ValueError, "size must be an integer of at least 1, got 0"),
        ({"gray": "no"}, TypeError, "gray must be True or False, got 'no'"),
        ({"size": 64.0}, TypeError, "size must be an integer of at least 1, got 64.0"),
    ],
)
def test_load_photo_says_what_it_accepts(arguments, error, message):
    with pytest.raises(error, match=message):
        load_photo(**arguments)


def test_minibatches_give_every_image_once_with_its_label(rng):
    x, y = np.arange(23), 100 + np.arange(23)
    batches = list(minibatches(x, y, 5, rng=rng))
    assert [len(images) for images, _ in batches] == [5, 5, 5, 5, 3]
    images = np.concatenate([images for images, _ in batches])
    assert_array_equal(np.sort(images), x)
    assert not np.array_equal(images, x)
    assert_array_equal(np.concatenate([labels for _, labels in batches]), images + 100)


def test_minibatches_keep_the_order_without_shuffling():
    batches = minibatches([1, 2, 3], [4, 5, 6], 2, rng=None, shuffle=False)
    assert [(a.tolist(), b.tolist()) for a, b in batches] == [([1, 2], [4, 5]), ([3], [6])]
    with pytest.raises(TypeError, match="shuffle must be True or False, got None"):
        minibatches([1], [2], 1, rng=None, shuffle=None)


def test_minibatches_repeat_with_the_seed():
    x = np.arange(100)
    first, again = (minibatches(x, x, 7, rng=np.random.default_rng(3)) for _ in range(2))
    for (a, _), (b, _) in zip(first, again, strict=True):
        assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("x", "y", "batch_size", "rng", "error", "message"),
    [
        ([1, 2], [1], 1, None, ValueError, r"equally long, got shapes \(2,\) and \(1,\)"),
        ([[1], [1, 2]], [1, 2], 1, None, ValueError, "x must be a rectangular array .*ragged"),
        (1, 1, 1, None, ValueError, r"equally long, got shapes \(\) and \(\)"),
        ([1], [1], 0, None, ValueError, "batch_size must be an integer of at least 1, got 0"),
        ([1], [1], 1.5, None, TypeError, "batch_size must be an integer of at least 1, got 1.5"),
        ([1], [1], 1, None, TypeError, "rng must be a numpy.random.Generator .*got None"),
        ([1], [1], 1, 42, TypeError, "rng must be a numpy.random.Generator .*got 42"),
    ],
)
def test_minibatches_name_bad_arguments_at_the_call(x, y, batch_size, rng, error, message):
    with pytest.raises(error, match=message):
        minibatches(x, y, batch_size, rng=rng)
