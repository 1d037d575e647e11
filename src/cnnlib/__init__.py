"""The small NumPy library behind the interactive book "Why Convolutions?".

Every public name is listed once below and loads on first use, so that ``import cnnlib`` stays
light: matplotlib and ipywidgets are imported by those who draw.
"""

from importlib import import_module

__version__ = "0.1.0"

_NAMES = {
    "activations": ("flatten", "flatten_backward", "relu", "relu_backward", "softmax"),
    "conv": ("conv2d", "conv2d_backward"),
    "conv_transpose": ("conv_transpose2d", "conv_transpose2d_backward"),
    "datasets": ("PHOTOS", "load_mnist", "load_mnist_small", "load_photo", "minibatches"),
    "dense": ("linear", "linear_backward"),
    "evaluation": ("confusion_matrix", "evaluate", "predict"),
    "explain": ("feature_maps", "occlusion", "saliency"),
    "gradcheck": ("check_gradient", "complex_step_gradient", "numerical_gradient"),
    "ink": ("center_digit", "draw_strokes"),
    "kernels": (),
    "layers": ("AvgPool2d", "Conv2d", "Flatten", "Linear", "MaxPool2d", "ReLU", "Sequential"),
    "losses": ("cross_entropy", "cross_entropy_backward"),
    "optim": ("SGD", "Adam"),
    "plots": (),
    "pool": ("avg_pool2d", "avg_pool2d_backward", "max_pool2d", "max_pool2d_backward"),
    "pretrained": ("lenet", "load_lenet", "load_run"),
    "recording": ("Recording",),
    "schedules": ("cosine_decay", "one_cycle", "step_decay"),
    "shapes": (
        "conv_parameters",
        "dense_parameters",
        "locally_connected_parameters",
        "multiply_adds",
        "output_size",
        "receptive_field",
        "same_padding",
        "transposed_output_size",
    ),
    "train": ("fit",),
    "vision": ("cone_fundamentals", "luminous_efficiency"),
    "widgets": (),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted([*_NAMES, *_MODULE_OF])


def __getattr__(name):
    if name in _NAMES:
        return import_module(f"cnnlib.{name}")
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'cnnlib' has no attribute {name!r}")
    value = getattr(import_module(f"cnnlib.{_MODULE_OF[name]}"), name)
    globals()[name] = value  # the next look-up doesn't come here
    return value


def __dir__():
    return sorted({*globals(), *__all__})
