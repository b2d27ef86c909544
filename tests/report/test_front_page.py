"""The first page of the report."""

import pandas as pd
import pytest
from docutils import nodes
from docutils.core import publish_doctree

from front_pages import NOTHING_REPORTED, page_of

OTHERS = pd.DataFrame(
    {
        "setting": ["inductive", "inductive", "transductive"],
        "judged_by": ["answer", "speech", "answer"],
        "accuracy": [29.7, 11.1, 51.5],
        "uar": [31.9, 11.1, 56.4],
        "confidence": [48.7, 11.1, 52.6],
        "emotions": 6,
        "n": 454,
    }
)


def bullets(page):
    """The texts of the bullets, as docutils reads the page; a warning of docutils is an error."""
    document = publish_doctree(page, settings_overrides={"halt_level": 2, "report_level": 2})
    return [item.astext() for item in document.findall(nodes.list_item)]


@pytest.mark.parametrize(
    "run",
    [
        {},
        {"comparison": NOTHING_REPORTED, "title": ""},
        {"transductive": ["svc"], "protocol": "nested"},
        {"systems": {"zero-r": (None, 50.0), "knn": ("speech", 55.0)}},
    ],
    ids=["full", "nothing reported", "nested", "one modality"],
)
def test_the_page_is_a_title_and_seven_bullets(run):
    page = page_of(**run)
    assert page.startswith("emofold: mini\n=============\n")
    assert len(bullets(page)) == 7


def test_the_page_says_what_was_run():
    assert bullets(page_of())[0] == (
        "Run. 6 clips of 3 speakers, 2 emotions, 3 folds by speaker; "
        "1 published model, 2 static models, 1 sequence model, 2 fine-tuned encoders, 3 fusions; "
        "seed 2020."
    )


def test_kinds_of_systems_that_were_not_run_are_not_named():
    run = bullets(page_of(published=0, static=0, sequence=3, finetuned=0, fused=0))[0]
    assert run.endswith("3 folds by speaker; 3 sequence models; seed 2020.")


def test_the_page_names_the_best_system_and_its_numbers():
    best = bullets(page_of())[1]
    assert "wav2vec2+mlp (speech+face), accuracy 86.70 %" in best
    assert "UAR 85.70 %, macro F1 84.70 %" in best
    assert "95 % interval of the accuracy 83.70 to 89.70 by clips (Wald)" in best
    assert "81.70 to 91.70 by speakers (bootstrap)" in best


def test_the_page_says_how_wide_the_intervals_are():
    assert "90 % interval" in bullets(page_of(confidence=0.9))[1]


def test_a_baseline_is_never_the_best_system():
    best = bullets(page_of({"zero-r": (None, 50.0), "knn": ("face", 40.0)}))[1]
    assert "knn (face), accuracy 40.00 %" in best


def test_systems_that_see_more_are_named_apart_from_the_best():
    best = bullets(page_of(transductive=["wav2vec2+mlp", "mlp-80"], cross_fitted=["wav2vec2"]))
    assert best[1].startswith("Best of 1 by this very accuracy: svc (face), accuracy 59.93 %")
    assert (
        "Best of 2 that see all clips of a speaker (transductive): wav2vec2+mlp, accuracy 86.70 %, "
        "UAR 85.70 %." in best[1]
    )
    assert "Best of 1 that are cross-fitted: wav2vec2, accuracy 81.82 %" in best[1]
    assert best[2] == "Modalities. face 59.93 % (svc); always guessing one emotion 13.33 %."


def test_where_every_system_sees_more_the_best_of_these_is_named():
    systems = {"zero-r": (None, 13.33), "svc": ("face", 60.0)}
    best = bullets(page_of(systems, transductive=["svc"]))
    assert best[1].startswith("Best of 1 that see all clips of a speaker (transductive) by this")
    assert best[2].startswith("Modalities. face 60.00 % (svc); always guessing")


def test_the_page_names_the_best_system_of_each_modality():
    assert bullets(page_of())[2] == (
        "Modalities. speech 81.82 % (wav2vec2); face 60.22 % (mlp-80); speech+face 86.70 % "
        "(wav2vec2+mlp); always guessing one emotion 13.33 %."
    )


def test_a_modality_that_was_not_run_is_left_out():
    branches = bullets(page_of({"zero-r": (None, 50.0), "knn": ("face", 55.0)}))[2]
    assert branches == "Modalities. face 55.00 % (knn); always guessing one emotion 50.00 %."


def test_the_page_names_the_largest_difference_whatever_its_sign():
    assert bullets(page_of())[3] == (
        "Reported numbers. 2 of the paper beside ours; the largest difference is "
        "-0.30 points (mlp-80)."
    )


def test_the_page_says_that_nothing_is_reported():
    nothing = bullets(page_of(comparison=NOTHING_REPORTED, title=""))[3]
    assert nothing == "Reported numbers. None to compare with in this run."


