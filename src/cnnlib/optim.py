"""Gradient descent with momentum, and Adam."""

import math

import numpy as np

from cnnlib import _checks

__all__ = ["SGD", "Adam"]


class _Optimizer:
    """Change parameters by their gradients; a subclass says how one array changes."""

    def __init__(self, parameters, lr, weight_decay):
        self.parameters = _parameters(parameters)
        self.lr = _checks.number("lr", lr, positive=True)
        self.weight_decay = _checks.number("weight_decay", weight_decay, minimum=0)
        self.steps = 0

    def step(self):
        """Change every parameter in place by its current gradient.

        Raises
        ------
        RuntimeError
            If a parameter has no gradient yet.
        TypeError, ValueError
            If a gradient doesn't hold real numbers, or has another shape than its parameter.
            Then, too, nothing has changed.
        """
        grads = [_gradient(index, parameter) for index, parameter in enumerate(self.parameters)]
        self.steps += 1
        for index, (parameter, grad) in enumerate(zip(self.parameters, grads, strict=True)):
            if self.weight_decay:
                grad = grad + self.weight_decay * parameter.value
            parameter.value -= self._change(index, grad)


class SGD(_Optimizer):
    """Stochastic gradient descent with momentum, by PyTorch's update rule.

    With gradient ``g`` (weight decay added: ``g + weight_decay * value``) and velocity
    ``v``, which starts as the first gradient, a step is ``v = momentum * v + g``, then
    ``value -= lr * v``; with Nesterov's look-ahead ``value -= lr * (g + momentum * v)``.

    Parameters
    ----------
    parameters : sequence of Parameter
        What to change, usually ``model.parameters()``.
    lr : float
        Learning rate. The attribute `lr` may be changed between steps.
    momentum : float, optional
        Part of the velocity that is kept, at least 0 and below 1.
    nesterov : bool, optional
        Look one step of momentum ahead.
    weight_decay : float, optional
        Strength of the pull towards zero.

    Raises
    ------
    TypeError, ValueError
        If `parameters` is empty or not made of parameters, or a number is out of range.

    References
    ----------
    Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and
    momentum in deep learning", ICML 2013. Explained in chapter 13.

    Examples
    --------
    >>> from cnnlib.parameter import Parameter
    >>> weight = Parameter(np.array([1.0, 2.0]))
    >>> optimizer = SGD([weight], lr=0.1, momentum=0.9)
    >>> for _ in range(2):
    ...     weight.grad = np.array([1.0, -1.0])
    ...     optimizer.step()
    >>> weight.value.round(2)
    array([0.71, 2.29])
    """

    def __init__(self, parameters, *, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.momentum = _fraction("momentum", momentum)
        self.nesterov = _checks.flag("nesterov", nesterov)
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov needs a momentum above 0, got momentum 0.0")
        self._velocities = [None] * len(self.parameters)

    def _change(self, index, grad):
        if not self.momentum:
            return self.lr * grad
        before = self._velocities[index]
        velocity = grad.copy() if before is None else self.momentum * before + grad
        self._velocities[index] = velocity
        return self.lr * (grad + self.momentum * velocity if self.nesterov else velocity)


class Adam(_Optimizer):
    """Adam: each weight gets a step of its own size, by PyTorch's update rule.

    Running means of the gradient ``g`` and of its square, both corrected for their start
    at zero, give ``value -= lr * m / (sqrt(v) + eps)``.

    Parameters
    ----------
    parameters : sequence of Parameter
        What to change, usually ``model.parameters()``.
    lr : float, optional
        Learning rate: about the largest change of a weight in a step. The attribute `lr`
        may be changed between steps.
    betas : (float, float), optional
        Part of the mean gradient and of the mean square that is kept in each step, at
        least 0 and below 1.
    eps : float, optional
        Keeps the division harmless where gradients vanish.
    weight_decay : float, optional
        Strength of the pull towards zero; it is added to the gradient.

    Raises
    ------
    TypeError, ValueError
        If `parameters` is empty or not made of parameters, or a number is out of range.

    References
    ----------
    Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015,
    arXiv:1412.6980, algorithm 1. Explained in chapter 13.

    Examples
    --------
    >>> from cnnlib.parameter import Parameter
    >>> weight = Parameter(np.array([1.0, 2.0]))
    >>> weight.grad = np.array([100.0, -0.01])
    >>> Adam([weight], lr=0.1).step()
    >>> weight.value.round(6)
    array([0.9, 2.1])
    """

    def __init__(self, parameters, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        if not isinstance(betas, (tuple, list)) or len(betas) != 2:
            raise ValueError(f"betas must be a pair of numbers, got {betas!r}")
        self.betas = tuple(_fraction("betas", beta) for beta in betas)
        self.eps = _checks.number("eps", eps, positive=True)
        self._means = [np.zeros_like(p.value) for p in self.parameters]
        self._squares = [np.zeros_like(p.value) for p in self.parameters]

    def _change(self, index, grad):
        (keep_mean, keep_square), t = self.betas, self.steps
        mean = keep_mean * self._means[index] + (1 - keep_mean) * grad
        square = keep_square * self._squares[index] + (1 - keep_square) * grad * grad
        self._means[index], self._squares[index] = mean, square
        scale = np.sqrt(square) / math.sqrt(1 - keep_square**t) + self.eps
        return self.lr / (1 - keep_mean**t) * mean / scale


def _fraction(name, value):
    value = _checks.number(name, value, minimum=0)
    if value >= 1:
        raise ValueError(f"{name} must be at least 0 and below 1, got {value}")
    return value


def _parameters(parameters):
    wanted = "Parameter objects, such as model.parameters()"
    parameters = _checks.sequence("parameters", parameters, wanted)
    if not parameters:
        raise ValueError("parameters must hold at least one Parameter, got none")
    for parameter in parameters:
        if not (hasattr(parameter, "value") and hasattr(parameter, "grad")):
            raise TypeError(f"parameters must hold objects of class Parameter, got {parameter!r}")
    return parameters


def _gradient(index, parameter):
    """Return the gradient of a parameter that is ready for a step."""
    value, grad = parameter.value, parameter.grad
    if grad is None:
        raise RuntimeError(
            f"no gradient yet for the parameter of shape {value.shape}: "
            "run the model's backward before step"
        )
    real = value.dtype.kind == "f"
    return _checks.array(f"grad of parameters[{index}]", grad, shape=value.shape, real=real)
