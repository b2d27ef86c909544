"""What a notebook wants: predict, look at features, read tables, evaluate. Nothing of Snakemake.

Every function is one of ``emofold`` itself: ``emofold.predict(…)``. Paths may be text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from emofold.errors import InputError
    from emofold.prediction.bundle import Bundle
    from emofold.prediction.requests import Request

AnyPath = str | Path
Clips = AnyPath | Iterable[AnyPath] | Mapping[str, "np.ndarray"]

T = TypeVar("T")
RATE = 16_000
LANDMARKER = Path("resources/face_landmarker/face_landmarker.task")


def load_bundle(folder: AnyPath) -> "Bundle":
    """Return the models that a run has kept.

    Parameters
    ----------
    folder
        The bundle, ``results/<name>/model``, or the folder of the run.

    Raises
    ------
    InputError
        When there is none, or it is damaged or of another version.
    """
    from emofold.prediction.bundle import Bundle  # noqa: PLC0415
    from emofold.prediction.manifest import find_bundle  # noqa: PLC0415

    return Bundle.load(find_bundle(Path(folder)))


def predict(
    bundle: "Bundle | AnyPath",
    clips: Clips,
    *,
    rate: int = RATE,
    speaker: str | None = None,
    threads: int = 1,
) -> "pd.DataFrame":
    """Return what a bundle says of videos, of sound files, or of samples.

    Parameters
    ----------
    bundle
        What :func:`load_bundle` returned, or its folder.
    clips
        A file, or several; or the samples of clips by their names: int16 or float within [-1, 1],
        shape (samples,) or (samples, channels).
    rate
        How many samples a second has.
    speaker
        Who speaks in all of them, for bundles that normalise by speaker.
    threads
        How many cores may be used.

    Returns
    -------
    pandas.DataFrame
        One row per clip, indexed by its name: ``predicted``, ``confidence``, ``by`` (the modality
        that decides), ``novelty`` (beyond 1, unlike what was learned from), ``speech`` and ``face``
        (what each alone says), a calibrated probability ``score_<emotion>`` of each emotion,
        ``remarks``, and ``error``: why there is no answer, where there is none.
    """
    import pandas as pd  # noqa: PLC0415

    from emofold.face.reports import hold_back_reports  # noqa: PLC0415
    from emofold.prediction.predictor import Options, Predictor, predict_all  # noqa: PLC0415
    from emofold.scores import score_columns  # noqa: PLC0415

    known = load_bundle(bundle) if isinstance(bundle, str | Path) else bundle
    with hold_back_reports(), _as_requests(clips, rate, speaker) as requests:
        predictor = Predictor(known, Options(threads=threads))
        groups = [*predict_all(predictor, requests)]
    answers = {answer.request.clip: answer for group in groups for answer in group}
    rows = []
    for request in requests:
        answer = answers[request.clip]
        row: dict[str, Any] = {"clip": request.clip, "remarks": answer.remarks, "error": None}
        if answer.failure:
            row["error"] = _explain(answer.failure, request, clips)
        else:
            said = answer.whole.set_index("modality")
            decided = said[said["is_answer"]].iloc[0]
            row |= {str(name): value for name, value in decided.items() if name != "clip"}
            row["by"] = decided.name
            row |= {name: said["predicted"].get(name) for name in ("speech", "face")}
        rows.append(row)
    scores = score_columns(known.emotions)
    columns = ["predicted", "confidence", "by", "novelty", "speech", "face", *scores]
    table = pd.DataFrame(rows).set_index("clip")
    return table.reindex(columns=[*columns, "remarks", "error"])


def embed_speech(
    clips: Clips,
    model: AnyPath | None = None,
    *,
    layers: Any = "all",
    pooling: str = "mean",
    rate: int = RATE,
    threads: int = 1,
) -> "pd.DataFrame":
    """Return what a speech encoder makes of sound.

    Parameters
    ----------
    clips, rate
        As of :func:`predict`.
    model
        The folder of a Hugging Face speech encoder; without one, librosa's features.
    layers, pooling
        As of an encoder of the config (docs/reference/config.md).
    threads
        How many cores may be used.

    Returns
    -------
    pandas.DataFrame
        A vector a row, indexed by clip and layer; clips that fail are in ``attrs["errors"]``.
    """
    import pandas as pd  # noqa: PLC0415

    from emofold.errors import InputError  # noqa: PLC0415
    from emofold.media.audio import decode_sound  # noqa: PLC0415
    from emofold.speech.encoders import embed_each, make_encoder  # noqa: PLC0415

    view: dict[str, Any] = {"kind": "acoustic"}
    if model is not None:
        view = {"kind": "transformer", "model": model, "layers": layers, "pooling": pooling}

    def hear(request: "Request") -> "np.ndarray":
        if request.media is None:
            raise InputError(
                f"no media of {request.clip}", "a file with sound", "name one as `media`"
            )
        return decode_sound(request.media, segment=request.segment).samples

    vectors: dict[tuple[str, int], np.ndarray] = {}
    with _as_requests(clips, rate) as requests:
        sounds, errors = _read_each(requests, hear, clips)
    for clip, made in embed_each(make_encoder({"": view}, threads), sounds, RATE):
        if isinstance(made, InputError):
            errors[clip] = str(made)
        else:
            vectors |= {(clip, layer): vector for layer, vector in made[""].items()}
    index = pd.MultiIndex.from_tuples(vectors, names=["clip", "layer"]) if vectors else None
    table = pd.DataFrame([*vectors.values()], index=index)
    table.attrs["errors"] = errors
    return table


def read_action_units(
    videos: AnyPath | Iterable[AnyPath], model: AnyPath = LANDMARKER, *, max_duration: float = 600
) -> "pd.DataFrame":
    """Return what MediaPipe's face landmarker measures of videos, frame by frame.

    Parameters
    ----------
    videos
        A file, or several.
    model
        The file ``face_landmarker.task``; every run with faces has fetched it.
    max_duration
        How long a video may be, in seconds.

    Returns
    -------
    pandas.DataFrame
        The columns of a frames table (docs/encoders-and-extractors.md), with ``clip``; videos that
        fail are in ``attrs["errors"]``.
    """
    import pandas as pd  # noqa: PLC0415

    from emofold.face.extraction import make_frame_reader  # noqa: PLC0415
    from emofold.face.reports import hold_back_reports  # noqa: PLC0415
    from emofold.prediction.requests import requests_for  # noqa: PLC0415

    with hold_back_reports():
        read = make_frame_reader({"kind": "mediapipe"}, Path(model), max_duration)

        def look(request: "Request") -> "pd.DataFrame":
            return read(request.media, request.action_units, request.segment)

        found, errors = _read_each(requests_for(_list_paths(videos)), look, videos)
    tables = [frames.assign(clip=clip) for clip, frames in found.items()]
    table = pd.concat(tables) if tables else pd.DataFrame(columns=["clip"])
    table.attrs["errors"] = errors
    return table


def read_table(path: AnyPath) -> "pd.DataFrame":
    """Return any table of a run.

    The truth is the column ``emotion``, an answer the column ``predicted``, everywhere. What holds
    for the table as a whole is in ``attrs``.

    Raises
    ------
    InputError
        When the file is no table, or is damaged.
    """
    from emofold.tables import open_parquet  # noqa: PLC0415

    table, metadata = open_parquet(Path(path))
    frame: pd.DataFrame = table.to_pandas(integer_object_nulls=True)
    frame.attrs.update({key: value for key, value in metadata.items() if key != "provenance"})
    return frame


def evaluate(
    answers: "pd.DataFrame", *, confidence: float = 0.95, draws: int = 10_000, seed: int = 2020
) -> "pd.DataFrame":
    """Return how right answers are, with intervals.

    Parameters
    ----------
    answers
        One row per clip and system: ``clip``, ``speaker``, ``emotion`` (the truth), ``predicted``
        or a score ``score_<emotion>`` of each emotion, and perhaps ``system``, ``fold`` and
        ``split``: of posteriors, the test clips are taken.
    confidence
        The coverage of the intervals.
    draws, seed
        How often the bootstrap over speakers draws, and from which seed.

    Returns
    -------
    pandas.DataFrame
        Two rows a system, in percent: ``n``, ``accuracy``, ``uar``, ``macro_f1``, and the interval
        of the accuracy, ``ci_low`` and ``ci_high`` by ``ci_method``: Wald's, which takes all clips
        as independent, and a bootstrap over speakers. With folds, means of the folds.
    """
    from emofold.evaluation.metrics import fold_metrics, mean_metrics  # noqa: PLC0415

    decisions = _as_decisions(answers)
    folds = fold_metrics(decisions, confidence)
    means = mean_metrics(folds, decisions, confidence, draws, seed)
    columns = ["system", "n", "accuracy", "uar", "macro_f1", "ci_low", "ci_high", "ci_method"]
    return means[columns]


def compare(answers: "pd.DataFrame") -> "pd.DataFrame":
    """Return McNemar's exact tests between the systems of :func:`evaluate`'s answers."""
    from emofold.evaluation.comparisons import mcnemar_tests  # noqa: PLC0415

    return mcnemar_tests(_as_decisions(answers))


def _as_decisions(answers: "pd.DataFrame") -> "pd.DataFrame":
    """Return answers with all that evaluations look at."""
    from emofold.errors import InputError, listing  # noqa: PLC0415
    from emofold.scores import list_emotions, score_columns  # noqa: PLC0415

    needed = ("clip", "speaker", "emotion", "predicted")
    rows = answers.reset_index() if "clip" not in answers else answers
    if "split" in rows:
        rows = rows[rows["split"] == "test"]
    if "predicted" not in rows and (emotions := list_emotions(rows.columns)):
        scores = rows[score_columns(emotions)].set_axis(emotions, axis=1)
        rows = rows.assign(predicted=scores.idxmax(axis=1))
    if lacking := [name for name in needed if name not in rows]:
        raise InputError(
            f"answers without {listing(lacking)}",
            f"the columns {', '.join(needed)}",
            "join them with the table of clips, by `clip`",
        )
    if (unanswered := rows["predicted"].isna() | rows["emotion"].isna()).any():
        raise InputError(
            f"clips without an answer or a truth: {listing(rows.loc[unanswered, 'clip'])}",
            "both for each clip",
            "leave these clips out, and say so",
        )
    if "system" not in rows:
        rows = rows.assign(system="system")
    if "fold" not in rows:
        rows = rows.assign(fold=0)
    doubled = rows.duplicated(["system", "clip"])
    if doubled.any():
        raise InputError(
            f"clips with several answers of one system: {listing(rows.loc[doubled, 'clip'])}",
            "one answer per clip and system",
            "keep one of them, or name systems in a column `system`",
        )
    return rows.assign(kind="model", modality=None, protocol="", normalised_by="none")


def _list_paths(files: AnyPath | Iterable[AnyPath]) -> list[Path]:
    if isinstance(files, str | Path):
        return [Path(files)]
    return [*map(Path, files)]


def _read_each(
    requests: Iterable["Request"], read: Callable[["Request"], T], clips: Clips
) -> tuple[dict[str, T], dict[str, str]]:
    """Return what is read of each clip, and why others cannot be read."""
    from emofold.errors import InputError, errors_of_one  # noqa: PLC0415

    found: dict[str, T] = {}
    errors: dict[str, str] = {}
    for request in requests:
        try:
            if request.flaw:
                raise request.explain_flaw()
            with errors_of_one(request.media):
                found[request.clip] = read(request)
        except InputError as error:
            errors[request.clip] = _explain(error, request, clips)
    return found, errors


def _explain(error: "InputError", request: "Request", clips: Clips) -> str:
    """Say why a clip failed; samples by their name, for their file is gone by then."""
    if request.media and isinstance(clips, Mapping):
        error = error.about(request.media, request.clip)
    return str(error)


@contextmanager
def _as_requests(clips: Clips, rate: int, speaker: str | None = None) -> Iterator[list["Request"]]:
    """Give a request for each clip; samples have files for as long as the block lasts."""
    import tempfile  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415
    import soundfile  # noqa: PLC0415

    from emofold.prediction.requests import Request, requests_for  # noqa: PLC0415

    if not (clips and isinstance(clips, Mapping)):
        yield requests_for(_list_paths(clips), speaker)
        return
    with tempfile.TemporaryDirectory() as folder:
        requests = []
        for number, (name, samples) in enumerate(clips.items()):
            kind = "PCM_16" if np.asarray(samples).dtype == np.int16 else "FLOAT"
            soundfile.write(file := Path(folder, f"{number}.wav"), samples, rate, subtype=kind)
            requests.append(Request(str(name), file, speaker=speaker))
        yield requests
