"""The files of a known corpus are read as real copies have them."""

import unicodedata
from pathlib import Path

import pytest

import known_copies
from emofold.config.known_corpora import list_known_corpora, read_known_corpus
from emofold.config.known_files import read_known_files
from emofold.config.name_pattern import parse_emotions
from emofold.errors import InputError


@pytest.fixture
def copy(tmp_path):
    """Make a copy of a corpus, with further files, and read it."""

    def make(name, *further, chosen=None):
        known_copies.add(known_copies.make(tmp_path, name), *further)
        return read_known_files(read_known_corpus(name), tmp_path, chosen)

    return make


def says(files):
    return {str(path): (told["speaker"], told["emotion"]) for path, told in files.fields.items()}


def remark(files, about):
    (found,) = [remark for remark in files.remarks if about in remark]
    return found


def test_each_known_corpus_is_tried():
    assert known_copies.CLIPS.keys() == {*list_known_corpora()}


@pytest.mark.parametrize("name", known_copies.CLIPS)
def test_the_real_names_say_who_speaks_and_with_which_emotion(copy, name):
    files = copy(name)
    assert says(files) == known_copies.CLIPS[name]
    assert {*files.emotions} == {emotion for _, emotion in known_copies.CLIPS[name].values()}
    assert not files.passed_over


def test_names_say_the_rest_too(copy, tmp_path):
    files = copy("ravdess")
    assert files.read(Path("Actor_01/03-01-02-02-02-01-01.wav")) == {
        "speaker": "01",
        "emotion": "calm",
        "intensity": "strong",
        "statement": "dogs",
        "repetition": "01",
    }
    assert files.read(tmp_path / "notes.wav") is None


@pytest.mark.parametrize("name", ["emodb", "crema-d", "tess", "ravdess", "subesco", "urdu"])
def test_a_doubled_folder_is_read_once_and_the_copies_are_named(copy, name):
    paths = [*known_copies.CLIPS[name]]
    files = copy(name, *(f"again/{path}" for path in paths))
    assert says(files) == known_copies.CLIPS[name]
    assert files.passed_over == {Path("again", path) for path in paths}
    said = remark(files, "taken from another file")
    assert said.startswith(f"{len(paths)} files left alone")
    assert any(f"again/{path} is that of {path}" in said for path in paths)


def test_one_clip_in_two_notations_is_taken_once(copy):
    files = copy("savee", "ALL/DC_a01.wav")
    assert len(files.fields) == 4
    assert Path("ALL/DC_a01.wav") in files.fields
    assert "AudioData/DC/a01.wav is that of ALL/DC_a01.wav" in remark(files, "another file")


def test_of_two_kinds_of_file_pictures_go_before_sound_and_sound_before_lossy_sound(copy):
    files = copy("crema-d", "VideoFlash/1001_DFA_ANG_XX.flv", "AudioMP3/1001_IEO_FEA_LO.mp3")
    assert Path("VideoFlash/1001_DFA_ANG_XX.flv") in files.fields
    assert Path("AudioWAV/1001_IEO_FEA_LO.wav") in files.fields
    assert len(files.fields) == 4


def test_a_video_with_sound_goes_before_one_without_and_before_a_recording(copy):
    name = "01-05-01-01-01-07"
    heard, seen, both = f"a/03-{name}.wav", f"a/02-{name}.mp4", f"b/01-{name}.mp4"
    files = copy("ravdess", heard, seen, both)
    assert {Path(both)} == {path for path in files.fields if path.stem.endswith("07")}


@pytest.mark.parametrize(
    ("name", "path", "said"),
    [
        ("emodb", "03A01FB.WAV", ("03", "happy")),
        ("emodb", "03a01Fb.wav.wav", ("03", "happy")),
        ("emodb", "03a01Fb.flac", ("03", "happy")),
        ("savee", "audiodata/dc/A02.WAV", ("DC", "angry")),
        ("tess", "oaf_dog_FEAR.wav", ("OAF", "fearful")),
        ("meld", "train_splits/DIA0_UTT1.MP4", ("The Interviewer", "happy")),
        (
            "cafe",
            unicodedata.normalize("NFD", "Dégoût/Fort/01-D-2-1.wav"),
            ("01", "disgust"),
        ),
    ],
)
def test_odd_endings_and_capitals_are_read_too(copy, name, path, said):
    assert says(copy(name, path))[path] == said


@pytest.mark.parametrize(
    ("name", "path", "reason"),
    [
        ("crema-d", "AudioWAV/1076_MTI_SAD_XX.wav", "its sound is silent"),
        ("crema-d", "VideoFlash/1064_IEO_DIS_MD.flv", "a minute of several emotions"),
        ("aesdd", "sadness/s05 (3).wav", "cannot be read"),
        ("enterface05", "subject 6/anger/s6_an.avi", "all sentences of an emotion in one file"),
        ("meld", "MELD.Raw/train/train_splits/dia125_utt3.mp4", "cannot be read"),
    ],
)
def test_what_is_known_to_be_bad_is_left_alone_and_named(copy, name, path, reason):
    files = copy(name, path)
    assert files.passed_over == {Path(path)}
    assert f"1 file left alone, known to be bad ({reason}" in remark(files, path)


def test_what_is_bad_as_a_video_may_be_good_as_sound(copy):
    assert Path("1064_IEO_DIS_MD.wav") in copy("crema-d", "1064_IEO_DIS_MD.wav").fields


