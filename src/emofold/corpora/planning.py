"""The clips of a run, known before its first job: what the jobs are planned from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emofold.corpora import ravdess
from emofold.corpora.sample_sheet import Clip, read_sample_sheet
from emofold.corpora.shards import shards_of
from emofold.demo.cast import clip_names
from emofold.tables.failures import Failure

SYNTHETIC = "Synthetic demo corpus, made by code: its numbers say nothing about people."
MOST_SPEAKERS_SHOWN = 8


@dataclass(frozen=True)
class Corpus:
    """What is known of a corpus before its first job.

    Attributes
    ----------
    shards
        The clips of each shard; none for a corpus without media.
    note
        What must be said wherever its numbers appear.
    failures
        The rows of its sample sheet that cannot be used.
    """

    shards: dict[str, list[Clip]]
    note: str = ""
    failures: tuple[Failure, ...] = ()


def planned_corpus(config: Mapping[str, Any], demo_folder: str) -> Corpus:
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
    if config["corpus"] == "demo":
        return Corpus(shards_of(demo_clips(**config["demo"], folder=demo_folder), None), SYNTHETIC)
    if config["corpus"] == "sheet":
        sheet = read_sample_sheet(Path(config["sample_sheet"]), config["emotions"])
        shards = shards_of(sheet.clips, per_shard)
        return Corpus(shards, failures=tuple(sheet.failures))
    return Corpus({})


def demo_clips(speakers: int, takes: int, folder: str) -> list[Clip]:
    """Return the clips of the demo corpus; their videos lie in a folder an actor."""
    clips = []
    for name in clip_names(speakers, takes):
        described: dict[str, Any] = ravdess.describe_clip(name)
        clips.append(Clip(**described, media=f"{folder}/{name[-2:]}/{name}.mp4"))
    return clips


def clips_to_show(corpus: Corpus) -> list[Clip]:
    """Return one clip with media of each emotion of the first few speakers, acted strongly."""
    filmed = [clip for shard in corpus.shards.values() for clip in shard if clip.media]
    speakers = list(dict.fromkeys(clip.speaker for clip in filmed))[:MOST_SPEAKERS_SHOWN]
    shown: dict[tuple[str, str], Clip] = {}
    for clip in sorted(filmed, key=lambda clip: clip.intensity != "strong"):
        if clip.speaker in speakers:
            shown.setdefault((clip.speaker, clip.emotion), clip)
    return list(shown.values())
