"""The exercises of chapter 8, Channels: accumulate, aggregate."""

import numpy as np

from ..conv import conv2d
from ..shapes import conv_parameters
from ._check import ArrayExercise, FunctionExercise, Mistake

PICTURE = np.array([[[1.0, 2, 0], [0, 1, 3]], [[2, 0, 1], [1, 1, 0]]])
FILTER = np.array([[[1.0, 0], [2, -1]], [[0, 1], [-1, 3]]])
BIAS = -1.0


def _layer(x, weight, bias=None, **geometry):
    return conv2d(x[None], weight, bias, **geometry)[0]


def _maps(x, w):
    return _layer(x, w[:, None], groups=len(x))[:, 0]


def _row(x, w, bias=0.0):
    return _layer(x, w[None], [bias])[0, 0]


BY_HAND = ArrayExercise(
    expected=_row(PICTURE, FILTER, BIAS),
    wanted="two numbers",
    why="The maps are 0, 1 and 2, 0. They are added place by place, and the bias is added once: "
    "0 + 2 − 1 = 1 and 1 + 0 − 1 = 0.",
    mistakes=(
        Mistake(_maps(PICTURE, FILTER), "These are the two maps. Add them up, and add the bias."),
        Mistake(
            _row(PICTURE, FILTER),
            "That is the sum of the two maps. The bias is still to be added.",
        ),
        Mistake(
            _row(PICTURE, FILTER, 2 * BIAS),
            "You added the bias to each map. It belongs to the filter, so it is added once.",
        ),
        Mistake(
            _maps(PICTURE, FILTER) + BIAS,
            "These are two maps with the bias added to each. Add the maps up first; the bias is "
            "added once, to the sum.",
        ),
        Mistake(_row(PICTURE, FILTER, -BIAS), "You subtracted the bias. It is added, −1 and all."),
        Mistake(
            _row(PICTURE, FILTER[::-1], BIAS),
            "You swapped the kernels: the first belongs to the first channel.",
        ),
        Mistake(
            _row(PICTURE, FILTER[[0, 0]], BIAS),
            "You used the first kernel on both channels. Each channel has a kernel of its own.",
        ),
        Mistake(
            _row(PICTURE, FILTER[[1, 1]], BIAS),
            "You used the second kernel on both channels. Each channel has a kernel of its own.",
        ),
        Mistake(
            _row(PICTURE[:1], FILTER[:1], BIAS),
            "That is the first channel with the bias. The second channel is missing.",
        ),
        Mistake(
            _row(PICTURE[1:], FILTER[1:], BIAS),
            "That is the second channel with the bias. The first channel is missing.",
        ),
        Mistake(
            _maps(PICTURE, FILTER)[0],
            "That is the map of the first channel. The second channel and the bias are missing.",
        ),
        Mistake(
            _maps(PICTURE, FILTER)[1],
            "That is the map of the second channel. The first channel and the bias are missing.",
        ),
        Mistake(
            _row(PICTURE, FILTER) / 2 + BIAS,
            "You averaged the maps. They are summed.",
        ),
        Mistake(
            _row(PICTURE, FILTER[:, ::-1, ::-1], BIAS),
            "Your result equals ours with both kernels flipped. Lay them on as they are printed.",
        ),
        Mistake(
            np.prod(_maps(PICTURE, FILTER), axis=0) + BIAS,
            "You multiplied the maps. They are added.",
        ),
    ),
)


def _stack(*layers, **options):
    return sum(conv_parameters(*layer, **options) for layer in layers)


COUNTING = ArrayExercise(
    expected=_stack((3, 16, 5), (16, 32, 3)),
    wanted="one number",
    why="16·(3·25 + 1) = 1,216 and 32·(16·9 + 1) = 4,640. The second layer's filters have a "
    "kernel for each of the 16 maps that the first one hands on.",
    mistakes=(
        Mistake(
            _stack((3, 16, 5), (16, 32, 3), bias=False),
            "Those are the weights. Each filter has a bias as well.",
        ),
        Mistake(
            _stack((1, 16, 5), (1, 32, 3)),
            "You have one kernel for each filter. A filter has one for each channel that it reads.",
        ),
        Mistake(
            _stack((1, 16, 5), (1, 32, 3), bias=False),
            "You have one kernel for each filter, and no bias. A filter has a kernel for each "
            "channel that it reads, and one bias.",
        ),
        Mistake(
            _stack((3, 16, 5), (3, 32, 3)),
            "Your second layer reads 3 channels. It reads the maps of the first, one for each of "
            "its filters.",
        ),
        Mistake(
            _stack((3, 16, 5), (1, 32, 3)),
            "Your first layer is right. The filters of the second have one kernel each: they have "
            "one for each map that the first layer hands on.",
        ),
        Mistake(
            _stack((1, 16, 5), (16, 32, 3)),
            "Your second layer is right. The filters of the first have one kernel each: they have "
            "one for each colour.",
        ),
        Mistake(
            3 * 16 * 26 + 16 * 32 * 10,
            "You gave each kernel a bias. There is one for each filter: the maps are summed first.",
        ),
        Mistake(
            _stack((3, 16, 5), (48, 32, 3)),
            "You let the first layer hand on 48 maps, 3 for each filter. The maps of a filter are "
            "summed: it hands on one.",
        ),
        Mistake(conv_parameters(3, 16, 5), "That is the first layer. Add the second."),
        Mistake(conv_parameters(16, 32, 3), "That is the second layer. Add the first."),
        Mistake(
            _stack((3, 16, 3), (16, 32, 3)),
            "You have 3×3 kernels in both layers. Those of the first are 5×5.",
        ),
        Mistake(
            _stack((3, 16, 5), (16, 32, 5)),
            "You have 5×5 kernels in both layers. Those of the second are 3×3.",
        ),
    ),
)

