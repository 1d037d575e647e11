"""The book's explorers: one module each, drawn and computed in the browser."""

from .arithmetic_lab import ArithmeticLab
from .channel_mixer import ChannelMixer
from .cone_view import ConeView
from .digit_pad import DigitPad
from .gradient_microscope import GradientMicroscope
from .kernel_studio import KernelStudio
from .padding_lab import PaddingLab
from .parameter_ladder import ParameterLadder
from .pooling_lab import PoolingLab
from .receptive_field_painter import ReceptiveFieldPainter
from .shift_lab import ShiftLab
from .shuffle_lab import ShuffleLab
from .sliding_window import SlidingWindow
from .stack_builder import StackBuilder
from .training_replay import TrainingReplay

__all__ = [
    "ArithmeticLab",
    "ChannelMixer",
    "ConeView",
    "DigitPad",
    "GradientMicroscope",
    "KernelStudio",
    "PaddingLab",
    "ParameterLadder",
    "PoolingLab",
    "ReceptiveFieldPainter",
    "ShiftLab",
    "ShuffleLab",
    "SlidingWindow",
    "StackBuilder",
    "TrainingReplay",
]
