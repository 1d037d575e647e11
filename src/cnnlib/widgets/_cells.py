"""The arithmetic of the receptive-field painter: model cells, stimuli, responses and curves.

A stimulus is a contrast: 0 is mid-grey, 1 white, −1 black. Angles are in degrees, from the right
towards down; at 0 the stripes of a field and the bars are vertical.
"""

import numpy as np

from .. import kernels

SIDE, HALF = 41, 20  # pixels of a receptive field, and from its middle to its border
RATIO = 1.6  # surround over centre
GAMMA = 0.6  # a simple cell's field is longer than wide by 1 / GAMMA

CELLS = ("on-centre", "off-centre", "simple", "complex")
STIMULI = ("bar", "edge", "spot", "grating", "even light", "photograph")
CURVES = ("angle", "place", "width")
TURNING = ("bar", "edge", "grating")  # the stimuli that look different when they are turned

Y, X = np.mgrid[-HALF : HALF + 1, -HALF : HALF + 1].astype(float)
PLACES = np.arange(-HALF, HALF + 1)
ANGLES = np.arange(0, 181, 5)
WIDTHS = np.arange(1, 21)


def fields(cell, *, sigma, theta, wavelength, phase):
    """Return the receptive fields of a cell, shape (1 or 2, 41, 41); the first has Σ|w| = 1."""
    if cell in ("on-centre", "off-centre"):
        field = kernels.difference_of_gaussians(sigma, RATIO, size=SIDE)
        field = field if cell == "on-centre" else -field
        return (field / np.abs(field).sum())[None]
    phases = [phase] if cell == "simple" else [0, 90]
    pair = np.array([gabor(sigma, theta, wavelength, each) for each in phases])
    return pair / np.abs(pair[0]).sum()


def gabor(sigma, theta, wavelength, phase):
    """Return a Gabor filter from which as much of its bell is taken that even light gives 0."""
    shape = {"theta": np.deg2rad(theta), "sigma": sigma, "gamma": GAMMA, "size": SIDE}
    even, odd = (kernels.gabor(wavelength, phase=p, **shape) for p in (0, np.pi / 2))
    wave = kernels.gabor(wavelength, phase=np.deg2rad(phase), **shape)
    bell = np.hypot(even, odd)
    return wave - bell * (wave.sum() / bell.sum())


def stimulus(kind, *, angle, width, x, y, dark, photo=None):
    """Return a stimulus of shape (41, 41) whose middle is x pixels right of the field's, y below.

    A grating's stripes are `width` wide each; a photograph has values from 0 to 1.
    """
    turn = np.deg2rad(direction(kind, angle))
    across = (X - x) * np.cos(turn) + (Y - y) * np.sin(turn)
    if kind == "bar":
        shown = np.clip(width / 2 + 0.5 - np.abs(across), 0, 1)
    elif kind == "edge":
        shown = np.clip(2 * across, -1, 1)
    elif kind == "spot":
        shown = np.clip(width / 2 + 0.5 - np.hypot(X - x, Y - y), 0, 1)
    elif kind == "grating":
        shown = np.cos(np.pi * across / width)
    elif kind == "even light":
        shown = np.ones((SIDE, SIDE))
    else:
        rows = len(photo) // 2 + PLACES - int(np.floor(y + 0.5))
        columns = photo.shape[1] // 2 + PLACES - int(np.floor(x + 0.5))
        inside = np.ix_(rows.clip(0, len(photo) - 1), columns.clip(0, photo.shape[1] - 1))
        shown = 2 * photo[inside] - 1
    return -shown if dark else shown


def direction(kind, angle):
    """Return the angle of a stimulus; one that doesn't turn moves to the right."""
    return angle if kind in TURNING else 0


def response(pair, shown):
    """Return Σ w·s of one field; of two fields the sum of their squares, the energy."""
    drives = (pair * shown).sum(axis=(1, 2))
    return float(drives[0] if len(drives) == 1 else (drives**2).sum())


def curve(kind, cell, shape, stimulus_kind, setting, photo=None):
    """Return (angles, places or widths, responses) while one thing about the stimulus changes.

    A photograph isn't turned, but the cell instead.
    """
    if kind == "angle" and stimulus_kind == "photograph":
        shown = stimulus(stimulus_kind, **setting, photo=photo)
        turned = (fields(cell, **shape | {"theta": angle}) for angle in ANGLES)
        return ANGLES, np.array([response(pair, shown) for pair in turned])
    pair = fields(cell, **shape)
    at = {"angle": ANGLES, "place": PLACES, "width": WIDTHS}[kind]
    if kind == "place":
        settings = [setting | moved(stimulus_kind, setting, place) for place in at]
    else:
        settings = [setting | {kind: value} for value in at]
    shown = (stimulus(stimulus_kind, **each, photo=photo) for each in settings)
    return at, np.array([response(pair, each) for each in shown])


def place_of(kind, setting):
    """Return how far a stimulus lies from the field's middle, across its stripes."""
    turn = np.deg2rad(direction(kind, setting["angle"]))
    return setting["x"] * np.cos(turn) + setting["y"] * np.sin(turn)


def moved(kind, setting, place):
    """Return the x and y of a stimulus moved across its stripes to a place."""
    turn = np.deg2rad(direction(kind, setting["angle"]))
    step = place - place_of(kind, setting)
    return {"x": setting["x"] + step * np.cos(turn), "y": setting["y"] + step * np.sin(turn)}
