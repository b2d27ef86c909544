"""RAVDESS has 1440 spoken clips; a folder of any nesting has one file of each, or is refused."""

from collections import Counter

import pytest

from emofold.corpora.ravdess import describe_clip, list_clip_names
from emofold.corpora.ravdess_files import SOUND, TRACKING, VIDEOS
from emofold.errors import InputError

FIRST, LAST = "01-01-01-01-01-01-01", "01-01-08-02-02-02-24"


def with_sound(folder, place="{name}.wav"):
    """Put an empty recording of each clip where a pattern says."""
    for clip in list_clip_names():
        path = folder / place.format(name=SOUND.stem(clip), actor=clip[-2:])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def refused(kind, folder):
    with pytest.raises(InputError) as error:
        kind.find(folder)
    return error.value


def test_every_actor_speaks_sixty_clips_and_neutral_is_never_strong():
    clips = [describe_clip(name) for name in list_clip_names()]
    assert len({clip["clip"] for clip in clips}) == len(clips) == 1440
    assert Counter(clip["speaker"] for clip in clips) == {str(n): 60 for n in range(1, 25)}
    of_kinds = Counter((clip["emotion"], clip["intensity"]) for clip in clips)
    assert ("neutral", "strong") not in of_kinds
    assert set(of_kinds.values()) == {24 * 2 * 2}
    assert len(of_kinds) == 15


def test_sound_and_tracking_of_a_clip_differ_in_modality_and_ending():
    assert SOUND.stem(LAST) == "03-01-08-02-02-02-24"
    assert TRACKING.stem(LAST) == "01-01-08-02-02-02-24"
    assert SOUND.unpacked_paths("here")[LAST] == "here/Actor_24/03-01-08-02-02-02-24.wav"
    assert TRACKING.unpacked_paths("here")[FIRST] == "here/Actor_01/01-01-01-01-01-01-01.csv"
    assert (
        list(SOUND.unpacked_paths("here"))
        == list(TRACKING.unpacked_paths("here"))
        == list_clip_names()
    )


@pytest.mark.parametrize(
    "place", ["{name}.wav", "Actor_{actor}/{name}.wav", "ein Ordner/{actor}/tief/{name}.WAV"]
)
def test_recordings_are_found_however_deep_they_lie(tmp_path, place):
    found = SOUND.find(with_sound(tmp_path, place))
    assert list(found) == list_clip_names()
    expected = tmp_path / place.format(name="03-01-08-02-02-02-24", actor="24")
    assert found[LAST] == str(expected)


def test_recordings_may_be_flac_all_or_some(tmp_path):
    with_sound(tmp_path, "{name}.flac")
    (tmp_path / "03-01-01-01-01-01-01.flac").rename(tmp_path / "03-01-01-01-01-01-01.wav")
    found = SOUND.find(tmp_path)
    assert found[FIRST] == str(tmp_path / "03-01-01-01-01-01-01.wav")
    assert found[LAST] == str(tmp_path / "03-01-08-02-02-02-24.flac")


def test_other_files_of_ravdess_beside_the_recordings_do_not_matter(tmp_path):
    with_sound(tmp_path, "Actor_{actor}/{name}.wav")
    expected = SOUND.find(tmp_path)
    for other in (
        "01-01-01-01-01-01-01.mp4",
        "02-01-01-01-01-01-01.mp4",
        "03-02-01-01-01-01-01.wav",
        "03-01-01-02-01-01-01.wav",
        "03-01-01-01-01-01-01.txt",
        "._03-01-01-01-01-01-01.wav",
        "read me.wav",
    ):
        (tmp_path / other).touch()
    assert SOUND.find(tmp_path) == expected


def test_tracking_is_found_as_csv_beside_videos_of_the_same_names(tmp_path):
    for clip in list_clip_names():
        (tmp_path / f"{clip}.csv").touch()
        (tmp_path / f"{clip}.mp4").touch()
    assert TRACKING.find(tmp_path) == {c: str(tmp_path / f"{c}.csv") for c in list_clip_names()}


