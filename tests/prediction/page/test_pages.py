"""Pages made from the tables of a prediction alone."""

import pytest

import recordings
from emofold.media import playable, reduced_copy
from emofold.prediction.page.pages import describe_expectation, write_pages
from emofold.prediction.page.playables import make_playable_copies, read_playables
from emofold.prediction.predictor import Options, Predictor
from emofold.prediction.requests import Request
from emofold.prediction.tables import write_tables
from emofold.runtime.code_digest import reached_definitions
from emofold.speech import encoders
from small_bundle import smiles, sound
from workflow_project import ROOT


@pytest.fixture
def requests(tmp_path):
    """A clip that browsers play, one that they do not, one without media, and one of nothing."""
    (tmp_path / "broken.mp4").write_text("no video", encoding="utf-8")
    units = smiles(tmp_path / "units.csv", [3.0] * 60 + [None] * 15)
    tone = recordings.write(
        tmp_path / "b.mka",
        sound=recordings.decode_audio(sound(tmp_path / "tone.wav", "happy", 2.0))[:, None],
    )
    return [
        Request("a", sound(tmp_path / "a.wav", "happy", 3.0), units),
        Request("b", tone),
        Request("c", None, units),
        Request("d", tmp_path / "broken.mp4", units),
        Request("nothing", None),
    ]


@pytest.fixture
def tables(bundle, requests, tmp_path):
    """The tables of their prediction."""
    answers = Predictor(bundle, Options()).predict(requests)
    write_tables(answers, bundle, tmp_path / "tables", {})
    return tmp_path / "tables"


@pytest.fixture
def copies(requests, tmp_path):
    """What can be played of them."""
    make_playable_copies(requests, tmp_path / "copies")
    return tmp_path / "copies"


def test_a_copy_is_made_once_and_only_of_what_browsers_do_not_play(requests, copies):
    assert {file.name for file in copies.iterdir()} == {"playable.parquet", "b.mp4"}
    found = read_playables(requests, copies)
    assert (found["a"][0].path, found["a"][0].media_type) == (requests[0].media, "audio/wav")
    assert found["b"][0].path == copies / "b.mp4"
    assert found["b"][0].is_copy
    assert found["d"] == (None, found["d"][1])
    assert found["d"][1].startswith("broken.mp4 cannot be decoded")
    assert {"c", "nothing"}.isdisjoint(found)


def test_pages_need_neither_a_model_nor_a_decoder(requests, tables, copies, tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("decoded, or loaded")

    monkeypatch.setattr("av.open", refuse)
    monkeypatch.setattr("emofold.prediction.bundle.Bundle.load", refuse)
    monkeypatch.setattr(encoders, "make_encoder", refuse)
    monkeypatch.setattr(playable, "make_playable", refuse)
    monkeypatch.setattr(reduced_copy, "write_copy", refuse)
    write_pages(requests, tables, copies, tmp_path / "pages")
    names = {page.name for page in (tmp_path / "pages").iterdir()}
    assert names == {"a.html", "b.html", "c.html", "d.html"}


def test_a_page_says_what_the_tables_say(requests, tables, copies, tmp_path):
    write_pages(requests, tables, copies, tmp_path)
    page = {name: (tmp_path / f"{name}.html").read_text("utf-8") for name in "abcd"}
    assert "<h1>a.wav</h1>" in page["a"]
    assert "A face was found in 80 % of the frames" in page["a"]
    assert "Action Units (AU), measured by OpenFace." in page["a"]
    assert "36 clips of 6 speakers" in page["a"]
    assert "acoustic (acoustic)" in page["a"]
    assert 'data-media-type="audio/mp4"' in page["b"]
    assert "in a reduced copy" in page["b"]
    assert "This page was made without the recording." in page["c"]
    assert "The recording cannot be put into the page (broken.mp4 cannot be decoded" in page["d"]


def test_what_can_be_expected_is_a_sentence():
    row = {"accuracy": 87.5, "clips": 128, "ci_low": 81.3, "ci_high": 93.0}
    row |= {"protocol": "paper", "normalised_by": "none"}
    assert describe_expectation(row) == (
        "right in 87.5 % of 128 clips of speakers that it had not seen (81 to 93 %, an optimistic "
        "count)"
    )
    by_speaker = describe_expectation(row | {"protocol": "nested", "normalised_by": "speaker"})
    assert by_speaker.endswith("(81 to 93 %; that speakers were normalised by their own clips)")


@pytest.mark.parametrize("script", ["predict", "collect_predictions", "train_bundle"])
def test_what_computes_does_not_depend_on_the_page(script):
    reached = reached_definitions(ROOT / f"scripts/{script}.py")
    assert not [file for file, _ in reached if file.parent.name == "page"]


@pytest.mark.parametrize("script", ["make_playable_copies", "write_prediction_pages"])
def test_what_lays_out_depends_on_no_encoder_and_no_extractor(script):
    reached = {file.name for file, _ in reached_definitions(ROOT / f"scripts/{script}.py")}
    assert "playables.py" in reached
    assert reached.isdisjoint({"encoders.py", "extraction.py", "predictor.py", "networks.py"})
