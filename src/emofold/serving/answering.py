"""The work on one recording after another, with models that are loaded once."""

from typing import NoReturn

from emofold.corpora.sheets import make_clip_name
from emofold.errors import InputError, errors_of_one, explain_machine, refuse_by_system
from emofold.prediction.bundle import Bundle
from emofold.prediction.folder import write_group, write_group_pages
from emofold.prediction.predictor import FACE, SPEECH, Options, Predictor
from emofold.prediction.requests import Request
from emofold.prediction.together import Together
from emofold.serving.line import PAGE, Line, Turn

MOST_BEFORE_THE_END = 0.99


class Answering:
    """Gives the turns of a line their pages.

    Parameters
    ----------
    bundle
        What predicts.
    options
        How.
    line
        Where the recordings wait.

    Raises
    ------
    InputError
        When what the bundle sees or hears with cannot work here.
    """

    def __init__(self, bundle: Bundle, options: Options, line: Line) -> None:
        self._line = line
        self._turn: Turn | None = None
        self._predictor = Predictor(bundle, options, self._report)
        self._predictor.load()
        self._modalities = sum(self._predictor.sees(modality) for modality in (SPEECH, FACE))

    def work(self) -> NoReturn:
        """Work on one turn after another, until the process is asked to end."""
        while True:
            self.answer_next()

    def answer_next(self) -> None:
        """Wait for a turn, and make its page or find out why there is none."""
        turn = self._turn = self._line.next()
        try:
            with errors_of_one(turn.media):
                turn.page = self._make_page(turn)
        except InterruptedError:
            pass  # it was given up
        except InputError as error:
            turn.error = error.about(turn.media, turn.media.name)
        except Exception as error:  # of the machine, see `errors_of_one`
            turn.error = explain_machine(error) or refuse_by_system(error)
        finally:
            self._turn = None  # which holds the page, and so the recording
            self._line.finish(turn)

    def _make_page(self, turn: Turn) -> bytes:
        request = Request(make_clip_name(turn.media.stem), turn.media)
        tables, results = turn.folder / "tables", turn.folder / "results"
        (answer,) = write_group(self._predictor, [request], Together(), tables, {})
        if answer.failure:
            raise answer.failure
        turn.stage = PAGE
        for error in write_group_pages([request], tables, results).values():
            raise error
        return (results / f"{request.clip}.html").read_bytes()

    def _report(self, duration: float) -> None:
        """Note some seconds of sound or of pictures as done; stop where nobody waits for them."""
        turn = self._turn
        if turn is None or turn.is_given_up:
            raise InterruptedError
        if turn.duration:
            done = turn.share + duration / (turn.duration * self._modalities)
            turn.share = min(done, MOST_BEFORE_THE_END)
