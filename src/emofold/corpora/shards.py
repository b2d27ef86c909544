"""Shards: the clips that one job of a heavy step processes together."""

from collections.abc import Iterable
from urllib.parse import quote

from emofold.corpora.sample_sheet import Clip


def shards_of(clips: Iterable[Clip], clips_per_shard: int | None) -> dict[str, list[Clip]]:
    """Return the clips of each shard: a shard a speaker, or so many clips a shard.

    Returns
    -------
    dict
        By the name of the shard, which can be the name of a file.

    Examples
    --------
    >>> clips = [Clip("a", "3", "sad"), Clip("b", "7", "sad"), Clip("c", "3", "calm")]
    >>> [(name, len(shard)) for name, shard in shards_of(clips, None).items()]
    [('speaker-3', 2), ('speaker-7', 1)]
    >>> [(name, len(shard)) for name, shard in shards_of(clips, 2).items()]
    [('part-0000', 2), ('part-0001', 1)]
    """
    shards: dict[str, list[Clip]] = {}
    for number, clip in enumerate(clips):
        name = (
            f"part-{number // clips_per_shard:04d}"
            if clips_per_shard
            else f"speaker-{quote(clip.speaker, safe='')}"
        )
        shards.setdefault(name, []).append(clip)
    return shards
