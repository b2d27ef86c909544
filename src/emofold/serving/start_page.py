"""The page that takes recordings: a template, filled in with what a bundle is, and its assets."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from emofold import __version__
from emofold.errors import counted
from emofold.prediction.bundle import Bundle
from emofold.prediction.page.pages import describe_expectation
from emofold.prediction.page.video_page import ASSETS as OF_CLIPS
from emofold.prediction.predictor import FACE, SPEECH
from emofold.report.templates import fill_in, read_asset
from emofold.serving.uploads import Limits

OWN = resources.files("emofold.serving")
STYLE, SCRIPT = "start_page.css", "start_page.js"


@dataclass(frozen=True)
class StartPage:
    """A page and what it asks for.

    Attributes
    ----------
    html
        The page.
    assets
        The text of its style and of its script, by their names.
    media_types
        What these are.
    """

    html: str
    assets: Mapping[str, str]
    media_types: Mapping[str, str]


def fill_start_page(bundle: Bundle, limits: Limits) -> StartPage:
    """Return the page that takes recordings for a bundle.

    Its style is that of the pages about recordings, and some more.
    """
    facts = bundle.facts
    answering = next(iter(bundle.systems))
    html = fill_in(
        "start_page.html",
        OWN,
        hears=SPEECH in bundle.systems,
        sees=FACE in bundle.systems,
        emotions=bundle.emotions,
        trained_on=f"{counted(facts['clips'], 'clip')} of {counted(facts['speakers'], 'speaker')}",
        name=bundle.name,
        expected=describe_expectation(bundle.expected[answering]),
        note=facts["note"],
        limits=limits,
        version=__version__,
        style=STYLE,
        script=SCRIPT,
    )
    style = read_asset("base.css") + read_asset("video_page.css", OF_CLIPS) + read_asset(STYLE, OWN)
    return StartPage(
        html,
        {STYLE: style, SCRIPT: read_asset(SCRIPT, OWN)},
        {STYLE: "text/css", SCRIPT: "text/javascript"},
    )
