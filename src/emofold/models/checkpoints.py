"""Where a training stands, on disk, so that a job that is killed goes on in its next attempt."""

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emofold.files import atomic_write

logger = logging.getLogger(__name__)


class Checkpoint:
    """The one checkpoint of a training; a newer one takes the place of the older.

    Parameters
    ----------
    folder
        Where it lies. Nothing else may be there.
    recipe
        What decides the result of the training: code, parameters, the digests of all inputs. A
        checkpoint of another recipe is not taken up.
    """

    def __init__(self, folder: Path, recipe: Mapping[str, Any]) -> None:
        self.folder, self._file = folder, folder / "checkpoint.pt"
        text = json.dumps(recipe, sort_keys=True, default=str)
        self._recipe = hashlib.sha256(text.encode()).hexdigest()

    def load(self) -> dict[str, Any] | None:
        """Return the state that was saved last by a training of the same recipe, or None.

        The tensors are on the CPU. Nothing in the file is executed.
        """
        import torch  # noqa: PLC0415

        if not self._file.is_file():
            return None
        try:
            saved = torch.load(self._file, map_location="cpu", weights_only=True)
            recipe, state = saved["recipe"], saved["state"]
        except Exception as error:  # whatever is wrong with it, the training can begin anew
            logger.warning("the checkpoint %s cannot be read (%s): begin anew", self._file, error)
            return None
        if recipe != self._recipe:
            logger.info("the checkpoint %s is of another training: begin anew", self._file)
            return None
        return state

    def save(self, state: Mapping[str, Any]) -> None:
        """Keep a state: numbers, texts, tensors, and lists and mappings of these."""
        import torch  # noqa: PLC0415

        with atomic_write(self._file) as partial:
            torch.save({"recipe": self._recipe, "state": dict(state)}, partial)

    def remove(self) -> None:
        """Delete the checkpoint and its folder, now that the results are written."""
        shutil.rmtree(self.folder, ignore_errors=True)
