"""Shards: whole speakers together, few jobs, and little that moves when the corpus grows."""

import pytest

from emofold.corpora.packing import shards_of
from emofold.corpora.sample_sheet import Clip


def corpus(**clips_of_speakers):
    return [
        Clip(f"{speaker}-{n}", speaker, "sad")
        for speaker, clips in clips_of_speakers.items()
        for n in range(clips)
    ]


def alike(speakers, clips):
    return corpus(**{f"s{n:03d}": clips for n in range(speakers)})


def sizes(clips, clips_per_shard=None):
    return [len(shard) for shard in shards_of(clips, clips_per_shard).values()]


def speakers(clips):
    """The speakers of each shard."""
    shards = shards_of(clips, None)
    return {name: sorted({clip.speaker for clip in shard}) for name, shard in shards.items()}


def moved(before, after):
    """The clips that another shard takes than before."""
    shard_before, shard_after = (
        {clip.clip: name for name, shard in shards_of(clips, None).items() for clip in shard}
        for clips in (before, after)
    )
    return {clip for clip in shard_before if shard_before[clip] != shard_after[clip]}


def test_a_shard_of_a_speaker_of_a_long_name_can_be_a_file(tmp_path):
    names = [f"{'字' * 60}{number}" for number in range(2)]
    shards = shards_of(
        [Clip(f"{name}-{n}", name, "sad") for name in names for n in range(61)], None
    )
    assert len(shards) == 2
    for name in shards:
        (tmp_path / f"{name}.parquet").touch()


@pytest.mark.parametrize(
    ("count", "clips", "jobs"), [(118, 3, 6), (8, 16, 3), (24, 60, 24), (91, 82, 91), (1, 1, 1)]
)
def test_speakers_are_packed_up_to_sixty_clips(count, clips, jobs):
    found = sizes(alike(count, clips))
    assert len(found) == jobs
    assert sum(found) == count * clips
    assert max(found) <= max(60, clips)


def test_small_speakers_are_packed_among_large_ones_too():
    mixed = corpus(**{f"s{n:03d}": 40 if n % 2 else 3 for n in range(118)})
    assert len(sizes(mixed)) == 59
    apart = corpus(**{f"s{n:03d}": 40 if n > 58 else 3 for n in range(118)})
    assert len(sizes(apart)) <= 59 + 3
    assert max(sizes(apart)) <= 60


def test_a_small_speaker_renames_no_shard_of_large_ones():
    before = alike(24, 60)
    assert moved(before, [*before, *corpus(new=3)]) == set()


def test_no_speaker_is_in_two_shards():
    uneven = corpus(a=1, b=59, c=2, d=200, e=30, f=31, g=3, h=60, i=61)
    shards = speakers(uneven)
    assert sum(map(len, shards.values())) == 9
    assert shards["speaker-d"] == ["d"]
    for name, names in shards.items():
        assert len(names) == 1 or sum(clip.speaker in names for clip in uneven) <= 60, name


def test_a_shard_has_the_name_of_its_first_speaker():
    assert speakers(alike(4, 30)) == {
        "speakers-from-s000": ["s000", "s001"],
        "speakers-from-s002": ["s002", "s003"],
    }
    assert [*speakers(alike(2, 60))] == ["speaker-s000", "speaker-s001"]


def test_a_name_can_be_that_of_a_file():
    (name,) = shards_of([Clip("a", "../Jörg {x}", "sad")], None)
    assert "/" not in name
    assert "{" not in name


def test_speakers_whose_clips_are_mixed_are_packed_the_same():
    clips = alike(4, 30)
    mixed = sorted(clips, key=lambda clip: (clip.clip[-1], clip.speaker))
    assert speakers(mixed) == speakers(clips)


def test_one_more_speaker_at_the_end_moves_nothing():
    before = alike(118, 3)
    assert moved(before, [*before, *corpus(new=3)]) == set()


@pytest.mark.parametrize("clips", [3, 16, 20, 29, 60])
def test_one_more_clip_moves_its_neighbours_at_most(clips):
    before = alike(30, clips)
    after = [*before, Clip("s000-new", "s000", "sad")]
    neighbours = max(1, 60 // clips)
    assert {clip.split("-")[0] for clip in moved(before, after)} <= {
        f"s{n:03d}" for n in range(neighbours)
    }


def test_clips_of_a_number_are_taken_in_their_order():
    clips = alike(5, 3)
    shards = shards_of(clips, 4)
    assert [len(shard) for shard in shards.values()] == [4, 4, 4, 3]
    assert [clip for shard in shards.values() for clip in shard] == clips
    assert not shards.keys() & shards_of(clips, 5).keys()


def test_no_clips_make_no_shard():
    assert shards_of([], None) == shards_of([], 5) == {}
