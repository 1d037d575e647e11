"""The book's explorers: one module each, drawn and computed in the browser."""

from .arithmetic_lab import ArithmeticLab
from .channel_mixer import ChannelMixer
from .gradient_microscope import GradientMicroscope
from .kernel_studio import KernelStudio
from .padding_lab import PaddingLab
from .pooling_lab import PoolingLab
from .sliding_window import SlidingWindow
from .stack_builder import StackBuilder

__all__ = [
    "ArithmeticLab",
    "ChannelMixer",
    "GradientMicroscope",
    "KernelStudio",
    "PaddingLab",
    "PoolingLab",
    "SlidingWindow",
    "StackBuilder",
]
