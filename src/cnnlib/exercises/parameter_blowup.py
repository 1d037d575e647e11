"""The exercises of chapter 2, The parameter blow-up."""

from ..shapes import (
    conv_parameters,
    dense_parameters,
    locally_connected_parameters,
    output_size,
)
from ._check import ArrayExercise, FunctionExercise, Mistake


def _two_layers(pixels, units=200, digits=10, **options):
    first = dense_parameters(pixels, units, **options)
    return [first, dense_parameters(units, digits, **options)]


FIRST = dense_parameters(64 * 64 * 3, 200)

DENSE = ArrayExercise(
    expected=_two_layers(64 * 64 * 3),
    wanted="two numbers, [first layer, second layer]",
    why="The first layer has 200·(64·64·3 + 1) = 2,457,800 parameters, the second, which reads "
    "the 200 outputs of the first, 10·(200 + 1) = 2,010.",
    mistakes=(
        Mistake(
            _two_layers(64 * 64 * 3, bias=False),
            "Those are the weights. Each unit has a bias as well.",
        ),
        Mistake(
            _two_layers(64 * 64),
            "You counted one number for each pixel. A pixel in colour has three, and each has a "
            "weight.",
        ),
        Mistake(
            _two_layers(64 * 64, bias=False),
            "You counted one number for each pixel, and no biases. A pixel in colour has three "
            "numbers, and each unit has a bias.",
        ),
        Mistake(
            _two_layers(64 * 3),
            "A picture of 64×64 has 64·64 pixels, not 64.",
        ),
        Mistake(
            [64 * 64 * 3 * 200 + 1, 200 * 10 + 1],
            "You added one bias for the whole layer. Each of its units has one.",
        ),
        Mistake(
            [FIRST, 200 * 10],
            "Your second layer has no biases. Each of its units has one, too.",
        ),
        Mistake(
            [FIRST - 200, (200 + 1) * 10],
            "Your first layer has no biases. Each of its units has one, too.",
        ),
        Mistake(
            [64 * 64 * 3 * 200 + 64 * 64 * 3, 200 * 10 + 200],
            "You gave each input a bias. It is the units that have one.",
        ),
        Mistake(
            [FIRST, dense_parameters(64 * 64 * 3, 10)],
            "Your second layer reads the picture. It reads the outputs of the first layer.",
        ),
        Mistake(
            [FIRST, dense_parameters(FIRST, 10)],
            "Your second layer reads the parameters of the first. It reads its outputs, one for "
            "each unit.",
        ),
    ),
)

SIDE, KERNEL, MAPS = 32, 3, 16


def _windows(channels=3, side=SIDE, **options):
    local = locally_connected_parameters(channels, MAPS, KERNEL, input_size=side, **options)
    return [local, conv_parameters(channels, MAPS, KERNEL, **options)]


LOCAL, SHARED = _windows()
PLACES = output_size(SIDE, KERNEL) ** 2

