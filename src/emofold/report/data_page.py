"""The page of the report that says what the data is: how many clips of what, and what is odd."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from emofold.corpora.natural_order import in_natural_order
from emofold.errors import counted, duration_in_words
from emofold.evaluation.clip_facts import face_columns
from emofold.evaluation.oddities_of_recordings import CLIPPED
from emofold.evaluation.schemas import FACE_SHARE
from emofold.report.table_page import as_text_cells
from emofold.report.templates import write_page

MOST_SPEAKERS = 200
MOST_RATES = 4
TEXTS = ("corpus", "emotion", "speaker", "duration", "Hz", "frames a second")
DECIMALS = {
    "median s": 3,
    "shortest s": 3,
    "longest s": 3,
    "median dBFS": 1,
    "lowest dBFS": 1,
    "highest dBFS": 1,
}


def write_data_page(
    facts: pd.DataFrame,
    oddities: pd.DataFrame,
    emotions: Sequence[str],
    *,
    note: str,
    figures: Mapping[str, Path],
    path: Path,
) -> None:
    """Write the page that says what the data is, as html that needs nothing else.

    Parameters
    ----------
    facts, oddities
        The tables of those names.
    emotions
        The emotions, in order.
    note
        What must be said of the corpus; may be empty.
    figures
        The svg files that stand on the page, by what they show.
    path
        The page to write.
    """
    known = {
        "durations": facts["duration"].notna().any(),
        "sounds": facts["level"].notna().any(),
        "faces": facts[face_columns(facts)].notna().any(axis=None),
    }
    speakers = len(facts[["corpus", "speaker"]].drop_duplicates())
    write_page(
        path,
        "data_page.html",
        summary=summarise(facts),
        note=note,
        oddities=oddities.fillna({"corpus": ""}).to_dict("records"),
        figures={
            shows: base64.b64encode(file.read_bytes()).decode("ascii")
            for shows, file in figures.items()
        },
        tables={
            "Corpora" if facts["corpus"].nunique() > 1 else "The corpus": list_corpora(facts),
            "Emotions": list_emotions(facts, emotions),
            "Speakers": list_speakers(facts, MOST_SPEAKERS),
        },
        marks=dict.fromkeys(TEXTS, Markup(' class="text"')),
        speakers_left_out=max(0, speakers - MOST_SPEAKERS),
        known=known,
    )


def summarise(facts: pd.DataFrame) -> str:
    """Return in a sentence how much there is.

    Examples
    --------
    >>> row = {"clip": "a", "corpus": "x", "speaker": "1", "emotion": "sad", "duration": 2.5}
    >>> summarise(pd.DataFrame([row]))
    '1 clip of 1 speaker, 1 emotion, 2.5 s in all'
    """
    speakers = len(facts[["corpus", "speaker"]].drop_duplicates())
    said = [
        f"{counted(len(facts), 'clip')} of {counted(speakers, 'speaker')}",
        counted(facts["emotion"].nunique(), "emotion"),
    ]
    if (corpora := facts["corpus"].nunique()) > 1:
        said.append(f"{corpora} corpora")
    if total := facts["duration"].sum():
        said.append(f"{duration_in_words(total)} in all")
    return ", ".join(said)


def list_corpora(facts: pd.DataFrame) -> pd.DataFrame:
    """Return a row of text per corpus; what is not known of any is left out."""
    rows = []
    for corpus, of_corpus in facts.groupby("corpus", sort=False):
        row = {
            "corpus": corpus,
            "clips": len(of_corpus),
            "speakers": of_corpus["speaker"].nunique(),
            "emotions": of_corpus["emotion"].nunique(),
            "duration": _add_up(of_corpus["duration"]),
            "Hz": _list_rates(of_corpus["sample_rate"]),
            "frames a second": _list_rates(of_corpus["frame_rate"].round(2)),
        }
        rows.append(row | _describe_range(of_corpus) | _describe(of_corpus))
    return _without_unknown(pd.DataFrame(rows), facts)


def list_emotions(facts: pd.DataFrame, emotions: Sequence[str]) -> pd.DataFrame:
    """Return a row of text per emotion and corpus, also of emotions that no clip shows."""
    rows = []
    for corpus, of_corpus in facts.groupby("corpus", sort=False):
        for emotion in emotions:
            of_emotion = of_corpus[of_corpus["emotion"] == emotion]
            speakers = of_emotion["speaker"].nunique()
            rows.append(
                {"corpus": corpus, "emotion": emotion, "clips": len(of_emotion)}
                | {"speakers": speakers}
                | _describe(of_emotion)
            )
    return _without_unknown(pd.DataFrame(rows), facts)


def list_speakers(facts: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return a row of text for each of the first speakers, in natural order within each corpus."""
    rows: list[dict[str, object]] = []
    for corpus, of_corpus in facts.groupby("corpus", sort=False):
        for speaker in in_natural_order(of_corpus["speaker"].unique())[: most - len(rows)]:
            own = of_corpus[of_corpus["speaker"] == speaker]
            rows.append(
                {"corpus": corpus, "speaker": speaker, "clips": len(own)}
                | {"emotions": own["emotion"].nunique()}
                | _describe(own)
            )
    return _without_unknown(pd.DataFrame(rows), facts)


def _describe_range(clips: pd.DataFrame) -> dict[str, object]:
    return {
        "shortest s": clips["duration"].min(),
        "longest s": clips["duration"].max(),
        "lowest dBFS": clips["level"].min(),
        "highest dBFS": clips["level"].max(),
    }


def _describe(clips: pd.DataFrame) -> dict[str, object]:
    faces = {
        f"face in % of frames ({column.removeprefix(FACE_SHARE)})": 100 * clips[column].mean()
        for column in face_columns(clips)
    }
    return {
        "median s": clips["duration"].median(),
        "median dBFS": clips["level"].median(),
        "clipped": int((clips["clipped"] >= CLIPPED).sum()),
        **faces,
    }


def _without_unknown(rows: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Return rows as text, without the columns that say nothing."""
    unknown = [name for name in rows if rows[name].isna().all() or (rows[name] == "").all()]
    if facts["clipped"].isna().all():
        unknown.append("clipped")
    if facts["corpus"].nunique() < 2 and {"emotion", "speaker"} & {*rows}:
        unknown.append("corpus")
    faces = [name for name in map(str, rows) if name.startswith("face in")]
    return as_text_cells(rows.drop(columns=unknown), {**DECIMALS, **dict.fromkeys(faces, 0)})


def _add_up(durations: pd.Series) -> str:
    total = durations.sum()
    return duration_in_words(total) if total else ""


def _list_rates(rates: pd.Series) -> str:
    clips = rates.value_counts()
    if len(clips) == 1:
        return f"{clips.index[0]:g}"
    named = ", ".join(f"{rate:g} ({number})" for rate, number in clips.head(MOST_RATES).items())
    return named + (", …" if len(clips) > MOST_RATES else "")
