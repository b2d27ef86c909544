"""The files of a prediction: tables for programs, and a page for each clip."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from emofold.errors import InputError, counted, listing
from emofold.files import atomic_write
from emofold.prediction.answers import Answer, expectation
from emofold.prediction.bundle import Bundle
from emofold.prediction.page_data import Timeline
from emofold.prediction.schemas import predictions_schema, probability_columns
from emofold.prediction.video_page import System, VideoPage, write_video_page
from emofold.tables import Failure, as_metadata, open_parquet, write_table

STEP = "predict"
DECIMALS = 4
TABLES = ("predictions", "timeline")
MARK_OF_PAGES = b'<meta name="generator" content="emofold">'
HEAD_BYTES = 2048


def check_own(folder: Path, pages: Iterable[str]) -> None:
    """Raise an :class:`InputError` where results would take the place of somebody else's files.

    Parameters
    ----------
    folder
        Where tables and pages are to go.
    pages
        The names of the pages.
    """
    tables = [f"{name}.parquet" for name in TABLES]
    foreign = [name for name in pages if not is_own_page(folder / name)]
    foreign += [name for name in tables if not _is_own_table(folder / name)]
    copies = [Path(name).with_suffix(".csv") for name in tables if not (folder / name).exists()]
    foreign += [str(name) for name in copies if (folder / name).exists()]
    if foreign:
        raise InputError(
            f"in {folder} what emofold has not written there, or not to its end: "
            f"{listing(foreign)}",
            "a new folder for the results, or that of an earlier prediction",
            "name another folder, or move these files",
        )


def is_own_page(path: Path) -> bool:
    """Return whether a file is a page of emofold, or not there."""
    if not path.is_file():
        return not path.exists()
    with path.open("rb") as file:
        return MARK_OF_PAGES in file.read(HEAD_BYTES)


def _is_own_table(path: Path) -> bool:
    try:
        return (
            not path.exists() or open_parquet(path)[1].get("table") == predictions_schema([]).name
        )
    except InputError:
        return False


def write_tables(
    answers: Sequence[Answer], bundle: Bundle, folder: Path, provenance: Mapping[str, Any]
) -> None:
    """Write ``predictions`` and ``timeline``, as parquet and as csv.

    Their metadata name the clips without an answer, with the reasons, and the remarks on others.

    Parameters
    ----------
    answers
        What was predicted.
    bundle
        What predicted it.
    folder
        Where the files go.
    provenance
        How the tables are made.
    """
    schema = predictions_schema(bundle.emotions)
    failures = [
        Failure(answer.request.clip, STEP, str(answer.failure))
        for answer in answers
        if answer.failure
    ]
    metadata = {
        **as_metadata(failures),
        "remarks": {answer.request.clip: answer.remarks for answer in answers if answer.remarks},
        "note": bundle.facts["note"],
    }
    for name, kind in zip(TABLES, ("whole", "timeline"), strict=True):
        rows = [
            getattr(answer, kind).assign(speaker=answer.request.speaker)
            for answer in answers
            if len(getattr(answer, kind))
        ]
        table = (
            pd.concat(rows, ignore_index=True)
            if rows
            else pd.DataFrame(columns=schema.columns.names)
        )
        table = table[schema.columns.names]
        write_table(table, folder / f"{name}.parquet", schema, metadata, provenance)
        with atomic_write(folder / f"{name}.csv") as partial:
            table.round(DECIMALS).to_csv(partial, index=False)


def write_page(answer: Answer, bundle: Bundle, path: Path) -> None:
    """Write the page of a clip that has an answer; without the player where it cannot be played."""
    media = answer.request.media
    try:
        write_video_page(_page(answer, bundle), media, path)
    except InputError as error:
        why = answer.request.told(error)
        answer.remarks.append(f"The recording cannot be put into the page ({why}).")
        write_video_page(_page(answer, bundle), None, path)


def _page(answer: Answer, bundle: Bundle) -> VideoPage:
    modalities = [
        *answer.whole.sort_values("is_answer", ascending=False, kind="stable")["modality"]
    ]
    return VideoPage(
        title=answer.request.media.name if answer.request.media else answer.request.clip,
        seconds=answer.seconds,
        emotions=bundle.emotions,
        systems=[_system(modality, answer, bundle) for modality in modalities],
        remarks=answer.remarks,
        frames=answer.frames,
        counts=None if answer.counts is None else answer.counts.to_numpy(),
        attention=answer.attention,
        extractor=bundle.extractors[answer.extractor]["kind"] if answer.extractor else "",
        facts=_facts(bundle),
        note=bundle.facts["note"],
    )


def _system(modality: str, answer: Answer, bundle: Bundle) -> System:
    columns = probability_columns(bundle.emotions)
    whole = answer.whole[answer.whole["modality"] == modality].iloc[0]
    timeline = None
    if len(answer.timeline):
        windows = answer.timeline
        rows = windows[
            windows["is_answer"] if whole["is_answer"] else windows["modality"] == modality
        ]
        timeline = Timeline(
            rows["start"].to_numpy(), rows["end"].to_numpy(), rows[columns].to_numpy()
        )
    return System(
        modality,
        whole[columns].to_numpy("float64"),
        timeline,
        expectation(bundle.expected[modality]),
    )


def _facts(bundle: Bundle) -> dict[str, str]:
    facts = bundle.facts
    encoders = ", ".join(f"{name} ({row['kind']})" for name, row in bundle.encoders.items())
    extractors = ", ".join(f"{name} ({row['kind']})" for name, row in bundle.extractors.items())
    clips, speakers = counted(facts["clips"], "clip"), counted(facts["speakers"], "speaker")
    return {
        "trained on": f"{clips} of {speakers}",
        "corpus": f"{bundle.name} ({facts['corpus']})",
        "system": facts["system"],
        "models": ", ".join(bundle.members),
        **({"speech": encoders} if encoders else {}),
        **({"face": extractors} if extractors else {}),
        "made with": f"emofold {facts['versions']['emofold']}",
    }