def test_files_of_a_corpus_that_are_no_clips_of_it_are_left_alone(copy):
    songs = copy("ravdess", "Actor_01/03-02-05-01-01-01-01.wav")
    assert "1 file left alone, no clips: Actor_01/03-02" in remark(songs, "no clips")


def test_the_dialogues_of_iemocap_are_no_clips(copy):
    dialogues = "Session5/dialog/wav/Ses05M_script01_1b.wav", "Session1/dialog/avi/DivX/Ses01F.avi"
    files = copy("iemocap", *dialogues)
    assert files.passed_over == {Path(path) for path in dialogues}


def test_a_dialogue_elsewhere_does_not_fit(copy):
    dialogue = "Ses05M_script01_1b.wav"
    assert copy("iemocap", dialogue).read(Path(dialogue)) is None


def test_clips_without_an_emotion_are_left_alone(copy):
    files = copy("iemocap", "Session1/sentences/wav/x/Ses01F_impro01_M001.wav")
    assert len(files.fields) == 3
    assert "labelled xxx (the raters did not agree)" in remark(files, "M001")


def test_what_annotations_leave_out_is_told(copy):
    files = copy("meld", "MELD.Raw/train/train_splits/dia9_utt9.mp4")
    assert "no annotation says the speaker or the emotion" in remark(files, "dia9_utt9")
    assert remark(files, "without a clip") == (
        "5 annotations without a clip: 0/dev/0, 0/dev/2, 0/test/0, 0/test/2, 0/train/1"
    )


def test_annotations_must_be_there(copy, tmp_path):
    copy("meld")
    (tmp_path / "MELD.Raw/train/train_sent_emo.csv").rename(tmp_path / "train.csv")
    assert len(read_known_files(read_known_corpus("meld"), tmp_path).fields) == 2
    for name in ("dev", "test"):
        (tmp_path / f"MELD.Raw/{name}_sent_emo.csv").unlink()
    with pytest.raises(InputError, match=r"no file \{split\}_sent_emo\.csv below .*--videos"):
        read_known_files(read_known_corpus("meld"), tmp_path)


def test_annotations_that_contradict_one_another_are_refused(copy, tmp_path):
    copy("meld")
    twin = tmp_path / "dev_sent_emo.csv"
    twin.write_text(known_copies.MELD_ROWS, encoding="utf-8")
    assert len(read_known_files(read_known_corpus("meld"), tmp_path).fields) == 4
    twin.write_text(known_copies.MELD_ROWS.replace("joy", "anger"), encoding="utf-8")
    with pytest.raises(InputError, match=r"two rows on 0/dev/1 below .*, which differ"):
        read_known_files(read_known_corpus("meld"), tmp_path)


def test_annotations_without_a_column_are_refused(copy, tmp_path):
    copy("meld")
    file = tmp_path / "MELD.Raw/dev_sent_emo.csv"
    file.write_text(known_copies.MELD_ROWS.replace("Speaker", "Who"), encoding="utf-8")
    with pytest.raises(InputError, match=r"no column Speaker in .*there are: Sr No., Utterance"):
        read_known_files(read_known_corpus("meld"), tmp_path)


def test_a_name_that_does_not_fit_is_no_clip_and_an_unknown_code_stays(copy):
    files = copy("emodb", "03a01Xa.wav", "notes.wav")
    assert files.read(Path("03a01Xa.wav"))["emotion"] == "X"
    assert files.read(Path("notes.wav")) is None
    assert not files.passed_over


def test_emotions_may_be_chosen_and_called_otherwise(copy):
    files = copy("emodb", chosen={"happy": "joyful", "sad": "sad"})
    assert files.emotions == {"happy": "joyful", "sad": "sad"}
    assert files.passed_over == {Path("wav/03a01Wa.wav"), Path("wav/08a02La.wav")}


def test_two_emotions_may_be_called_the_same(copy):
    files = copy("iemocap", chosen=parse_emotions("calm=neutral,angry,angry=frustrated"))
    assert files.emotions == {"neutral": "calm", "angry": "angry", "frustrated": "angry"}
    assert not files.passed_over


def test_an_emotion_that_the_corpus_has_not_cannot_be_chosen(copy):
    with pytest.raises(InputError, match=r"'happi', not one of Berlin.*perhaps `happy`"):
        copy("emodb", chosen={"happi": "happy", "sad": "sad"})


def test_a_copy_of_something_else_is_refused(copy, tmp_path):
    known_copies.make(tmp_path, "ravdess")
    with pytest.raises(InputError, match=r"4 files below .*none of which is called like .*EMO-DB"):
        read_known_files(read_known_corpus("emodb"), tmp_path)


def test_a_speaker_is_written_in_one_way(copy):
    files = copy("emovo", "RAB-F1-B1.wav", "EMOVO/f1/neu-F1-b1.wav")
    assert {told["speaker"] for told in files.fields.values()} == {"f1", "m3"}


def test_clips_of_iemocap_without_files_of_their_own_are_segments_of_their_dialogues(copy):
    dialogue = Path("Session5/dialog/wav/Ses05M_script01_1b.wav")
    files = copy("iemocap", dialogue)
    (clip,) = files.segments
    assert files.segments == {clip: dialogue}
    assert clip.name == "Ses05M_script01_1b_F001"
    told = files.read(clip)
    assert (told["speaker"], told["emotion"]) == ("05F", "sad")
    assert (told["start"], told["end"]) == ("41.5800", "43.9000")
    others = [path for path in files.fields if path not in files.segments]
    assert len(others) == 3
    assert not any({"start", "end"} & {*files.read(path)} for path in others)