def test_videos_with_sound_are_found_beside_those_without_and_beside_songs(tmp_path):
    for clip in list_clip_names():
        folder = tmp_path / f"Video_Speech_Actor_{clip[-2:]}" / f"Actor_{clip[-2:]}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{clip}.mp4").touch()
        (folder / f"02{clip[2:]}.mp4").touch()
    (tmp_path / "01-02-01-01-01-01-01.mp4").touch()
    (tmp_path / "03-01-01-01-01-01-01.wav").touch()
    found = VIDEOS.find(tmp_path)
    assert list(found) == list_clip_names()
    assert found[LAST] == str(tmp_path / f"Video_Speech_Actor_24/Actor_24/{LAST}.mp4")


@pytest.mark.parametrize("actor", ["07", "{actor}"])
def test_the_files_of_an_actor_lie_where_those_of_all_do(actor):
    files = VIDEOS.paths_of_actor("here", actor)
    of_all = [path for path in VIDEOS.unpacked_paths("here").values() if path.endswith("-07.mp4")]
    assert [path.format(actor="07") for path in files] == of_all
    assert len(files) == 60


def test_a_missing_recording_is_named(tmp_path):
    with_sound(tmp_path)
    (tmp_path / "03-01-05-01-02-01-07.wav").unlink()
    error = refused(SOUND, tmp_path)
    assert f"1 file (.wav or .flac) missing in {tmp_path}: 03-01-05-01-02-01-07" in error.found
    assert "1440" in error.expected
    assert "let emofold fetch them" in error.remedy


def test_a_link_to_a_recording_that_is_not_here_counts_as_missing(tmp_path):
    recording = with_sound(tmp_path) / "03-01-05-01-02-01-07.wav"
    recording.unlink()
    recording.symlink_to("annexed elsewhere")
    assert "missing" in refused(SOUND, tmp_path).found


def test_of_many_missing_files_the_first_few_are_named(tmp_path):
    error = refused(TRACKING, with_sound(tmp_path))
    assert f"1440 files (.csv) missing in {tmp_path}: {FIRST}, " in error.found
    assert error.found.endswith("and 1435 more")


def test_two_files_of_one_clip_are_both_named(tmp_path):
    with_sound(tmp_path, "Actor_{actor}/{name}.wav")
    copy = tmp_path / "copies" / "03-01-05-01-02-01-07.flac"
    copy.parent.mkdir()
    copy.touch()
    error = refused(SOUND, tmp_path)
    assert "2 files of the same clips" in error.found
    assert str(copy) in error.found
    assert str(tmp_path / "Actor_07" / "03-01-05-01-02-01-07.wav") in error.found


def test_missing_and_doubled_files_are_told_together(tmp_path):
    with_sound(tmp_path)
    (tmp_path / "03-01-05-01-02-01-07.wav").unlink()
    (tmp_path / "03-01-05-01-02-01-08.flac").touch()
    found = refused(SOUND, tmp_path).found
    assert "1 file (.wav or .flac) missing" in found
    assert "2 files of the same clips" in found


@pytest.mark.parametrize("there_is", ["nothing", "a file"])
def test_a_folder_that_is_none_is_named(tmp_path, there_is):
    folder = tmp_path / "recordings"
    if there_is == "a file":
        folder.touch()
    error = refused(SOUND, folder)
    assert error.found == f"no folder {folder}"
    assert "`ravdess` in the config" in error.remedy


def test_actors_that_are_links_to_other_disks_are_looked_into(tmp_path):
    with_sound(tmp_path / "disk", "Actor_{actor}/{name}.wav")
    (tmp_path / "here").mkdir()
    for actor in sorted((tmp_path / "disk").iterdir()):
        (tmp_path / "here" / actor.name).symlink_to(actor, target_is_directory=True)
    assert len(SOUND.find(tmp_path / "here")) == 1440