COLOURS = np.array([[0.0, 0, 0], [1, 1, 1], [1, 1, 0], [1, 0, 0]])
WANTED = np.array([-1.0, 1, 2, 0])


def _solve(colours, wanted):
    return np.linalg.solve(np.column_stack([colours, np.ones(len(colours))]), wanted)


DESIGN = ArrayExercise(
    expected=_solve(COLOURS, WANTED),
    wanted="four numbers: the weights of red, green and blue, and the bias",
    why="Black shows the bias: −1. Red adds its weight to it, so that is 1. Yellow adds green's, "
    "2, and white adds blue's, −1.",
    mistakes=(
        Mistake(
            _solve(COLOURS, WANTED)[:3],
            "The weights are right. The bias is missing: what does black give?",
        ),
        Mistake(
            [0, 2, -1, -1],
            "You read the answer to red as its weight. Red gives its weight plus the bias.",
        ),
        Mistake(
            [0, 3, -1, -1],
            "You read the answer to red as its weight; green's then comes out as 3. Red gives its "
            "weight plus the bias.",
        ),
        Mistake(
            _solve(COLOURS, WANTED)[[3, 0, 1, 2]],
            "The numbers are right, but the bias goes last.",
        ),
        Mistake(
            _solve(COLOURS, WANTED)[[2, 1, 0, 3]],
            "Red and blue are swapped: the order is red, green, blue, bias.",
        ),
        Mistake(
            [1, 2, -1, 0],
            "The weights are right. The bias isn't: with it, black would give 0.",
        ),
        Mistake(
            [1, 2, -1, 1],
            "The weights are right, but the bias has the wrong sign: black gives the bias itself.",
        ),
        Mistake(WANTED, "These are the four answers. Asked for are the weights that lead to them."),
    ),
)


def _grouped(x, weight, groups):
    return _layer(x, weight, groups=groups)


def _interleaved(x, weight, groups):
    order = np.concatenate([np.arange(g, len(x), groups) for g in range(groups)])
    return _layer(x[order], weight, groups=groups)


def _filters_interleaved(x, weight, groups):
    order = np.concatenate([np.arange(g, len(weight), groups) for g in range(groups)])
    y = _layer(x, weight[order], groups=groups)
    return y[np.argsort(order)]


def _first_group_only(x, weight, groups):
    part = len(x) // groups
    return _layer(x[:part], weight)


def _all_channels(x, weight, groups):
    return _layer(x, np.tile(weight, (1, groups, 1, 1)))


def _all_runs(x, weight, groups):
    return np.concatenate([_layer(run, weight) for run in np.split(x, groups)])


def _maps_of_groups(x, weight, groups):
    y = _layer(x, weight, groups=groups)
    return y.reshape(groups, -1, *y.shape[1:])


def _summed_over_groups(x, weight, groups):
    return _maps_of_groups(x, weight, groups).sum(axis=0)


def _case(channels, filters, groups, side, kernel, *, rng):
    x = rng.integers(0, 10, (channels, *side)) * 1.0
    return x, rng.integers(-4, 5, (filters, channels // groups, *kernel)) * 1.0, groups


def _cases():
    rng = np.random.default_rng(8)
    return (
        _case(6, 4, 2, (5, 7), (2, 3), rng=rng),
        _case(6, 9, 3, (6, 4), (3, 1), rng=rng),
        _case(4, 4, 4, (4, 5), (2, 2), rng=rng),
        _case(3, 2, 1, (5, 4), (1, 3), rng=rng),
    )


GROUPS = FunctionExercise(
    reference=_grouped,
    cases=_cases(),
    wanted="conv_groups(x, weight, groups)",
    why="It agrees with cnnlib.conv2d for 1, 2, 3 and 4 groups, with as many groups as channels, "
    "and with more filters than channels.",
    mistakes=(
        Mistake(
            _interleaved,
            "Your groups take every so-manyth channel. A group is a run of channels that follow "
            "one another: with 6 channels and 2 groups, 0 to 2 and 3 to 5.",
        ),
        Mistake(
            _filters_interleaved,
            "The channels are right, but your filters are dealt out in turn. The first run of "
            "filters belongs to the first group.",
        ),
        Mistake(
            _first_group_only,
            "All your filters read the first group of channels. The second run of filters reads "
            "the second.",
        ),
        Mistake(
            _all_channels,
            "Your filters read all channels, with the same kernels for each group. A filter reads "
            "the channels of its own group only.",
        ),
        Mistake(
            _all_runs,
            "All your filters read every group. Each group has its own run of filters, so there is "
            "one map a filter in all.",
        ),
        Mistake(
            _summed_over_groups,
            "You added the groups' outputs up. They stand one after the other: one map a filter.",
        ),
        Mistake(
            _maps_of_groups,
            "The numbers are right. Join the groups: the first axis of the output counts filters.",
        ),
        Mistake(
            lambda x, weight, groups: _layer(x, weight[:, :, ::-1, ::-1], groups=groups),
            "Your function equals ours with the kernels flipped.",
        ),
    ),
)

EXERCISES = {"8.1": BY_HAND, "8.2": COUNTING, "8.3": DESIGN, "8.4": GROUPS}
