"""The clips of a run, known before its first job: what the jobs are planned from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from emofold.corpora import ravdess, ravdess_files
from emofold.corpora.demo import SYNTHETIC, list_demo_clips
from emofold.corpora.folds import balance_folds, hint_at_corpora
from emofold.corpora.left_out import list_corpora_to_leave_out
from emofold.corpora.notation import spell_alike
from emofold.corpora.packing import shards_of
from emofold.corpora.sample_sheet import Clip, read_sample_sheet
from emofold.corpora.schemas import tabulate_clips
from emofold.corpora.sheets import make_clip_name
from emofold.errors import InputError, counted, listing
from emofold.tables.failures import Failure

MOST_SPEAKERS_SHOWN = 8
LONGEST_NAME = 100
SPEAKERS = "speakers"  # a fold for each
FEWEST_FOLDS = {"nested": 3, "paper": 2}
MEDIA = "media"
RAVDESS_FOLDER = "resources/ravdess"
RAVDESS_SOURCES = {"speech": "speech_source", "videos": "videos", "tracking": "tracking_source"}


@dataclass(frozen=True)
class Corpus:
    """What is known of a corpus before its first job.

    Attributes
    ----------
    clips
        The clips; none for a corpus without media.
    clips_per_shard
        How many of them a job of the media steps takes; None packs whole speakers together.
    note
        What must be said wherever its numbers appear.
    failures
        The rows of its sample sheet that cannot be used.
    speakers_without_clips
        Speakers that the rows of the sample sheet name, of whom perhaps no clip can be used.
    """

    clips: Sequence[Clip]
    clips_per_shard: int | None = None
    note: str = ""
    failures: Sequence[Failure] = ()
    speakers_without_clips: frozenset[str] = frozenset()

    @cached_property
    def shards(self) -> dict[str, list[Clip]]:
        """The clips of each job of the media steps, by the name of the shard."""
        return shards_of(self.clips, self.clips_per_shard)


def plan_corpus(config: Mapping[str, Any], demo_folder: str) -> Corpus:
    """Return the clips that a complete config asks for.

    Parameters
    ----------
    config
        The config.
    demo_folder
        Where the videos of the demo corpus are put.

    Raises
    ------
    InputError
        When the sample sheet as a whole cannot be read.
    """
    per_shard = config["clips_per_shard"]
    match config["corpus"]:
        case "demo":
            return Corpus(
                list_demo_clips(**config["demo"], folder=demo_folder), per_shard, SYNTHETIC
            )
        case "ravdess":
            return Corpus(ravdess_clips(config), per_shard)
        case "sheet":
            sheet = read_sample_sheet(Path(config["sample_sheet"]), config["emotions"])
            return Corpus(sheet.clips, per_shard, "", sheet.failures, sheet.speakers)
        case _:
            return Corpus([])


def media_folder(config: Mapping[str, Any]) -> str:
    """Return where the runs on a corpus share what they make of its media.

    It is named by `corpus_name`, or else by what tells the clips apart: the path of a sample sheet,
    the size and the seed of the demo corpus, the kind of files of RAVDESS.

    Raises
    ------
    InputError
        When the run itself has the name of the folder that all corpora share.

    Examples
    --------
    >>> config = {"name": "mine", "corpus_name": None, "corpus": "sheet"}
    >>> media_folder(config | {"sample_sheet": "my videos/samples.csv"})
    'results/media/my-videos-samples'
    """
    if config["name"].casefold() == MEDIA:
        raise InputError(
            f"a run with the name {config['name']}",
            f"another name: results/{MEDIA} is what all runs share",
            "correct `name` in the config",
        )
    return f"results/{MEDIA}/{config['corpus_name'] or _described_corpus(config)}"


def _described_corpus(config: Mapping[str, Any]) -> str:
    match config["corpus"]:
        case "demo":
            size = config["demo"]
            return f"demo-{size['speakers']}x{size['takes']}-{config['seed']}"
        case "ravdess":
            return f"ravdess-{config['ravdess']['media']}"
        case "sheet":
            path = Path(config["sample_sheet"]).with_suffix("").as_posix()
            return re.sub(r"[^\w.+-]+", "-", path).strip("-.")[-LONGEST_NAME:] or "sheet"
        case corpus:
            return str(corpus)


def ravdess_clips(config: Mapping[str, Any]) -> list[Clip]:
    """Return the 1440 clips of RAVDESS, with their files in the user's folders or ours.

    Raises
    ------
    InputError
        When a folder of the user's lacks the file of a clip, or has two.
    """
    paths: dict[str, dict[str, str]] = {}
    for archive, kind in needed_ravdess(config).items():
        source = config["ravdess"][RAVDESS_SOURCES[archive]]
        paths[archive] = (
            kind.unpacked_paths(f"{RAVDESS_FOLDER}/{archive}")
            if not source or is_address(source)
            else kind.find(Path(source).expanduser())
        )
    media = paths.get("videos") or paths["speech"]
    return [
        Clip(
            **ravdess.describe_clip(clip),  # type: ignore[arg-type]
            media=media[clip],
            action_units=paths["tracking"][clip] if "tracking" in paths else None,
        )
        for clip in ravdess.list_clip_names()
    ]


def needed_ravdess(config: Mapping[str, Any]) -> dict[str, ravdess_files.FileSet]:
    """Return the kinds of files of RAVDESS that a run reads, by what the config calls them."""
    if config["corpus"] != "ravdess":
        return {}
    filmed = config["ravdess"]["media"] == "videos"
    kinds = {"videos": ravdess_files.VIDEOS} if filmed else {"speech": ravdess_files.SOUND}
    tracked = any(extractor["kind"] == "csv" for extractor in config["face"]["extractors"])
    return kinds | ({"tracking": ravdess_files.TRACKING} if tracked else {})


def fetched_ravdess(config: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the files that are to be unpacked of each kind that has to be fetched."""
    return {
        archive: [*kind.unpacked_paths(f"{RAVDESS_FOLDER}/{archive}").values()]
        for archive, kind in needed_ravdess(config).items()
        for source in [config["ravdess"][RAVDESS_SOURCES[archive]]]
        if not source or is_address(source)
    }


