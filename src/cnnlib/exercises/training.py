"""The exercises of chapter 13, Train a CNN from scratch."""

import math

import numpy as np

from ..evaluation import confusion_matrix
from ..losses import cross_entropy_backward
from ._check import ArrayExercise, FunctionExercise, Mistake, Verdict

BEFORE_TRAINING = ArrayExercise(
    expected=[math.log(26), 4 * math.ceil(55_000 / 64)],
    wanted="two numbers, [loss, steps]",
    why="26 equal shares are 1/26 each, and −ln(1/26) = ln 26; an epoch has 860 batches, the last "
    "of them smaller, and four epochs have 3440.",
    mistakes=(
        *(
            Mistake(
                [round(math.log(26), digits), 3440],
                "Right, but rounded: write the loss as `np.log(26)`.",
            )
            for digits in (1, 2, 3)
        ),
        Mistake(
            [math.log10(26), 3440],
            "The loss takes the natural logarithm, not the one to the base 10.",
        ),
        Mistake([math.log2(26), 3440], "The loss takes the natural logarithm, not log₂."),
        Mistake([math.log(10), 3440], "ln 10 belongs to ten classes; there are 26 letters."),
        Mistake([-math.log(26), 3440], "A loss of this kind is never negative: −ln(1/26) = ln 26."),
        Mistake([1 / 26, 3440], "1/26 is the probability; the loss is minus its logarithm."),
        Mistake(
            [math.log(26), 4 * 55_000 / 64],
            "Half a step can't be taken: the last batch of an epoch is smaller, but it is a batch.",
        ),
        Mistake(
            [math.log(26), math.ceil(4 * 55_000 / 64)],
            "Each epoch ends with a smaller batch of its own; round up per epoch, then multiply.",
        ),
        Mistake(
            [math.log(26), 4 * (55_000 // 64)],
            "The images left over at the end of an epoch form one more, smaller batch.",
        ),
        Mistake([math.log(26), 860], "860 steps are one epoch; there are four."),
    ),
)

MATRIX = np.array([[8, 2, 0], [1, 5, 4], [1, 1, 8]])
CONFUSION = ArrayExercise(
    expected=[21 / 30, 5 / 10, 5 / 8],
    wanted="three numbers, [accuracy, share of class 1 that was found, share of answers 1 that "
    "were right]",
    why="The diagonal holds 21 of 30; row 1 holds the 10 images of class 1, column 1 the 8 that "
    "were called 1.",
    mistakes=(
        Mistake(
            [21 / 30, 5 / 8, 5 / 10],
            "The last two are swapped: a row holds the images of one true class, a column those "
            "that got one answer.",
        ),
        Mistake([9 / 30, 5 / 10, 5 / 8], "The first number is the share of errors."),
        Mistake(
            [21, 5, 5], "These are counts. Divide by the images, by the row, and by the column."
        ),
        Mistake(
            [21 / 30, 5 / 21, 5 / 21],
            "You divided by all right answers. Divide by the row, and by the column.",
        ),
        Mistake(
            [70, 50, 62.5],
            "These are percentages; asked for are shares between 0 and 1.",
        ),
    ),
)

MOMENTUM = ArrayExercise(
    expected=[0.8, 0.52],
    wanted="two numbers, [w after step 1, w after step 2]",
    why="v = 2, so w = 1 − 0.1·2 = 0.8; then v = 0.9·2 + 1 = 2.8, so w = 0.8 − 0.28 = 0.52.",
    mistakes=(
        Mistake([0.8, 0.7], "That is plain gradient descent: the second step forgot the velocity."),
        Mistake([1.2, 1.48], "You went uphill. The step is against the gradient."),
        Mistake(
            [0.98, 0.952],
            "You weighted the new gradient with 1 − 0.9. In v = momentum·v + g it counts in full.",
        ),
        Mistake(
            [0.62, 0.268],
            "That is Nesterov's variant, which adds the gradient to the momentum once more.",
        ),
        Mistake(
            [0.8, 0.53], "The gradient fades in your velocity: v = 0.9·2 + 1, not 0.9·(2 + 1)."
        ),
        Mistake([-1, -3.8], "The learning rate of 0.1 is missing."),
    ),
)


def _counted_once(labels, predictions, classes):
    matrix = np.zeros((classes, classes), int)
    matrix[labels, predictions] += 1
    return matrix


def _confusion_cases():
    rng = np.random.default_rng(13)
    drawn = ((40, 3), (30, 5))
    cases = [(*rng.integers(0, classes, (2, count)), classes) for count, classes in drawn]
    # In the last case the last class occurs nowhere.
    return (*cases, (np.array([0, 2, 2]), np.array([1, 1, 1]), 4))


COUNTING = FunctionExercise(
    reference=lambda y, p, classes: confusion_matrix(y, p, classes=classes),
    cases=_confusion_cases(),
    wanted="confusion(labels, predictions, classes)",
    why="Each image adds 1 in the row of what it is and the column of what it was taken for.",
    mistakes=(
        Mistake(
            lambda y, p, classes: confusion_matrix(p, y, classes=classes),
            "Rows and columns are swapped: rows are the truth.",
        ),
        Mistake(
            _counted_once,
            "A pair that occurs several times was counted once: `matrix[labels, predictions] += 1` "
            "writes each place once. Use a loop or np.add.at.",
        ),
        Mistake(
            lambda y, p, classes: confusion_matrix(y, p),
            "The matrix is smaller than classes × classes when the last class doesn't occur.",
        ),
        Mistake(
            lambda y, p, classes: confusion_matrix(y, p, classes=classes) / len(y),
            "These are shares; asked for are counts.",
        ),
    ),
)


def _step(x, y, w, lr, change=lambda grad, batch: grad):
    batch = len(x)
    grad = cross_entropy_backward(x @ w.T, y).T @ x
    return w - lr * change(grad, batch)


def _one_hot_missing(x, y, w, lr):
    powers = np.exp(x @ w.T)
    shares = powers / powers.sum(axis=1, keepdims=True)
    return w - lr * shares.T @ x / len(x)


def _step_cases():
    rng = np.random.default_rng(14)
    return tuple(
        (
            rng.normal(size=(batch, inputs)),
            rng.integers(0, classes, batch),
            rng.normal(size=(classes, inputs)),
            lr,
        )
        for batch, inputs, classes, lr in ((5, 4, 3, 0.1), (7, 3, 6, 0.5), (1, 2, 4, 1.0))
    )


class _StepExercise(FunctionExercise):
    """A step of training that leaves the weights that were passed in as they were."""

    def judge(self, answer):
        """Return the verdict on an answer of any kind."""
        verdict = super().judge(answer)
        if verdict.status == "right":
            x, y, w, lr = self.cases[0]
            passed = w.copy()
            answer(x.copy(), y.copy(), passed, lr)
            if not np.array_equal(passed, w):
                words = "The numbers are right, but `w` itself is changed. Write `return w - …`."
                return Verdict("mistake", f"not yet. {words}")
        return verdict


STEP = _StepExercise(
    reference=_step,
    cases=_step_cases(),
    wanted="step(x, y, w, lr)",
    why="The gradient of the logits is (p − one-hot) / N; times the inputs, summed over the batch.",
    mistakes=(
        Mistake(
            lambda x, y, w, lr: _step(x, y, w, lr, lambda grad, batch: batch * grad),
            "The sum over the batch is right, but the loss is a mean: divide by the batch's size.",
        ),
        Mistake(
            lambda x, y, w, lr: _step(x, y, w, lr, lambda grad, batch: -grad),
            "You went uphill: subtract the gradient.",
        ),
        Mistake(
            lambda x, y, w, lr: _step(x, y, w, 1.0),
            "The learning rate is missing.",
        ),
        Mistake(
            lambda x, y, w, lr: (w - _step(x, y, w, lr)) / lr,
            "That is the gradient. Asked for are the weights after the step.",
        ),
        Mistake(
            _one_hot_missing,
            "The probabilities alone are not the gradient: subtract 1 at the true class.",
        ),
    ),
)

EXERCISES = {
    "13.1": BEFORE_TRAINING,
    "13.2": CONFUSION,
    "13.3": MOMENTUM,
    "13.4": COUNTING,
    "13.5": STEP,
}
