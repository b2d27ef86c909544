"""What every extractor of Action Units does and gives."""

from abc import abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import pandas as pd

from emofold.face.schemas import ACTION_UNITS

FRAME_COLUMNS = ("frame", "timestamp", "confidence", "success", *ACTION_UNITS)


class ActionUnitExtractor(Protocol):
    """Makes a table of Action Units of each clip; a context manager that closes its tool."""

    @abstractmethod
    def extract(self, media: Path | None, action_units: Path | None) -> pd.DataFrame:
        """Return the Action Units of a clip, frame by frame.

        Parameters
        ----------
        media
            The clip's video, if it has one.
        action_units
            The clip's csv of Action Units, if it has one.

        Returns
        -------
        pandas.DataFrame
            A row a frame, with the columns :data:`FRAME_COLUMNS`: ``frame`` counts from 0,
            ``timestamp`` is in seconds, ``confidence`` from 0 to 1, ``success`` 1 where a face was
            found and 0 where not; an Action Unit that is not known is NaN.

        Raises
        ------
        InputError
            When the clip lacks what the extractor reads, or it cannot be read.
        """

    def close(self) -> None:
        """Let go of what is held between clips."""
        return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
