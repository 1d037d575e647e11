"""The book's explorers: one module each, drawn and computed in the browser."""

from .kernel_studio import KernelStudio
from .sliding_window import SlidingWindow

__all__ = ["KernelStudio", "SlidingWindow"]
