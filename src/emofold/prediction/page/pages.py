"""Pages about clips, laid out from the tables of their prediction alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from emofold.errors import InputError, counted, errors_of_one
from emofold.media.playable import Playable
from emofold.models.schemas import ATTENTION
from emofold.prediction.manifest import IMAGE
from emofold.prediction.page.page_data import Timeline
from emofold.prediction.page.playables import read_playables
from emofold.prediction.page.video_page import System, VideoPage, write_video_page
from emofold.prediction.remarks import is_new
from emofold.prediction.requests import Request
from emofold.prediction.schemas import FRAMES
from emofold.prediction.tables import PREDICTIONS, TIMELINE, emotions_of, read_predictions
from emofold.scores import score_columns
from emofold.tables import read_table

MARK_OF_PAGES = b'<meta name="generator" content="emofold">'
HEAD_BYTES = 2048
PROTOCOLS = {"nested": "", "paper": ", an optimistic count", "cross-fitted": ", cross-fitted"}
SEEN = {
    "none": "",
    "speaker": "; that speakers were normalised by their own clips",
    "corpus": "; that the clips of a test were normalised by one another",
}
KINDS = {  # of encoders and extractors, as people know them
    "acoustic": "librosa",
    "csv": "csv files",
    "egemaps": "openSMILE",
    "image": "image model",
    "mediapipe": "MediaPipe",
    "openface": "OpenFace",
}
NO_MEDIA = "This page was made without the recording."
TOO_LONG = "The recording is too long to be put into this page."


def write_pages(
    requests: Sequence[Request], tables: Path, copies: Path, folder: Path
) -> dict[str, InputError]:
    """Write the page of each clip that has an answer; without a player where it cannot be played.

    Parameters
    ----------
    requests
        The clips.
    tables
        Where :func:`emofold.prediction.tables.write_tables` has written.
    copies
        Where :func:`emofold.prediction.page.playables.make_playable_copies` has written.
    folder
        Where the pages go.

    Returns
    -------
    dict
        Why clips with an answer have no page.
    """
    whole = read_predictions(tables / f"{PREDICTIONS}.parquet")
    about = {key: whole.attrs[key] for key in ("bundle", "remarks", "note")}
    about["predicted_on"] = date.fromtimestamp((tables / f"{PREDICTIONS}.parquet").stat().st_mtime)
    all_tables = {
        "whole": whole,
        "timeline": read_predictions(tables / f"{TIMELINE}.parquet"),
        "frames": read_table(tables / "frames.parquet", FRAMES),
        "attention": read_table(tables / "attention.parquet", ATTENTION),
    }
    for table in all_tables.values():
        table.attrs.clear()
    emotions = emotions_of(tables / f"{PREDICTIONS}.parquet")
    playables = read_playables(requests, copies)
    folder.mkdir(parents=True, exist_ok=True)
    errors = {}
    for request in requests:
        of_clip = {name: table[table["clip"] == request.clip] for name, table in all_tables.items()}
        if of_clip["whole"].empty:
            continue
        try:
            with errors_of_one(f"the page of {request.clip}"):
                page = _fill_page(request, of_clip, emotions, about)
                _write_page(page, request, playables.get(request.clip, (None, None)), folder)
        except InputError as error:
            errors[request.clip] = error
    return errors


def _write_page(
    page: VideoPage, request: Request, played: tuple[Playable | None, str | None], folder: Path
) -> None:
    playable, problem = played
    if problem:
        page.remarks.append(f"The recording cannot be put into the page ({problem}).")
    why_no_player = _explain_no_player(request, playable, problem)
    write_video_page(page, playable, why_no_player, folder / f"{request.clip}.html")


def is_own_page(path: Path) -> bool:
    """Return whether a file is a page of emofold, or not there."""
    if not path.is_file():
        return not path.exists()
    with path.open("rb") as file:
        return MARK_OF_PAGES in file.read(HEAD_BYTES)


def describe_expectation(row: Mapping[str, Any]) -> str:
    """Return what can be expected of a system as a sentence.

    Parameters
    ----------
    row
        See :func:`emofold.prediction.expectations.expected_accuracy`.
    """
    sees = SEEN[row["normalised_by"]]
    return (
        f"right in {row['accuracy']:.1f} % of {row['clips']} clips of speakers that it had not "
        f"seen ({row['ci_low']:.0f} to {row['ci_high']:.0f} %{PROTOCOLS[row['protocol']]}{sees})"
    )


def _explain_no_player(request: Request, playable: Playable | None, problem: str | None) -> str:
    if playable:
        return ""
    return NO_MEDIA if request.media is None or problem else TOO_LONG


def _fill_page(
    request: Request,
    tables: Mapping[str, pd.DataFrame],
    emotions: Sequence[str],
    about: Mapping[str, Any],
) -> VideoPage:
    whole, frames, attention = tables["whole"], tables["frames"], tables["attention"]
    answer_first = whole.sort_values("is_answer", ascending=False, kind="stable")
    expected = about["bundle"]["expected"]
    return VideoPage(
        title=_name_recording(request),
        predicted_on=about["predicted_on"],
        duration=float(whole["end"].iloc[0]),
        emotions=emotions,
        systems=[
            _describe_system(row, tables["timeline"], emotions, expected[row["modality"]])
            for _, row in answer_first.iterrows()
        ],
        remarks=list(about["remarks"].get(request.clip, [])),
        frames=frames if len(frames) else None,
        attention=attention if len(attention) else None,
        extractor=frames["extractor"].iloc[0] if len(frames) else "",
        facts=_state_facts(about["bundle"]),
        note=about["note"],
    )


def _name_recording(request: Request) -> str:
    if request.media is None:
        return request.clip
    where = "" if request.segment.is_whole else f", {request.segment}"
    return f"{request.media.name}{where}"


def _describe_system(
    whole: pd.Series, windows: pd.DataFrame, emotions: Sequence[str], expected: Mapping[str, Any]
) -> System:
    columns = score_columns(emotions)
    timeline = None
    if len(windows):
        is_own = windows["modality"] == whole["modality"]
        rows = windows[windows["is_answer"] if whole["is_answer"] else is_own]
        timeline = Timeline(
            rows["start"].to_numpy(), rows["end"].to_numpy(), rows[columns].to_numpy()
        )
    return System(
        whole["modality"],
        whole[columns].to_numpy("float64"),
        timeline,
        describe_expectation(expected),
        is_new(whole),
    )


def _state_facts(bundle: Mapping[str, Any]) -> dict[str, str]:
    facts, encoders = bundle["facts"], bundle["encoders"].items()
    clips, speakers = counted(facts["clips"], "clip"), counted(facts["speakers"], "speaker")
    stated = {
        "trained on": f"{clips} of {speakers}",
        "corpus": _qualify(bundle["name"], facts["corpus"]),
        "system": facts["system"],
        "models": ", ".join(bundle["models"]),
        "speech": _list_tools({name: kind for name, kind in encoders if kind != IMAGE}),
        "face": _list_tools(
            {**bundle["extractors"], **{name: kind for name, kind in encoders if kind == IMAGE}}
        ),
        "made with": f"emofold {facts['versions']['emofold']}",
    }
    return {name: fact for name, fact in stated.items() if fact}


def _list_tools(kinds: Mapping[str, str]) -> str:
    return ", ".join(_qualify(name, KINDS.get(kind, kind)) for name, kind in kinds.items())


def _qualify(name: str, kind: str) -> str:
    """Return a name and what it is of, unless its name says that."""
    return name if name.casefold() == kind.casefold() else f"{name} ({kind})"
