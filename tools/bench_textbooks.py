"""What `tools/bench.py` measures beside PyTorch: im2col, plain loops, SciPy; and the arrays."""

import numpy as np


def normal(shape):
    return np.random.default_rng(1).standard_normal(shape, dtype=np.float32)


def convolution_arrays(n, c, size, f, k):
    return normal((n, c, size, size)), normal((f, c, k, k)), normal(f)


class Columns:
    """The textbook's im2col by fancy indices, its way back by np.add.at (Stanford's CS231n)."""

    def convolution(self, n, c, size, f, k, padding):
        return self._calls(n, c, size, f, k, padding)[0]

    def convolution_and_gradients(self, n, c, size, f, k, padding):
        return self._calls(n, c, size, f, k, padding)[1]

    def _calls(self, n, c, size, f, k, p):
        x, weight, bias = convolution_arrays(n, c, size, f, k)
        out = size + 2 * p - k + 1
        taps = np.indices((c, k, k)).reshape(3, -1, 1)
        channel, rows, columns = taps + np.indices((1, out, out)).reshape(3, 1, -1)
        grad = normal((n, f, out, out))

        def forward():
            padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
            cols = padded[:, channel, rows, columns].transpose(1, 2, 0).reshape(c * k * k, -1)
            y = weight.reshape(f, -1) @ cols + bias[:, None]
            return cols, y.reshape(f, out, out, n).transpose(3, 0, 1, 2)

        def both():
            cols, _ = forward()
            flat = grad.transpose(1, 2, 3, 0).reshape(f, -1)
            grad_cols = (weight.reshape(f, -1).T @ flat).reshape(c * k * k, -1, n)
            grad_x = np.zeros((n, c, size + 2 * p, size + 2 * p), np.float32)
            np.add.at(grad_x, (slice(None), channel, rows, columns), grad_cols.transpose(2, 0, 1))
            return grad_x, flat @ cols.T, flat.sum(axis=1)

        return forward, both


class Loops:
    """The definition: seven nested loops of Python, over one image of the batch."""

    def convolution(self, n, c, size, f, k, padding):
        x, weight, bias = convolution_arrays(1, c, size, f, k)
        x = np.pad(x[0], ((0, 0), (padding, padding), (padding, padding)))
        out = size + 2 * padding - k + 1

        def run():
            y = np.empty((f, out, out), np.float32)
            for filter_ in range(f):
                for i in range(out):
                    for j in range(out):
                        total = bias[filter_]
                        for channel in range(c):
                            for u in range(k):
                                for v in range(k):
                                    pixel = x[channel, i + u, j + v]
                                    total += weight[filter_, channel, u, v] * pixel
                        y[filter_, i, j] = total
            return y

        return run


class Scipy:
    """`scipy.signal.correlate2d` for each image, filter and channel."""

    def convolution(self, n, c, size, f, k, padding):
        from scipy.signal import correlate2d

        x, weight, bias = convolution_arrays(n, c, size, f, k)
        x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))

        def run():
            return [
                [
                    sum(correlate2d(a, w, "valid") for a, w in zip(image, kernels, strict=True)) + b
                    for kernels, b in zip(weight, bias, strict=True)
                ]
                for image in x
            ]

        return run
