import subprocess
import sys

import pytest

import cnnlib


@pytest.mark.parametrize("name", cnnlib.__all__)
def test_every_public_name_can_be_imported(name):
    assert getattr(cnnlib, name) is not None


def test_public_names_are_listed_once_and_found_by_dir():
    assert len(set(cnnlib.__all__)) == len(cnnlib.__all__)
    assert set(cnnlib.__all__) <= set(dir(cnnlib))


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'cnnlib' has no attribute 'conv3d'"):
        cnnlib.conv3d  # noqa: B018


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert cnnlib.__version__ == version("cnnlib")


def loaded_after(code):
    """Return the top-level modules that a fresh process has loaded after some code."""
    code += "; import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


HEAVY = {"matplotlib", "ipywidgets", "anywidget", "tqdm", "PIL", "torch", "IPython"}


def test_importing_the_package_loads_nothing_heavy():
    assert not loaded_after("import cnnlib") & {*HEAVY, "scipy", "numpy"}


def test_training_code_loads_no_figures_and_no_pytorch():
    code = "from cnnlib import Sequential, conv2d, cross_entropy, max_pool2d, SGD"
    assert not loaded_after(code) & HEAVY
