"""Shards: the clips that one job of a media step takes."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import TypeVar
from urllib.parse import quote

from emofold.corpora.sample_sheet import Clip
from emofold.corpora.sheets import make_clip_name

T = TypeVar("T")
CLIPS_PER_SHARD = 60
MOST_OF_FEW = CLIPS_PER_SHARD // 2  # clips of a speaker who leaves room for another one like it


def shards_of(clips: Iterable[Clip], clips_per_shard: int | None) -> dict[str, list[Clip]]:
    """Return the clips of each shard, in the order in which the clips and their speakers appear.

    Parameters
    ----------
    clips
        The clips of a corpus.
    clips_per_shard
        How many clips a shard takes, whoever speaks them. None packs whole speakers together, up to
        60 clips; a speaker of more is a shard of their own. As many neighbours as usually fit share
        a shard, by the speakers of few clips if there are any, so that one more clip or speaker
        concerns the neighbours alone.

    Returns
    -------
    dict
        By the name of the shard, which can be the name of a file.

    Examples
    --------
    >>> clips = [Clip(f"{speaker}-{n}", speaker, "sad") for speaker in "abc" for n in range(25)]
    >>> [(name, len(shard)) for name, shard in shards_of(clips, None).items()]
    [('speakers-from-a', 50), ('speakers-from-c', 25)]
    >>> [(name, len(shard)) for name, shard in shards_of(clips, 40).items()]
    [('part-0000-of-40-clips', 40), ('part-0001-of-40-clips', 35)]
    """
    if clips_per_shard:
        parts = enumerate(_in_groups(list(clips), clips_per_shard))
        return {f"part-{n:04d}-of-{clips_per_shard}-clips": [*part] for n, part in parts}
    by_speaker: dict[str, list[Clip]] = {}
    for clip in clips:
        by_speaker.setdefault(clip.speaker, []).append(clip)
    few = [len(own) for own in by_speaker.values() if len(own) <= MOST_OF_FEW]
    neighbours = int(CLIPS_PER_SHARD // median(few)) if few else 1
    shards: dict[str, list[Clip]] = {}
    for group in _in_groups(list(by_speaker.values()), neighbours):
        for packed in _packed(group):
            is_alone = len(packed) == len(by_speaker[packed[0].speaker]) > MOST_OF_FEW
            kind = "speaker" if is_alone else "speakers-from"
            shards[f"{kind}-{make_clip_name(quote(packed[0].speaker, safe=''))}"] = packed
    return shards


def _packed(speakers: Iterable[list[Clip]]) -> Iterator[list[Clip]]:
    """Yield the clips of neighbours together, as far as they are no more than a shard takes."""
    shard: list[Clip] = []
    for clips in speakers:
        if shard and len(shard) + len(clips) > CLIPS_PER_SHARD:
            yield shard
            shard = []
        shard = shard + clips
    yield shard


def _in_groups(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
