"""One engine of the benchmark, in a process of its own: `tools/bench.py` asks, this answers.

    python tools/bench_engines.py cnnlib    # or another key of ENGINES

Each line read is a task in JSON, ``{"task": name, "settings": [...], "seconds": 0.1}``. The answer
is the median of the CPU seconds of single calls, repeated for about that long.
"""

import ctypes
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from bench_textbooks import Columns, Loops, Scipy, convolution_arrays, normal


class Cnnlib:
    """This library: images are NCHW; gradients have the layout of the outputs they belong to."""

    def __init__(self):
        import cnnlib

        self.lib = cnnlib

    def convolution(self, n, c, size, f, k, padding):
        x, weight, bias = convolution_arrays(n, c, size, f, k)
        return lambda: self.lib.conv2d(x, weight, bias, padding=padding)

    def convolution_and_gradients(self, n, c, size, f, k, padding):
        x, weight, bias = convolution_arrays(n, c, size, f, k)
        y = self.lib.conv2d(x, weight, bias, padding=padding)
        grad = np.empty_like(y)
        grad[...] = normal(y.shape)

        def both():
            self.lib.conv2d(x, weight, bias, padding=padding)
            self.lib.conv2d_backward(grad, x, weight, padding=padding)

        return both

    def pooling(self, *shape):
        x = normal(shape)
        return lambda: self.lib.max_pool2d(x, 2)

    def pooling_and_gradient(self, *shape):
        x = normal(shape)
        grad = np.ones_like(self.lib.max_pool2d(x, 2))

        def both():
            self.lib.max_pool2d(x, 2)
            self.lib.max_pool2d_backward(grad, x, 2)

        return both

    def network(self):
        lib, rng = self.lib, np.random.default_rng(0)
        return lib.Sequential(
            lib.Conv2d(1, 8, 5, rng=rng),
            lib.MaxPool2d(2),
            lib.ReLU(),
            lib.Conv2d(8, 16, 5, rng=rng),
            lib.MaxPool2d(2),
            lib.ReLU(),
            lib.Flatten(),
            lib.Linear(256, 10, rng=rng),
        )

    def step(self, batch):
        model, (x, labels) = self.network(), digits(batch)
        optimizer = self.lib.SGD(model.parameters(), lr=1e-3, momentum=0.9)

        def step():
            logits = model.forward(x)
            grad = self.lib.cross_entropy_backward(logits, labels)
            model.backward(grad, need_grad_x=False)
            optimizer.step()
            return self.lib.cross_entropy(logits, labels)

        return step

    def peak_memory(self, batch):
        """Return the peak of a step, over what its images and activations take."""
        import tracemalloc

        step, (x, _) = self.step(batch), digits(batch)
        activations = x.nbytes + sum(y.nbytes for _, y in self.network().trace(x))
        step()
        tracemalloc.start()
        step()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak / activations


class Torch:
    """PyTorch on the CPU with one thread, NCHW."""

    def __init__(self):
        import torch

        torch.set_num_threads(1)
        self.torch, self.functional = torch, torch.nn.functional

    def convolution(self, n, c, size, f, k, padding):
        x, weight, bias = map(self.torch.tensor, convolution_arrays(n, c, size, f, k))
        return self._without_graph(lambda: self.functional.conv2d(x, weight, bias, padding=padding))

    def convolution_and_gradients(self, n, c, size, f, k, padding):
        x, weight, bias = (
            self.torch.tensor(a, requires_grad=True) for a in convolution_arrays(n, c, size, f, k)
        )
        grad = self.functional.conv2d(x, weight, bias, padding=padding).detach()

        def both():
            x.grad = weight.grad = bias.grad = None
            self.functional.conv2d(x, weight, bias, padding=padding).backward(grad)

        return both

    def pooling(self, *shape):
        x = self.torch.tensor(normal(shape))
        return self._without_graph(lambda: self.functional.max_pool2d(x, 2))

    def pooling_and_gradient(self, *shape):
        x = self.torch.tensor(normal(shape), requires_grad=True)
        grad = self.torch.ones_like(self.functional.max_pool2d(x, 2))

        def both():
            x.grad = None
            self.functional.max_pool2d(x, 2).backward(grad)

        return both

    def step(self, batch):
        nn = self.torch.nn
        model = nn.Sequential(
            nn.Conv2d(1, 8, 5),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(8, 16, 5),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(256, 10),
        )
        x, labels = map(self.torch.tensor, digits(batch))
        optimizer = self.torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)

        def step():
            optimizer.zero_grad()
            loss = self.functional.cross_entropy(model(x), labels)
            loss.backward()
            optimizer.step()
            return loss

        return step

    def _without_graph(self, call):
        def run():
            with self.torch.no_grad():
                return call()

        return run


class TorchKeepingPages(Torch):
    """PyTorch in a process that keeps freed pages, as cnnlib makes its own process do.

    Left alone, PyTorch may get fresh pages for each large result, which can double its time.
    """

    def __init__(self):
        super().__init__()
        np.empty(2**25 - 2**16, np.uint8)  # why this helps: cnnlib._correlate._keep_freed_pages


ENGINES = {
    "cnnlib": Cnnlib,
    "torch": Torch,
    "torch, pages kept": TorchKeepingPages,
    "columns": Columns,
    "loops": Loops,
    "scipy": Scipy,
}


def digits(batch):
    return normal((batch, 1, 28, 28)), np.arange(batch) % 10


def median_seconds(call, seconds):
    """Return the median CPU time of single calls, repeated for about so many seconds."""
    times, end = [], time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times)


def blas():
    """Return the BLAS of NumPy and the kernel that it chose for this processor."""
    name = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    folder = Path(np.__file__).parents[1] / "numpy.libs"
    for library in folder.glob("*openblas*"):
        kernel = ctypes.CDLL(str(library)).scipy_openblas_get_corename64_
        kernel.restype = ctypes.c_char_p
        return f"{name}, kernel {kernel().decode()}"
    return name


def serve(engine):
    calls = {}
    for line in sys.stdin:
        task, settings, seconds = json.loads(line).values()
        if task == "blas":
            answer = blas()
        elif task == "peak_memory":
            answer = engine.peak_memory(*settings)
        else:
            key = (task, *settings)
            if key not in calls:
                calls[key] = getattr(engine, task)(*settings)
                calls[key]()
            answer = median_seconds(calls[key], seconds)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(ENGINES[sys.argv[1]]())
