"""What the training clips of a fold must show."""

from collections.abc import Iterable, Sequence

from emofold.errors import InputError, listing


def check_training_emotions(found: Iterable[str], emotions: Sequence[str]) -> None:
    """Raise an :class:`InputError` unless the training clips of a fold show every emotion."""
    present = {*found}
    absent = [emotion for emotion in emotions if emotion not in present]
    if absent:
        raise InputError(
            f"no training clip of {listing(absent)}",
            "every emotion in the training clips of every fold, without those of validation",
            "move speakers between folds, lower `validation_share`, or remove the emotion from "
            "`emotions`",
        )
