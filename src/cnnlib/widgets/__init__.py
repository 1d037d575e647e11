"""The book's explorers: one module each, drawn and computed in the browser."""

from .arithmetic_lab import ArithmeticLab
from .channel_mixer import ChannelMixer
from .gradient_microscope import GradientMicroscope
from .kernel_studio import KernelStudio
from .padding_lab import PaddingLab
from .parameter_ladder import ParameterLadder
from .pooling_lab import PoolingLab
from .shuffle_lab import ShuffleLab
from .sliding_window import SlidingWindow
from .stack_builder import StackBuilder

__all__ = [
    "ArithmeticLab",
    "ChannelMixer",
    "GradientMicroscope",
    "KernelStudio",
    "PaddingLab",
    "ParameterLadder",
    "PoolingLab",
    "ShuffleLab",
    "SlidingWindow",
    "StackBuilder",
]
