"""The backward passes of chapter 12 as loops, each with a switch for every bug worth knowing."""

import numpy as np


def _inside(array, place):
    return all(0 <= a < n for a, n in zip(place, array.shape[-2:], strict=True))


def _store(array, index, value, overwrite):
    array[index] = value if overwrite else array[index] + value


def dw_loops(
    G,
    x,
    k,
    s,
    d,
    *,
    overwrite=False,
    swap_strides=False,
    swap_dilations=False,
    swap_roles=False,
    guard=False,
):
    """Return dW; `guard` skips the pixels that a bug looks for outside the image."""
    s, d = s[:: -1 if swap_strides else 1], d[:: -1 if swap_dilations else 1]
    if swap_roles:
        s, d = d, s
    dw = np.zeros((G.shape[1], x.shape[1], *k))
    for n, f, i, j in np.ndindex(G.shape):
        for c, u, v in np.ndindex(dw.shape[1:]):
            place = s[0] * i + d[0] * u, s[1] * j + d[1] * v
            if not guard or _inside(x, place):
                _store(dw, (f, c, u, v), G[n, f, i, j] * x[(n, c, *place)], overwrite)
    return dw


def dx_loops(
    G,
    W,
    shape,
    s,
    p,
    *,
    overwrite=False,
    taps_first=False,
    swap_strides=False,
    guard=False,
    crop="both",
):
    """Return dX; `taps_first` loops over the taps outside and over the windows inside."""
    s = s[:: -1 if swap_strides else 1]
    padded = np.zeros((*shape[:2], shape[2] + 2 * p[0], shape[3] + 2 * p[1]))
    outputs, taps = list(np.ndindex(G.shape)), list(np.ndindex(W.shape[1:]))
    pairs = [(o, t) for t in taps for o in outputs] if taps_first else None
    for (n, f, i, j), (c, u, v) in pairs or ((o, t) for o in outputs for t in taps):
        place = s[0] * i + u, s[1] * j + v
        if not guard or _inside(padded, place):
            _store(padded, (n, c, *place), G[n, f, i, j] * W[f, c, u, v], overwrite)
    if crop == "none":
        return padded
    top, left = {"both": p, "end": (0, 0), "swapped": p[::-1]}[crop]
    return padded[:, :, top : top + shape[2], left : left + shape[3]]


def pool_loops(G, x, k, s, *, rule="first", overwrite=False):
    """Return max pooling's dX; `rule` says who gets a window's slope."""
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(G.shape):
        window = x[s[0] * i : s[0] * i + k[0], s[1] * j : s[1] * j + k[1]]
        ties = [place for place in np.ndindex(*k) if window[place] == window.max()]
        winners = {"first": ties[:1], "last": ties[-1:], "none": list(np.ndindex(*k))}
        share = G[i, j] / len(ties) if rule == "share" else G[i, j]
        for u, v in winners.get(rule, ties):
            _store(dx, (s[0] * i + u, s[1] * j + v), share, overwrite)
    return dx


def suspect(*, unflipped=False, overwrite=False, one_image=False, swapped=False):
    """Return a backward pass of a convolution with one channel, for the hunt of exercise 12.2.

    The function takes G (N, OH, OW), x (N, H, W), W (KH, KW) and the stride (down, across), and
    returns dX and dW.
    """

    def backward(G, x, W, stride):
        G, x = np.asarray(G, float)[:, None], np.asarray(x, float)[:, None]
        W = np.asarray(W, float)[None, None]
        turned = W[:, :, ::-1, ::-1] if unflipped else W
        options = {"swap_strides": swapped, "guard": True}
        dx = dx_loops(G, turned, x.shape, stride, (0, 0), overwrite=overwrite, **options)
        part = slice(0, 1 if one_image else None)
        dw = dw_loops(G[part], x[part], W.shape[2:], stride, (1, 1), **options)
        return dx[:, 0], dw[0, 0]

    return backward
