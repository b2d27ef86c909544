"""The page that takes recordings: a template, filled in with what a bundle is, and its assets."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, StrictUndefined

from emofold import __version__
from emofold.errors import counted
from emofold.prediction.bundle import Bundle
from emofold.prediction.page.pages import describe_expectation
from emofold.prediction.predictor import FACE, SPEECH
from emofold.report.templates import read_asset
from emofold.serving.uploads import Limits

OWN = resources.files("emofold.serving")
OF_CLIPS = resources.files("emofold.prediction.page")
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
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(
        _read(OWN, "start_page.html")
    )
    html = template.render(
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
    style = read_asset("base.css") + _read(OF_CLIPS, "video_page.css") + _read(OWN, STYLE)
    return StartPage(
        html,
        {STYLE: style, SCRIPT: _read(OWN, SCRIPT)},
        {STYLE: "text/css", SCRIPT: "text/javascript"},
    )


def _read(folder: resources.abc.Traversable, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")
