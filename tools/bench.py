"""Measure the speed of cnnlib beside PyTorch, SciPy, a textbook's im2col and plain loops.

    python tools/bench.py

Every ratio is measured in pairs: both engines wait in processes of their own, take turns, and the
median of the ratios of neighbouring turns is printed, so that a busy machine slows down both sides
alike. Times are CPU times of one thread. The goals stand beside the figures; missing one is no
error, because a figure depends on the machine.
"""

import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

from bench_engines import ENGINES

THREADS = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
# These choose OpenBLAS's code by hand and would hold NumPy, but not PyTorch, to an older processor.
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")

TASKS = {
    "Convolution, forward": "convolution",
    "Convolution, forward and backward": "convolution_and_gradients",
}
# Images, channels, their side, filters, their side, padding.
CONVOLUTIONS = {
    "1→8, 5×5, 28², batch 128": (128, 1, 28, 8, 5, 2),
    "8→16, 5×5, 14², batch 128": (128, 8, 14, 16, 5, 2),
    "16→32, 3×3, 32², batch 64": (64, 16, 32, 32, 3, 1),
    "64→64, 3×3, 56², batch 8": (8, 64, 56, 64, 3, 1),
}
LARGE = (1, 1, 512, 1, 31, 15)
POOLED = (64, 16, 28, 28)


class Engine:
    """One engine in its own process, so that none disturbs another's memory or threads."""

    def __init__(self, name):
        self.name = name
        environment = {k: v for k, v in os.environ.items() if k not in UNSET} | THREADS
        script = Path(__file__).with_name("bench_engines.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script), name],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, task, *settings, seconds=0.0):
        request = {"task": task, "settings": settings, "seconds": seconds}
        print(json.dumps(request), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the engine {self.name} ended at the task {task} {settings}")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def paired(ours, theirs, task, settings, *, turns=11, seconds=0.05):
    """Return median seconds of both engines, and the median ratio of their turns."""
    pairs = [
        tuple(engine.ask(task, *settings, seconds=seconds) for engine in (ours, theirs))
        for _ in range(turns)
    ]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    return mine, other, statistics.median(a / b for a, b in pairs)


def report(label, mine, other, ratio, goal=None):
    """Print one line of the table."""
    times = "".join(f"{1e3 * t:12.2f}" if t is not None else " " * 12 for t in (mine, other))
    line = f"{label:58}{times}{ratio:12.3g}"
    if goal is not None:
        line += f"   ≤ {goal:<8g}{'reached' if ratio <= goal else 'MISSED'}"
    print(line, flush=True)


def heading(title, theirs):
    print(f"\n{title:58}{'cnnlib ms':>12}{theirs + ' ms':>12}{'ratio':>12}   goal", flush=True)


def against_pytorch(engines):
    ours, theirs = engines["cnnlib"], engines["torch"]
    for title, task in TASKS.items():
        heading(title, "PyTorch")
        convolutions(ours, theirs, task, (1.25, 1.0))
    heading("Others", "PyTorch")
    for label, task, settings, goal in (
        ("one image 512², kernel 31×31", "convolution", LARGE, 0.25),
        ("max pool 2×2, 64 × 16 × 28², forward", "pooling", POOLED, 0.2),
        ("max pool 2×2, forward and backward", "pooling_and_gradient", POOLED, 0.5),
        ("training step of the 8-16 LeNet, batch 64", "step", (64,), 0.8),
    ):
        report(label, *paired(ours, theirs, task, settings), goal)


def against_pytorch_that_keeps_pages(engines):
    """The stricter comparison: PyTorch is freed from its page faults, too."""
    ours, theirs = engines["cnnlib"], engines["torch, pages kept"]
    for title, task in TASKS.items():
        heading(f"{title}, PyTorch's pages kept", "PyTorch")
        convolutions(ours, theirs, task, (None, None))
    report("training step of the 8-16 LeNet, batch 64", *paired(ours, theirs, "step", (64,)))


def convolutions(ours, theirs, task, goals):
    """Print a line for each convolution, and the geometric mean of the ratios."""
    ratios = []
    for label, settings in CONVOLUTIONS.items():
        result = paired(ours, theirs, task, settings)
        report(label, *result, goals[0])
        ratios.append(result[2])
    report("geometric mean", None, None, statistics.geometric_mean(ratios), goals[1])


def against_textbooks(engines):
    ours, cases = engines["cnnlib"], list(CONVOLUTIONS.items())
    heading("Forward and backward, against im2col and np.add.at", "im2col")
    for label, settings in cases:
        result = paired(ours, engines["columns"], "convolution_and_gradients", settings, turns=3)
        report(label, *result, 0.2)
    heading("Forward, against Python's loops (one image, times the batch)", "loops")
    for label, settings in cases[:2]:
        batch = settings[0]
        mine, one, ratio = paired(ours, engines["loops"], "convolution", settings, turns=3)
        report(label, mine, batch * one, ratio / batch, 1e-3)
    heading("Forward, against scipy.signal.correlate2d", "SciPy")
    for label, settings in (cases[0], ("one image 512², kernel 31×31", LARGE)):
        report(label, *paired(ours, engines["scipy"], "convolution", settings, turns=3))


def growth(engine):
    """Print by which power the time grows, and the memory of a step over its activations."""
    print(f"\n{'Growth':82}{'power':>12}   goal")
    for label, task, small, large, factor in (
        ("step of the LeNet, batch 32 to 256", "step", (32,), (256,), 8),
        (
            "8→16, 5×5, 28² to 112², forward and backward",
            "convolution_and_gradients",
            (16, 8, 28, 16, 5, 2),
            (16, 8, 112, 16, 5, 2),
            16,
        ),
    ):
        times = [
            (engine.ask(task, *large, seconds=0.05), engine.ask(task, *small, seconds=0.05))
            for _ in range(9)
        ]
        ratio = statistics.median(a / b for a, b in times)
        report(label, None, None, math.log(ratio) / math.log(factor), 1.1)
    print(f"\n{'Memory':82}{'ratio':>12}   goal")
    label = "peak of a LeNet step, batch 64, over its activations"
    report(label, None, None, engine.ask("peak_memory", 64), 3)


def main():
    start = time.perf_counter()
    engines = {name: Engine(name) for name in ENGINES}
    try:
        libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "torch"))
        print(f"Python {platform.python_version()}, {libraries}; {os.cpu_count()} processors")
        print(f"BLAS of NumPy: {engines['cnnlib'].ask('blas')}, one thread:", *THREADS)
        unset = [f"{name}={os.environ[name]}" for name in UNSET if name in os.environ]
        print("Taken out of the engines' environment:", ", ".join(unset) or "nothing")
        print("float32, images NCHW. Median CPU times; ratio: cnnlib over the other, in pairs.")
        against_pytorch(engines)
        against_pytorch_that_keeps_pages(engines)
        against_textbooks(engines)
        growth(engines["cnnlib"])
    finally:
        for engine in engines.values():
            engine.close()
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