def uses_published(config: Mapping[str, Any]) -> bool:
    """Return whether a run takes over anything that the authors of the paper published."""
    features = {model["features"] for model in config["models"]}
    taken = config["published"]["posteriors"] or "face/means/published" in features
    return config["corpus"] == "published" or (config["corpus"] == "ravdess" and bool(taken))


def plan_folds(config: Mapping[str, Any], corpus: Corpus) -> list[list[str | int]]:
    """Return the test speakers of each fold, those of the config, balanced ones, or one in each.

    Raises
    ------
    InputError
        When there are fewer speakers than folds, or than the protocol needs.
    """
    folds = config["folds"]
    if isinstance(folds, list):
        return [spell_speakers(fold, corpus) for fold in folds]
    if folds == SPEAKERS:
        return [[speaker] for speaker in _enough_speakers(config, corpus)]
    traits = (
        (clip.speaker, clip.emotion, f"{clip.corpus}/{clip.emotion}") for clip in corpus.clips
    )
    return [[*fold] for fold in balance_folds(traits, folds)]


def plan_left_out_corpora(config: Mapping[str, Any], corpus: Corpus) -> dict[str, str]:
    """Return the corpora that are left out in turn: of several, under the protocol ``nested``.

    They are known by what the fold that tests each of them is called in the names of files.

    Parameters
    ----------
    config
        The config, with its folds as :func:`plan_folds` returns them.
    corpus
        The clips.
    """
    if config["protocol"] != "nested" or not any(clip.corpus for clip in corpus.clips):
        return {}
    clips = tabulate_clips(corpus.clips, config["folds"], corpus.speakers_without_clips)
    return {
        f"-without-{make_clip_name(quote(left_out, safe=''))}": left_out
        for left_out in list_corpora_to_leave_out(clips, config["emotions"])
    }


def spell_speakers(names: Iterable[str | int], corpus: Corpus) -> list[str | int]:
    """Return names of speakers as the corpus spells them, where it is known and has them."""
    speakers = sorted({clip.speaker for clip in corpus.clips} | corpus.speakers_without_clips)
    return [*spell_alike(names, speakers)] if speakers else [*names]


def _enough_speakers(config: Mapping[str, Any], corpus: Corpus) -> list[str]:
    """Return the speakers, as many as the protocol needs folds at least."""
    speakers = sorted({clip.speaker for clip in corpus.clips})
    needed = FEWEST_FOLDS[config["protocol"]]
    if len(speakers) < needed:
        raise InputError(
            f"`folds: {SPEAKERS}` with {counted(len(speakers), 'speaker')}: {listing(speakers)}",
            f"{needed} speakers under the protocol `{config['protocol']}`",
            "add clips of others",
        )
    return speakers


def check_speakers(names: Iterable[str | int], corpus: Corpus) -> None:
    """Raise an :class:`InputError` unless a corpus has clips of these speakers, if it is known."""
    speakers = {clip.speaker for clip in corpus.clips}
    unknown = [str(name) for name in names if speakers and str(name) not in speakers]
    if unknown:
        raise InputError(
            f"`bundle: held_out_speakers` of {listing(unknown)}"
            f"{hint_at_corpora(unknown, speakers)}",
            f"speakers of the corpus: {listing(sorted(speakers), 40)}",
            "correct the config",
        )


def check_emotions(emotions: Sequence[str], corpus: Corpus) -> None:
    """Raise an :class:`InputError` unless a corpus has a clip of each emotion, if it is known."""
    felt = {clip.emotion for clip in corpus.clips}
    missing = [emotion for emotion in emotions if felt and emotion not in felt]
    if missing:
        failed = counted(len(corpus.failures), "row")
        raise InputError(
            f"no clip of the emotion {listing(missing)}"
            + (f" ({failed} of the sample sheet cannot be used)" if corpus.failures else ""),
            f"clips of all `emotions`; there are some of {listing(sorted(felt), 20)}",
            "correct the sample sheet, or take the emotion out of `emotions` in the config",
        )


def is_address(source: str) -> bool:
    """Return whether a source is an address, not a folder."""
    return source.startswith(("http://", "https://"))


def clips_to_show(corpus: Corpus) -> list[Clip]:
    """Return one clip with media of each emotion of the first few speakers, acted strongly."""
    filmed = [clip for clip in corpus.clips if clip.media]
    speakers = list(dict.fromkeys(clip.speaker for clip in filmed))[:MOST_SPEAKERS_SHOWN]
    shown: dict[tuple[str, str], Clip] = {}
    for clip in sorted(filmed, key=lambda clip: clip.intensity != "strong"):
        if clip.speaker in speakers:
            shown.setdefault((clip.speaker, clip.emotion), clip)
    return list(shown.values())
