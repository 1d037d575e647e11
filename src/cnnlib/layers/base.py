"""What all layers share, and how they are written down."""

import numpy as np

__all__ = ["Layer"]


class Layer:
    """What all layers share. A layer of your own defines `__call__` and `gradient`.

    Attributes
    ----------
    kind : str
        What a `Sequential` calls the layer, followed by a number: ``"conv1"``.

    Examples
    --------
    >>> import numpy as np
    >>> class Negative(Layer):
    ...     def __call__(self, x):
    ...         return -x
    ...
    ...     def gradient(self, grad, x, *, need_grad_x=True):
    ...         return -grad
    >>> layer = Negative()
    >>> layer.forward(np.array([1.0, 2.0]))
    array([-1., -2.])
    >>> layer.backward(np.array([10.0, 10.0]))
    array([-10., -10.])
    """

    kind = "layer"
    _input = None

    def forward(self, x):
        """Return ``layer(x)`` and remember `x` for `backward`."""
        y = self(x)
        self._input = x
        return y

    def backward(self, grad, *, need_grad_x=True):
        """Set the gradients of the parameters and return that of the input.

        Parameters
        ----------
        grad : array of the shape that `forward` returned
            Gradient of the loss with respect to the output.
        need_grad_x : bool, optional
            False allows the layer to skip the gradient of its input, which training
            doesn't use in the first layer.

        Returns
        -------
        ndarray of the input's shape, or None
            None if it was skipped.

        Raises
        ------
        RuntimeError
            If there was no forward pass yet.
        ValueError
            If `grad` has not the output's shape.
        """
        if self._input is None:
            raise RuntimeError(
                f"{type(self).__name__} remembers no input: call forward(x) before backward(grad)"
            )
        return self.gradient(grad, self._input, need_grad_x=need_grad_x)

    def named_parameters(self):
        """Return the parameters as a dict from name to `Parameter`."""
        return {}

    def parameters(self):
        """Return the parameters as a list, for an optimizer."""
        return list(self.named_parameters().values())

    @property
    def dtype(self):
        """Precision of the parameters; float64 if there are none."""
        values = [parameter.value for parameter in self.parameters()]
        return np.result_type(*values) if values else np.dtype(np.float64)

    def multiply_adds(self, output_shape):
        """Return the multiplications, each with its addition, for one output (C, H, W) or (C,)."""
        return 0

    def __repr__(self):
        return f"{type(self).__name__}()"


def options(settings):
    """Write the options that are not the usual ones, each after a comma."""
    usual = {
        "stride": (None, (1, 1)),
        "padding": (0, "valid", ((0, 0), (0, 0))),
        "dilation": (1, (1, 1)),
        "groups": (1,),
        "ceil_mode": (False,),
        "count_include_pad": (True,),
    }
    rest = {name: value for name, value in settings.items() if value not in usual[name]}
    return "".join(f", {name}={short(value)}" for name, value in rest.items())


def short(value):
    """Write (5, 5) as 5, and ((2, 2), (2, 2)) too."""
    while isinstance(value, (tuple, list)) and len(value) == 2 and value[0] == value[1]:
        value = value[0]
    return repr(tuple(value) if isinstance(value, list) else value)
