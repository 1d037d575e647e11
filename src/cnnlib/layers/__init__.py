"""Layers: an operation together with its parameters and the memory of its last input.

``layer(x)`` only computes. ``layer.forward(x)`` computes and remembers `x`, so that
``layer.backward(grad)`` can follow. Images are NCHW: ``(N, C, H, W)``.
"""

from cnnlib.layers.base import Layer
from cnnlib.layers.plain import AvgPool2d, Flatten, MaxPool2d, ReLU
from cnnlib.layers.sequential import Sequential
from cnnlib.layers.weighted import Conv2d, Linear

__all__ = [
    "AvgPool2d",
    "Conv2d",
    "Flatten",
    "Layer",
    "Linear",
    "MaxPool2d",
    "ReLU",
    "Sequential",
]