WINDOWS = ArrayExercise(
    expected=[LOCAL, SHARED],
    wanted="two numbers, [locally connected, convolution]",
    why="A window holds 3·3·3 = 27 numbers, so an output has 28 parameters. There are 30·30 places "
    "and 16 maps: 30·30·16·28 = 403,200, or, shared by all places of a map, 16·28 = 448.",
    mistakes=(
        Mistake(
            _windows(bias=False),
            "Those are the weights. A locally connected layer has a bias for each output, a "
            "convolution one for each map.",
        ),
        Mistake(
            _windows(channels=1),
            "You counted one number for each pixel of a window. In colour there are three.",
        ),
        Mistake(
            _windows(channels=1, bias=False),
            "You counted one number for each pixel of a window, and no biases. In colour there are "
            "three numbers, and there are biases.",
        ),
        Mistake(
            [LOCAL, LOCAL],
            "You multiplied both by the number of places. The convolution uses the same weights at "
            "all of them.",
        ),
        Mistake(
            [SHARED, LOCAL],
            "The numbers are right, the other way round: the convolution is the one that shares.",
        ),
        Mistake(
            [SHARED, SHARED],
            "Your locally connected layer shares its weights. Multiply by the number of places.",
        ),
        Mistake(
            _windows(side=SIDE + KERNEL - 1),
            "You counted 32·32 places. The window stays inside the picture, so there are fewer.",
        ),
        Mistake(
            _windows(side=SIDE - 1),
            "You counted 29·29 places. The first and the last place both count: 32 − 3 + 1.",
        ),
        Mistake(
            [LOCAL // MAPS, SHARED // MAPS],
            "That is for one map. There are 16, each with weights of its own.",
        ),
        Mistake(
            [LOCAL // MAPS, SHARED],
            "Your locally connected layer has one map. There are 16.",
        ),
        Mistake(
            [LOCAL - PLACES * MAPS + MAPS, SHARED],
            "Your locally connected layer has one bias for each map. Nothing is shared there, so "
            "each output has its own.",
        ),
        Mistake(
            [PLACES * MAPS * 3 * (9 + 1), MAPS * 3 * (9 + 1)],
            "You gave each channel of a window a bias. An output adds up all three and has "
            "one bias.",
        ),
        Mistake(
            [LOCAL, SHARED - MAPS + 1],
            "Your convolution has a single bias. Each map has one.",
        ),
    ),
)


def _network(side, *, maps=8, places=1, bias=True):
    """Count a convolution of 8 maps with a dense layer of 10 units behind it."""
    dense = dense_parameters(side**2 * maps, 10, bias=bias)
    return places * conv_parameters(1, 8, 5, bias=bias) + dense


POOLED = ArrayExercise(
    expected=[_network(24), _network(12)],
    wanted="two numbers, [without pooling, with pooling]",
    why="The convolution has 8·26 = 208 parameters either way. The dense layer reads 8·24·24 = "
    "4,608 numbers with 46,090 parameters, or 8·12·12 = 1,152 numbers with 11,530.",
    mistakes=(
        Mistake(
            [_network(24, bias=False), _network(12, bias=False)],
            "Those are the weights. Each map and each unit has a bias as well.",
        ),
        Mistake(
            [_network(24, places=0), _network(12, places=0)],
            "That is the dense layer by itself. Add the convolution.",
        ),
        Mistake(
            [_network(28), _network(14)],
            "Your maps have 28×28 outputs. A window of 5×5 that stays inside fits at fewer places.",
        ),
        Mistake(
            [_network(24, maps=1), _network(12, maps=1)],
            "Your dense layer reads one map. It reads the outputs of all eight.",
        ),
        Mistake(
            [_network(28, maps=1), _network(14, maps=1)],
            "Your dense layer reads the picture. It reads the outputs of the convolution.",
        ),
        Mistake(
            [_network(24), 208 + dense_parameters(24 * 12 * 8, 10)],
            "You halved the number of outputs. Half as many rows and half as many columns leave a "
            "quarter of them.",
        ),
        Mistake(
            [_network(24), _network(24)],
            "A pooling has no parameters of its own, but it changes what the dense layer reads.",
        ),
        Mistake(
            [_network(24), _network(24) / 4],
            "You divided the whole network by four. The convolution, and the biases of the dense "
            "layer, stay as they are.",
        ),
        Mistake(
            [_network(24, places=24**2), _network(12, places=24**2)],
            "You multiplied the convolution's parameters by its places. All places share them.",
        ),
        Mistake(
            [_network(12), _network(24)],
            "The numbers are right, the other way round: the first is asked for without pooling.",
        ),
    ),
)


def _counts(side, channels, maps, kernel):
    outputs = maps * output_size(side, kernel) ** 2
    return [
        dense_parameters(channels * side**2, outputs),
        locally_connected_parameters(channels, maps, kernel, input_size=side),
        conv_parameters(channels, maps, kernel),
    ]


def _layers(side, channels, maps, kernel, *, outputs, biases=None):
    """Count as `_counts` does, with a wrong number of outputs or of biases."""
    dense, local, convolution = (outputs, outputs, maps) if biases is None else biases
    picture, window = channels * side**2, channels * kernel**2
    return [picture * outputs + dense, window * outputs + local, window * maps + convolution]


def _outputs(side, maps, kernel):
    return maps * (side - kernel + 1) ** 2


def _unbiased(side, channels, maps, kernel):
    outputs = _outputs(side, maps, kernel)
    return _layers(side, channels, maps, kernel, outputs=outputs, biases=(0, 0, 0))


def _one_bias(side, channels, maps, kernel):
    outputs = _outputs(side, maps, kernel)
    return _layers(side, channels, maps, kernel, outputs=outputs, biases=(1, 1, 1))


def _local_bias_shared(side, channels, maps, kernel):
    outputs = _outputs(side, maps, kernel)
    return _layers(side, channels, maps, kernel, outputs=outputs, biases=(outputs, maps, maps))


def _channel_biases(side, channels, maps, kernel):
    outputs = _outputs(side, maps, kernel)
    biases = (channels * outputs, channels * outputs, channels * maps)
    return _layers(side, channels, maps, kernel, outputs=outputs, biases=biases)


def _grey(side, channels, maps, kernel):
    return _counts(side, 1, maps, kernel)


def _one_map(side, channels, maps, kernel):
    return _counts(side, channels, 1, kernel)


def _every_pixel(side, channels, maps, kernel):
    return _layers(side, channels, maps, kernel, outputs=maps * side**2)


def _one_short(side, channels, maps, kernel):
    return _layers(side, channels, maps, kernel, outputs=maps * (side - kernel) ** 2)


def _one_row(side, channels, maps, kernel):
    return _layers(side, channels, maps, kernel, outputs=maps * (side - kernel + 1))


def _few_units(side, channels, maps, kernel):
    return [dense_parameters(channels * side**2, maps), *_counts(side, channels, maps, kernel)[1:]]


def _unshared(side, channels, maps, kernel):
    dense, local, _ = _counts(side, channels, maps, kernel)
    return [dense, local, local]


def _all_shared(side, channels, maps, kernel):
    dense, _, convolution = _counts(side, channels, maps, kernel)
    return [dense, convolution, convolution]


def _swapped(side, channels, maps, kernel):
    dense, local, convolution = _counts(side, channels, maps, kernel)
    return [dense, convolution, local]


COUNTING = FunctionExercise(
    reference=_counts,
    cases=((28, 1, 1, 5), (12, 3, 4, 3), (9, 2, 5, 4)),
    wanted="counts(side, channels, maps, kernel), [dense, locally connected, convolution]",
    why="There are maps·(side − kernel + 1)² outputs. Each reads channels·side² numbers or "
    "channels·kernel², and has a bias; in a convolution the outputs of a map share one set.",
    mistakes=(
        Mistake(_unbiased, "The biases are missing."),
        Mistake(
            _one_bias,
            "Each layer has a single bias. There is one for each output, or, where outputs share "
            "their weights, one for each map.",
        ),
        Mistake(
            _local_bias_shared,
            "Your locally connected layer has one bias for each map. Nothing is shared there.",
        ),
        Mistake(
            _channel_biases,
            "You gave each channel a bias. An output adds up all channels and has one bias.",
        ),
        Mistake(_grey, "The channels are missing: each pixel holds that many numbers."),
        Mistake(_one_map, "The maps are missing: at each place that many numbers are computed."),
        Mistake(
            _every_pixel,
            "You have an output for every pixel. The window stays inside the picture, so it fits "
            "at side − kernel + 1 places in each direction.",
        ),
        Mistake(
            _one_short,
            "You have too few outputs: the first and the last place both count, so there are "
            "side − kernel + 1 in each direction.",
        ),
        Mistake(_one_row, "You have the outputs of one row. There are as many rows as columns."),
        Mistake(
            _few_units,
            "Your dense layer has one unit for each map. It should have as many outputs as the "
            "other two.",
        ),
        Mistake(
            _unshared,
            "You multiplied the convolution by the number of places. They share their weights.",
        ),
        Mistake(_all_shared, "Your locally connected layer shares its weights."),
        Mistake(_swapped, "The last two are swapped: the convolution is the one that shares."),
    ),
)

EXERCISES = {"2.1": DENSE, "2.2": WINDOWS, "2.3": POOLED, "2.4": COUNTING}