@pytest.mark.parametrize(
    ("protocol", "meaning"),
    [("paper", "optimistic"), ("nested", "nothing was chosen on a test fold")],
)
def test_the_page_says_what_the_protocol_means(protocol, meaning):
    last = bullets(page_of(protocol=protocol))[4]
    assert last.startswith(f"Protocol {protocol}: {meaning}")
    assert "Transductive" not in last


def test_the_page_lists_transductive_systems():
    last = bullets(page_of(transductive=["svc", "mlp-80"]))[4]
    assert last.endswith("Transductive (normalised by speaker or by corpus): mlp-80, svc.")


def test_names_are_shown_as_they_are_written():
    page = page_of({"zero-r": (None, 50.0), "mlp_": ("face", 60.0)}, name="run_")
    assert page.startswith("emofold: run")
    assert "mlp_ (face)" in bullets(page)[1]


def test_the_page_says_that_nothing_is_odd_about_the_data():
    assert bullets(page_of())[5] == (
        "Data. Nothing odd was found. The page of the data says what there is."
    )


def odd(*rows):
    """A table of oddities: of each, the corpus, the kind, and what is odd."""
    oddities = pd.DataFrame(rows, columns=["corpus", "kind", "what"])
    return oddities.assign(meaning="a meaning", clips=1, examples="a, b")


def test_the_page_lists_in_short_what_is_odd_about_the_data_but_for_failures():
    oddities = odd(
        (None, "failed", "1 of 6 clips failed"),
        (None, "one length", "all 6 clips last exactly 2.000 s"),
        (None, "silent", "1 of 6 clips is silent"),
    )
    assert bullets(page_of(oddities=oddities))[5] == (
        "Data. What is odd: all 6 clips last exactly 2.000 s; 1 of 6 clips is silent. "
        "The page of the data says what it means."
    )


def test_the_page_names_the_corpora_that_are_odd_and_leaves_most_to_the_page_of_the_data():
    oddities = odd(*[(corpus, "silent", f"{n} are silent") for corpus in "xy" for n in range(4)])
    said = bullets(page_of(oddities=oddities))[5]
    assert "x: 3 are silent; y: 0 are silent; and 3 more. The page" in said


def test_the_page_says_that_all_clips_could_be_processed():
    assert bullets(page_of())[6] == "Failures. All clips could be processed."


def test_the_page_names_the_clips_that_failed():
    failures = pd.DataFrame({"clip": ["b_1", "a", "a"]})
    last = bullets(page_of(failures=failures))[6]
    assert last.startswith("Failures. 2 clips could not be processed")
    assert "a, b_1" in last


def test_what_must_be_said_of_the_corpus_comes_first():
    page = page_of(note="Made by code.")
    assert page.index("**Made by code.**") < page.index("of the clips recognised**")


def tables(page):
    """The rows of the tables, as docutils reads the page."""
    document = publish_doctree(page, settings_overrides={"halt_level": 2, "report_level": 2})
    return [
        [[entry.astext() for entry in row.findall(nodes.entry)] for row in table.findall(nodes.row)]
        for table in document.findall(nodes.table)
    ]


def test_the_page_begins_with_the_headline_and_the_table_of_systems():
    page = page_of(transductive=["wav2vec2+mlp"])
    (rows,) = tables(page)
    assert "81.82 % of the clips recognised** by wav2vec2 (speech)" in page
    assert [(row[0], row[-1]) for row in rows[1:]] == [
        *[("wav2vec2", "inductive"), ("mlp-80", "inductive"), ("svc", "inductive")],
        ("wav2vec2+mlp", "transductive, by speaker"),
        ("zero-r", "always guessing one emotion"),
    ]
    assert rows[4] == [
        *["wav2vec2+mlp", "86.70", "81.7 to 91.7", "85.70", "84.70"],
        *["speech+face", "transductive, by speaker"],
    ]


def test_a_table_of_many_systems_ends_somewhere():
    systems = {"zero-r": (None, 1.0), **{f"model-{n}": ("face", 50.0 + n) for n in range(40)}}
    page = page_of(systems)
    (rows,) = tables(page)
    assert len(rows) == 31
    assert "And 11 more." in page


def test_answers_for_other_corpora_are_said_in_each_setting():
    page = page_of(others={"emo_db": OTHERS})
    (line,) = [line for line in page.splitlines() if "another corpus" in line]
    assert r"**On emo\_db**, another corpus: inductive accuracy 29.70 %, UAR 31.90 %," in line
    assert line.count("11.1") == 0
    assert line.endswith(
        "transductive accuracy 51.50 %, UAR 56.40 %, mean confidence 52.60 %, among 6 emotions, "
        "of 454 clips."
    )
