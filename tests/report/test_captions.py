"""The captions of the report speak of what a run has, and of nothing else."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils.core import publish_doctree
from jinja2 import Environment, StrictUndefined

CAPTIONS = sorted((Path(__file__).parents[2] / "workflow/report").glob("*.rst"))
OWN = {"corpus": "sheet", "evaluation": {"reported": None}}
PAPER = {"corpus": "published", "evaluation": {"reported": "workflow/resources/paper.yaml"}}


def caption_of(name, config):
    """Return a caption as Snakemake shows it."""
    environment = Environment(  # noqa: S701 - as Snakemake has it
        trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    (file,) = (path for path in CAPTIONS if path.stem == name)
    template = environment.from_string(file.read_text(encoding="utf-8"))
    text = template.render(snakemake=SimpleNamespace(config=config))
    settings = {"halt_level": 2, "report_level": 2}
    return " ".join(publish_doctree(text, settings_overrides=settings).astext().split())


@pytest.mark.parametrize("name", [path.stem for path in CAPTIONS])
@pytest.mark.parametrize("config", [OWN, PAPER], ids=["own", "paper"])
def test_a_caption_is_a_sentence_or_more(name, config):
    caption = caption_of(name, config)
    assert re.fullmatch(r"[A-Z].*[.]", caption)
    assert not re.search(r"[{}%]{2}| [.,;]", caption)


@pytest.mark.parametrize("name", [path.stem for path in CAPTIONS])
def test_no_caption_of_a_corpus_of_ones_own_speaks_of_actors_ratings_or_the_paper(name):
    caption = caption_of(name, OWN)
    assert not re.search(r"\bactor|\bacted|listen|human|paper|others published|reported a", caption)


def test_what_is_reported_is_spoken_of_where_something_is():
    assert "Compare figure 7 of the paper." in caption_of("accuracies", PAPER)
    assert "Ticks are the reported accuracies" in caption_of("accuracies", PAPER)
    assert caption_of("results", PAPER).startswith(
        "All systems in groups that can be compared, the strictest protocol first, beside what"
    )
