"""The arguments of an explorer: what each accepts, and the signature that is shown for them."""

import inspect
import re
from collections.abc import Iterable

import numpy as np
import traitlets

from .. import _checks
from ..datasets import PHOTOS

# What a trait of each kind accepts, as Python's types and in words.
KINDS = {
    traitlets.Bool: (bool, "True or False"),
    traitlets.Unicode: (str, "a string"),
    traitlets.Int: (int, "an integer"),
    traitlets.Float: ((int, float), "a number"),
}


def plain(value):
    """Return a scalar of NumPy as one of Python, and anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def checked(explorer, name, value):
    """Return the value as the explorer's trait takes it.

    Raises
    ------
    TypeError
        If the value is of a wrong type; True and False are no numbers.
    ValueError
        If it is out of range.
    """
    trait, value = explorer.traits()[name], plain(value)
    if value is None and trait.allow_none:
        return None
    of_kind = (entry for kind, entry in KINDS.items() if isinstance(trait, kind))
    types, words = next(of_kind, (object, trait.info()))
    refused = f"{name} must be {words}{_limits(trait)}, got {value!r}"
    truth = isinstance(value, bool) and types in (int, (int, float))
    if truth or not isinstance(value, types):
        raise TypeError(refused)
    try:
        return trait.validate(explorer, value)
    except traitlets.TraitError:
        raise ValueError(refused) from None


def _limits(trait):
    low, high = getattr(trait, "min", None), getattr(trait, "max", None)
    if low in (None, -np.inf):
        return ""
    return f" of at least {low}" if high in (None, np.inf) else f" from {low} to {high}"


def whole(name, value, low, high):
    """Return `value` as an int from `low` to `high`."""
    value = _checks.integer(name, value)
    if not low <= value <= high:
        raise ValueError(f"{name} must be an integer from {low} to {high}, got {value}")
    return value


def photo_names(photos, *others):
    """Return the names of photographs as a list; `others` are accepted besides `cnnlib.PHOTOS`."""
    known = (*PHOTOS, *others)
    single = isinstance(photos, str) or not isinstance(photos, Iterable)
    names = [] if single else list(photos)
    if not names or not all(isinstance(name, str) and name in known for name in names):
        listed = ", ".join(map(repr, known))
        raise ValueError(f"photos must be a list of names out of {listed}; got {photos!r}")
    return [str(name) for name in names]


class Told:
    """A default that the docstring tells, since it depends on the other arguments."""

    def __repr__(self):
        return "..."


def signature(explorer):
    """Return the signature of a class of explorers: the parameters that its docstring lists.

    Defaults are given where `__init__` has them.
    """
    own = inspect.signature(explorer.__init__).parameters
    text = inspect.getdoc(explorer).partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    names = [name for line in re.findall(r"^(\w.*) : ", text, re.M) for name in line.split(", ")]
    keyword = inspect.Parameter.KEYWORD_ONLY
    blank = inspect.Parameter("blank", keyword, default=Told())
    parameters = [own.get(name, blank.replace(name=name)) for name in names]
    return inspect.Signature(sorted(parameters, key=lambda parameter: parameter.kind))
