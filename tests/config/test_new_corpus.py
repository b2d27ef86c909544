"""A folder of recordings becomes a corpus, and all that is wrong with it is told at once."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import recordings
from emofold.config.name_pattern import NamePattern
from emofold.config.new_corpus import read_corpus, write_sheet
from emofold.corpora.planning import Corpus as PlannedCorpus
from emofold.corpora.planning import plan_folds
from emofold.corpora.sample_sheet import Clip, read_sample_sheet
from emofold.errors import InputError
from emofold.models.splits import check_training_emotions

PATTERN = "{speaker}_{emotion}_*"
SOUND = np.zeros((8_000, 1), np.int16)
PICTURES = [np.zeros((48, 64, 3), np.uint8)] * 13


@pytest.fixture(scope="session")
def kinds(tmp_path_factory) -> dict[str, Path]:
    """Half a second of everything: a video, pictures alone, sound alone, and what is no clip."""
    folder = tmp_path_factory.mktemp("kinds")
    times = recordings.steady(len(PICTURES))
    (folder / "empty.mp4").touch()
    (folder / "text.mp4").write_bytes(b"This is no video.\n" * 99)
    (folder / "other.txt").write_text("notes", encoding="utf-8")
    return {
        "video": recordings.write(folder / "video.mp4", PICTURES, times, SOUND),
        "silent": recordings.write(folder / "silent.mp4", PICTURES, times),
        "sound": recordings.write(folder / "sound.wav", sound=SOUND),
        "long": recordings.half_an_hour(folder / "long.mp4"),
        **{name: folder / f"{name}.mp4" for name in ("empty", "text")},
        "other": folder / "other.txt",
    }


@pytest.fixture
def files(tmp_path, kinds):
    """Return what puts files into a folder: videos, or what is said of each."""
    folder = tmp_path / "Größe & Videos"

    def add(*names, kind="video"):
        for name in names:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kinds[kind], path)
            if kind != "empty":
                recordings.tell_apart(path, name)
        return folder

    return add


def everybody(*more, speakers=("anna", "ben", "chiara"), emotions=("happy", "sad"), ending="mp4"):
    return [f"{s}_{e}_1.{ending}" for s in speakers for e in emotions] + [*more]


def corpus_of(folder, emotions=None, pattern=PATTERN):
    return read_corpus(folder, NamePattern(pattern), emotions)


def left_out(corpus):
    return {str(path): problems for path, problems in corpus.left_out.items()}


def test_each_file_becomes_a_clip(files):
    corpus = corpus_of(files(*everybody()))
    assert corpus.clips[0] == Clip("anna_happy_1", "anna", "happy", "anna_happy_1.mp4")
    assert len(corpus.clips) == 6
    assert corpus.emotions == ["happy", "sad"]
    assert corpus.speakers == ["anna", "ben", "chiara"]
    assert (corpus.has_sound, corpus.has_pictures) == (True, True)
    assert (corpus.left_out, corpus.flaws, corpus.others) == ({}, [], 0)
    assert (corpus.folds, corpus.protocol, corpus.is_corpus) == (3, "nested", True)


def test_the_names_may_say_more_and_emotions_have_codes(files):
    folder = files("1/01-03-x-2.mp4", "2/01-03-x-2.mp4", "1/02-04-y-1.mp4", "2/02-05-y-1.mp4")
    codes = {"05": "calm", "03": "happy", "04": "calm"}
    pattern = "{speaker}/{intensity}-{emotion}-{statement}-{repetition}"
    corpus = corpus_of(folder, codes, pattern)
    assert corpus.emotions == ["calm", "happy"]
    assert corpus.clips[0] == Clip(
        *("1-01-03-x-2", "1", "happy", "1/01-03-x-2.mp4", None, "01", "x", 2)
    )
    assert [clip.emotion for clip in corpus.clips] == ["happy", "calm", "happy", "calm"]


def test_clips_are_called_after_their_folders_only_where_they_must(files):
    folder = files(*everybody(), "more/anna_sad_2.mp4")
    assert "anna_sad_2" in {clip.clip for clip in corpus_of(folder).clips}
    files("more/anna_sad_1.mp4")
    names = {clip.clip for clip in corpus_of(folder).clips}
    assert {"anna_sad_1", "more-anna_sad_1", "more-anna_sad_2"} < names


def test_all_that_is_wrong_is_listed_by_file_and_the_other_files_go_on(files):
    files("anna.mp4", "ben_hapy_1.mp4")
    files("ben_happy_e.mp4", kind="empty")
    files("ben_happy_t.mp4", kind="text")
    files("ben_happy_l.mp4", kind="long")
    files("ben_happy_s.mp4", kind="silent")
    files("ben_happy_w.wav", kind="sound")
    files("bad.mp4", kind="empty")
    corpus = corpus_of(files(*everybody()), {"happy": "happy", "sad": "sad"})
    assert left_out(corpus) == {
        "anna.mp4": [f"a name that does not fit the pattern {PATTERN}"],
        "bad.mp4": [f"a name that does not fit the pattern {PATTERN}", "the empty file"],
        "ben_happy_e.mp4": ["the empty file"],
        "ben_happy_l.mp4": ["1800 s long, more than the 600 s of a clip"],
        "ben_happy_s.mp4": ["no sound, which other files have"],
        "ben_happy_t.mp4": ["cannot be decoded (invalid data found when processing input)"],
        "ben_happy_w.wav": ["no pictures, which other files have"],
        "ben_hapy_1.mp4": ["the emotion 'hapy', not one of happy, sad, perhaps `happy`"],
    }
    assert [clip.clip for clip in corpus.clips] == [Path(name).stem for name in everybody()]
    assert corpus.flaws == []


def test_what_cannot_stand_in_the_sheet_is_listed(files):
    long = "x" * 201
    files(f"anna_happy_{long}.mp4", "anna_very sad_1.mp4", "anna_sad_1.mov", "a/b-c_happy_1.mp4")
    corpus = corpus_of(files(*everybody(), "a-b/c_happy_1.mp4", "c_happy_1.mp4"))
    assert left_out(corpus) == {
        "a-b/c_happy_1.mp4": ["the same name for its clip as a/b-c_happy_1.mp4, a-b-c_happy_1"],
        "a/b-c_happy_1.mp4": ["the same name for its clip as a-b/c_happy_1.mp4, a-b-c_happy_1"],
        f"anna_happy_{long}.mp4": [
            f"the clip name 'anna_happy_{long}', which files cannot be called after (more than "
            "200 bytes)"
        ],
        "anna_sad_1.mov": ["the same name for its clip as anna_sad_1.mp4, anna_sad_1"],
        "anna_sad_1.mp4": ["the same name for its clip as anna_sad_1.mov, anna_sad_1"],
        "anna_very sad_1.mp4": [
            "the emotion 'very sad', which is not made of letters, digits, _ and - alone: give it "
            "another name with --emotions name='very sad'"
        ],
    }
    wrong = corpus_of(files("1.mp4"), pattern="{speaker}_{emotion}_{repetition}")
    assert left_out(wrong)[f"anna_happy_{long}.mp4"][0] == (
        f"the repetition '{long}', which is no number"
    )


def test_a_corpus_that_was_unpacked_twice_is_taken_once(files):
    folder = files(*everybody())
    shutil.copytree(folder, folder / "unpacked again")
    corpus = corpus_of(folder)
    assert left_out(corpus) == {
        f"unpacked again/{name}": [f"the same recording as {name}"] for name in everybody()
    }
    assert [clip.clip for clip in corpus.clips] == [Path(name).stem for name in everybody()]


def test_of_a_recording_under_names_that_disagree_no_copy_is_taken(files):
    folder = files(*everybody())
    shutil.copyfile(folder / "anna_sad_1.mp4", folder / "ben_sad_2.mp4")
    (folder / "chiara_happy_2.mp4").symlink_to("chiara_sad_1.mp4")
    found = left_out(corpus_of(folder))
    assert [*found] == [
        *("anna_sad_1.mp4", "ben_sad_2.mp4", "chiara_happy_2.mp4", "chiara_sad_1.mp4")
    ]
    assert found["anna_sad_1.mp4"][0].startswith("the same recording as ben_sad_2.mp4, by whose")
    assert found["chiara_happy_2.mp4"][0].startswith("the same recording as chiara_sad_1.mp4, by")


@pytest.mark.parametrize(
    ("one", "other"), [("1", "01"), ("s1", "S01"), ("anna", "Anna"), ("ann b", "ann  b")]
)
def test_speakers_that_differ_in_notation_only_are_named(files, one, other):
    (flaw,) = corpus_of(files(*everybody(f"{other}_sad_2.mp4", speakers=[one, "b", "c"]))).flaws
    assert flaw == f"the speakers {', '.join(sorted([one, other]))}, which differ in notation only"


def test_a_recording_beside_its_video_is_left_out_and_the_video_is_not(files):
    files("anna_sad_1.wav", kind="sound")
    corpus = corpus_of(files(*everybody()))
    assert left_out(corpus) == {"anna_sad_1.wav": ["no pictures, which other files have"]}
    assert len(corpus.clips) == 6


@pytest.mark.parametrize(("kind", "has"), [("sound", (True, False)), ("silent", (False, True))])
def test_what_no_file_has_nobody_misses(files, kind, has):
    files("memo.mp4")
    corpus = corpus_of(files(*everybody(ending="wav" if kind == "sound" else "mp4"), kind=kind))
    assert (corpus.has_sound, corpus.has_pictures) == has
    assert list(left_out(corpus)) == ["memo.mp4"]
    assert len(corpus.clips) == 6


@pytest.mark.parametrize(
    ("names", "emotions", "flaws"),
    [
        (everybody(speakers=["anna"]), None, ["one speaker alone, anna: there is nobody"]),
        (everybody(emotions=["sad"]), None, ["one emotion alone, sad: there is nothing"]),
        (everybody(), ("sad", "happy", "calm"), ["no clip of the emotion calm"]),
        (everybody("Anna_sad_2.mp4"), None, ["the speakers Anna, anna, which differ in notation"]),
        (
            everybody(*(f"{s}_Sad_2.mp4" for s in ("anna", "ben", "chiara"))),
            None,
            ["the emotions Sad, sad, which differ in notation"],
        ),
        (
            everybody("anna_calm_1.mp4"),
            None,
            ["the emotion calm, played by anna alone, in 1 fold: 3 are needed"],
        ),
        (
            everybody("anna_calm_1.mp4", "ben_calm_1.mp4"),
            None,
            ["the emotion calm, played by anna, ben alone, in 2 folds: 3 are needed"],
        ),
        (
            everybody("anna_calm_1.mp4", speakers=["anna", "ben"]),
            None,
            ["the emotion calm, played by anna alone, in 1 fold: 2 are needed"],
        ),
        (
            everybody("Anna_calm_1.mp4"),
            None,
            ["the speakers Anna, anna", "the emotion calm, played by Anna alone"],
        ),
        (["anna_calm_1.mp4"], None, ["one speaker alone, anna", "one emotion alone, calm"]),
    ],
)
def test_what_no_run_would_get_through_is_listed(files, names, emotions, flaws):
    corpus = corpus_of(files(*names), emotions and dict(zip(emotions, emotions, strict=True)))
    assert len(corpus.flaws) == len(flaws)
    assert all(found.startswith(flaw) for found, flaw in zip(corpus.flaws, flaws, strict=True))


@pytest.mark.parametrize("speakers", [2, 3, 5, 7])
@pytest.mark.parametrize("players", [1, 2, 3, 4])
def test_a_corpus_without_flaws_shows_every_emotion_to_every_training(files, speakers, players):
    people = [f"s{number}" for number in range(speakers)]
    rare = [f"{speaker}_calm_1.mp4" for speaker in people[:players]]
    corpus = corpus_of(files(*everybody(*rare, speakers=people)))
    folds = plan_folds({"folds": corpus.folds}, PlannedCorpus(corpus.clips))
    assert len(folds) == min(5, speakers)
    held_out = [{*one, *other} for one in folds for other in folds if one <= other]
    if corpus.protocol == "paper":
        held_out = [{*fold} for fold in folds]
    sees_all = True
    for test_speakers in held_out:
        trained_on = [c.emotion for c in corpus.clips if c.speaker not in test_speakers]
        try:
            check_training_emotions(trained_on, corpus.emotions)
        except InputError:
            sees_all = False
    assert sees_all == (not corpus.flaws)


def test_three_speakers_in_two_folds_are_not_enough_for_an_emotion(files):
    takes = {"s1": ["calm"] * 4, "s2": ["calm"] * 4, "s6": ["calm", "happy", "happy"]}
    takes |= {speaker: ["happy"] * 4 for speaker in ("s3", "s4", "s5")}
    names = [f"{s}_{e}_{n}.mp4" for s, played in takes.items() for n, e in enumerate(played)]
    (flaw,) = corpus_of(files(*names)).flaws
    assert flaw.startswith("the emotion calm, played by s1, s2, s6 alone, in 2 folds: 3 are needed")


def test_without_a_file_that_can_be_used_there_is_no_corpus(files):
    corpus = corpus_of(files(*everybody(), kind="empty"))
    assert len(corpus.left_out) == 6
    assert corpus.flaws == ["no file that can be used"]
    assert not corpus.is_corpus


def test_a_folder_without_media_and_a_pattern_that_fits_nothing_are_refused(files):
    with pytest.raises(InputError, match=r"no video and no sound file .*other files: x\.txt"):
        corpus_of(files("x.txt", kind="other"))
    with pytest.raises(InputError, match=r"6 files .*none of which fits .*: anna_happy_1\.mp4, "):
        corpus_of(files(*everybody()), pattern="{speaker}/{emotion}")


def test_a_name_that_is_no_text_is_listed(files, kinds):
    folder = files(*everybody())
    try:
        shutil.copyfile(kinds["video"], folder / os.fsdecode(b"anna_sad_\xff.mp4"))
    except OSError:
        pytest.skip("this file system has no such names")
    corpus = corpus_of(folder)
    assert [*left_out(corpus).values()] == [["a name that is no UTF-8"]]
    assert len(corpus.clips) == 6


def test_files_that_are_ours_are_not_counted(files):
    folder = files(*everybody())
    files("samples.csv", "x.txt", kind="other")
    ours = [folder / "samples.csv"]
    assert read_corpus(folder, NamePattern(PATTERN), ignored=ours).others == 1


def test_the_sheet_is_read_as_it_was_written(files):
    folder = files(*everybody("q/ann,a_sad_3.mp4", '"ben" _sad_2.mp4', "Zoë_happy_1.mp4"))
    clips = corpus_of(folder, pattern="{speaker}_{emotion}_{repetition}").clips
    path = folder / "samples.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_sheet(clips, file)
    sheet = read_sample_sheet(path, ["happy", "sad"])
    assert sheet.failures == []
    assert {(c.clip, c.speaker, c.emotion, c.repetition) for c in sheet.clips} == {
        (c.clip, c.speaker, c.emotion, c.repetition) for c in clips
    }
    assert len(sheet.clips) == len(clips)
    header = path.read_text(encoding="utf-8").splitlines()[0]
    assert header == "clip,speaker,emotion,media,repetition"
