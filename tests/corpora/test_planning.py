"""What is known of a corpus before its first job: its clips, in shards, and what to show."""

from collections import Counter

import pytest

from emofold.corpora.planning import (
    SYNTHETIC,
    Corpus,
    check_emotions,
    check_speakers,
    clips_to_show,
    fetched_ravdess,
    media_folder,
    needed_ravdess,
    plan_corpus,
    plan_folds,
    spell_speakers,
    uses_published,
)
from emofold.corpora.ravdess import list_clip_names
from emofold.corpora.ravdess_files import SOUND, TRACKING, VIDEOS
from emofold.corpora.sample_sheet import Clip
from emofold.errors import InputError

DEMO = {"corpus": "demo", "demo": {"speakers": 2, "takes": 1}, "clips_per_shard": None}
CSV, SEEN = {"name": "openface", "kind": "csv"}, {"name": "mediapipe", "kind": "mediapipe"}
ADDRESSES = [None, "http://mirror.example/records", "https://mirror.example/records"]


def ravdess(
    *extractors, media="recordings", speech=None, videos=None, tracking=None, clips_per_shard=None
):
    sources = {"speech_source": speech, "videos": videos, "tracking_source": tracking}
    return {
        "corpus": "ravdess",
        "ravdess": {"media": media, **sources},
        "face": {"extractors": [*extractors]},
        "clips_per_shard": clips_per_shard,
    }


def with_files(folder, kind, ending):
    """Put an empty file of each clip into a folder."""
    folder.mkdir()
    for clip in list_clip_names():
        (folder / f"{kind.stem(clip)}{ending}").touch()
    return str(folder)


def clips_of(corpus):
    return {clip.clip: clip for shard in corpus.shards.values() for clip in shard}


def test_the_demo_corpus_is_labelled_synthetic():
    corpus = plan_corpus(DEMO, "results/x/corpus")
    assert {shard: len(clips) for shard, clips in corpus.shards.items()} == {"speakers-from-1": 16}
    first = corpus.clips[0]
    assert first.media == f"results/x/corpus/01/{first.clip}.mp4"
    assert corpus.note == SYNTHETIC


def test_a_sheet_is_planned_by_speakers_or_in_parts_of_a_size(tmp_path):
    (tmp_path / "v.mp4").write_bytes(b"x")
    rows = "".join(f"c{n},Jörg/{n % 2},sad,v.mp4\n" for n in range(5))
    sheet = tmp_path / "s.csv"
    sheet.write_text("clip,speaker,emotion,media\n" + rows, encoding="utf-8")
    config = {"corpus": "sheet", "sample_sheet": str(sheet), "emotions": ["sad"]}
    packed = plan_corpus({**config, "clips_per_shard": None}, "").shards
    assert [*packed] == ["speakers-from-J%C3%B6rg%2F0"]
    in_parts = plan_corpus({**config, "clips_per_shard": 2}, "").shards
    assert [len(clips) for clips in in_parts.values()] == [2, 2, 1]


def test_an_emotion_without_a_clip_is_refused_before_the_first_job():
    corpus = Corpus([Clip("a", "1", "sad"), Clip("b", "2", "calm")])
    check_emotions(["calm", "sad"], corpus)
    check_emotions(["calm", "sad", "angry"], Corpus([]))
    with pytest.raises(InputError, match=r"no clip of the emotion angry.*some of calm, sad"):
        check_emotions(["calm", "sad", "angry"], corpus)


def test_folds_and_held_out_speakers_may_spell_speakers_in_another_way():
    corpus = Corpus([Clip("a", "01", "sad"), Clip("b", "Zoë", "calm")])
    folds = [[1], ["Zoe\N{COMBINING DIAERESIS}", "nobody"]]
    assert plan_folds({"folds": folds}, corpus) == [["01"], ["Zoë", "nobody"]]
    assert plan_folds({"folds": folds}, Corpus([])) == folds
    check_speakers(spell_speakers([1], corpus), corpus)
    with pytest.raises(InputError, match="of 2"):
        check_speakers(spell_speakers([2], corpus), corpus)


def test_a_corpus_of_published_posteriors_has_no_media():
    assert plan_corpus({"corpus": "published", "clips_per_shard": None}, "").shards == {}


def shown(*clips):
    return [clip.clip for clip in clips_to_show(Corpus(clips))]


def test_one_clip_of_each_speaker_and_emotion_is_shown_acted_strongly_if_there_is_one():
    weak = Clip("a", "1", "sad", media="a.mp4", intensity="normal")
    strong = Clip("b", "1", "sad", media="b.mp4", intensity="strong")
    other = Clip("c", "1", "happy", media="c.mp4")
    assert set(shown(weak, strong, other)) == {"b", "c"}


def test_clips_without_media_and_speakers_after_the_eighth_are_not_shown():
    many = [Clip(f"c{n}", str(n), "sad", media="x.mp4") for n in range(12)]
    assert shown(*many) == [f"c{n}" for n in range(8)]
    assert shown(Clip("a", "1", "sad")) == []


@pytest.mark.parametrize("source", ADDRESSES)
def test_recordings_of_ravdess_that_are_nowhere_here_are_planned_where_they_will_be(source):
    corpus = plan_corpus(ravdess(speech=source), "")
    assert [*corpus.shards] == [f"speaker-{actor}" for actor in range(1, 25)]
    assert {len(clips) for clips in corpus.shards.values()} == {60}
    assert corpus.note == ""
    clip = corpus.shards["speaker-9"][-1]
    assert clip == Clip(
        "01-01-08-02-02-02-09",
        "9",
        "surprised",
        media="resources/ravdess/speech/Actor_09/03-01-08-02-02-02-09.wav",
        intensity="strong",
        statement="Dogs are sitting by the door",
        repetition=2,
    )


def test_ravdess_is_planned_in_parts_of_a_size():
    shards = plan_corpus(ravdess(clips_per_shard=500), "").shards
    assert [len(clips) for clips in shards.values()] == [500, 500, 440]


def test_files_of_ravdess_in_the_users_folders_are_read_there(tmp_path):
    speech = with_files(tmp_path / "sound", SOUND, ".flac")
    tracking = with_files(tmp_path / "faces", TRACKING, ".csv")
    config = ravdess(CSV, speech=speech, tracking=tracking)
    clip = clips_of(plan_corpus(config, ""))["01-01-08-02-02-02-09"]
    assert clip.media == f"{speech}/03-01-08-02-02-02-09.flac"
    assert clip.action_units == f"{tracking}/01-01-08-02-02-02-09.csv"
    assert fetched_ravdess(config) == {}


def test_a_folder_in_the_home_of_the_user_may_begin_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    speech = with_files(tmp_path / "sound", SOUND, ".wav")
    clips = clips_of(plan_corpus(ravdess(speech="~/sound"), ""))
    assert clips["01-01-08-02-02-02-09"].media == f"{speech}/03-01-08-02-02-02-09.wav"


def test_a_users_folder_without_the_files_of_ravdess_ends_the_planning(tmp_path):
    with pytest.raises(InputError, match=r"1440 files \(.wav or .flac\) missing"):
        plan_corpus(ravdess(speech=str(tmp_path)), "")


def test_tracking_is_needed_only_by_extractors_that_read_csv_files():
    assert needed_ravdess(ravdess()) == {"speech": SOUND}
    assert needed_ravdess(ravdess(SEEN)) == {"speech": SOUND}
    assert needed_ravdess(ravdess(SEEN, CSV)) == {"speech": SOUND, "tracking": TRACKING}
    assert needed_ravdess(DEMO | {"face": {"extractors": [CSV]}}) == {}
    assert {c.action_units for c in clips_of(plan_corpus(ravdess(SEEN), "")).values()} == {None}


def test_videos_are_read_in_the_place_of_recordings(tmp_path):
    videos = with_files(tmp_path / "films", VIDEOS, ".mp4")
    config = ravdess(SEEN, CSV, media="videos", videos=videos)
    assert needed_ravdess(config) == {"videos": VIDEOS, "tracking": TRACKING}
    assert fetched_ravdess(config).keys() == {"tracking"}
    clip = clips_of(plan_corpus(config, ""))["01-01-08-02-02-02-09"]
    assert clip.media == f"{videos}/01-01-08-02-02-02-09.mp4"
    assert clip.action_units.endswith("tracking/Actor_09/01-01-08-02-02-02-09.csv")


@pytest.mark.parametrize("source", ADDRESSES)
def test_videos_that_are_nowhere_here_are_planned_where_they_will_be(source):
    config = ravdess(SEEN, media="videos", videos=source)
    clips = clips_of(plan_corpus(config, "")).values()
    assert fetched_ravdess(config) == {"videos": [clip.media for clip in clips]}
    folder = "resources/ravdess/videos"
    assert [*clips][-1].media == f"{folder}/Actor_24/01-01-08-02-02-02-24.mp4"
    assert VIDEOS.paths_of_actor(folder, "24")[-1] == [*clips][-1].media


def test_a_folder_of_videos_without_those_of_an_actor_ends_the_planning(tmp_path):
    videos = with_files(tmp_path / "films", VIDEOS, ".mp4")
    for path in (tmp_path / "films").glob("*-13.mp4"):
        path.unlink()
    with pytest.raises(InputError, match=r"60 files \(.mp4\) missing in .*: 01-01-01-01-01-01-13,"):
        plan_corpus(ravdess(media="videos", videos=videos), "")


def test_a_tracking_folder_that_nothing_reads_need_not_exist():
    assert len(clips_of(plan_corpus(ravdess(tracking="nowhere"), ""))) == 1440


@pytest.mark.parametrize("source", ADDRESSES)
def test_what_is_fetched_of_ravdess_is_what_the_clips_are_read_from(source):
    config = ravdess(CSV, speech=source, tracking=source)
    clips = clips_of(plan_corpus(config, "")).values()
    assert fetched_ravdess(config) == {
        "speech": [clip.media for clip in clips],
        "tracking": [clip.action_units for clip in clips],
    }
    assert fetched_ravdess(ravdess(speech=source)).keys() == {"speech"}


def test_of_ravdess_only_what_is_not_here_is_fetched(tmp_path):
    speech = with_files(tmp_path / "sound", SOUND, ".wav")
    assert fetched_ravdess(ravdess(CSV, speech=speech)).keys() == {"tracking"}


def test_nothing_of_ravdess_is_fetched_for_another_corpus():
    assert fetched_ravdess(DEMO | {"face": {"extractors": [CSV]}}) == {}


@pytest.mark.parametrize(
    ("corpus", "features", "posteriors", "used"),
    [
        ("published", [], [], True),
        ("ravdess", [], [], False),
        ("ravdess", ["speech/embeddings/whisper"], [], False),
        ("ravdess", ["speech/embeddings/whisper", "face/means/published"], [], True),
        ("ravdess", [], ["wav2vec2-finetuned"], True),
        ("demo", ["face/means/mediapipe"], [], False),
        ("sheet", ["face/means/mediapipe"], [], False),
    ],
)
def test_published_files_are_used_where_the_clips_models_or_posteriors_are_of_them(
    corpus, features, posteriors, used
):
    models = [{"features": name} for name in features]
    config = {"corpus": corpus, "models": models, "published": {"posteriors": posteriors}}
    assert uses_published(config) is used


def test_folds_of_the_config_are_kept_as_they_are():
    folds = [[1, "two"], [3]]
    assert plan_folds({"folds": folds}, Corpus([])) == folds


@pytest.mark.parametrize("count", [2, 5, 24])
def test_a_number_of_folds_of_ravdess_shares_out_its_actors_evenly(count):
    folds = plan_folds({"folds": count}, plan_corpus(ravdess(), ""))
    assert len(folds) == count
    assert sorted(int(actor) for fold in folds for actor in fold) == [*range(1, 25)]
    assert {len(fold) for fold in folds} <= {24 // count, 24 // count + 1}


def test_folds_by_number_balance_the_emotions_of_unlike_speakers():
    acted = {"a": "sad", "b": "happy", "c": "sad", "d": "happy"}
    clips = [Clip(f"{s}{n}", s, emotion) for s, emotion in acted.items() for n in range(4)]
    folds = plan_folds({"folds": 2}, Corpus(clips))
    assert [Counter(acted[s] for s in fold) for fold in folds] == [{"sad": 1, "happy": 1}] * 2


@pytest.mark.parametrize("protocol", ["nested", "paper"])
def test_folds_may_be_the_speakers(protocol):
    clips = [Clip(f"{s}{n}", s, "sad") for s in "cab" for n in range(2)]
    config = {"folds": "speakers", "protocol": protocol}
    assert plan_folds(config, Corpus(clips)) == [["a"], ["b"], ["c"]]


@pytest.mark.parametrize(("protocol", "speakers"), [("nested", "ab"), ("paper", "a")])
def test_folds_of_too_few_speakers_are_refused(protocol, speakers):
    clips = [Clip(s, s, "sad") for s in speakers]
    with pytest.raises(InputError, match=f"`folds: speakers` with {len(speakers)} speaker"):
        plan_folds({"folds": "speakers", "protocol": protocol}, Corpus(clips))


def test_more_folds_than_speakers_are_refused():
    with pytest.raises(InputError, match="24 speakers for 25 folds"):
        plan_folds({"folds": 25}, plan_corpus(ravdess(), ""))


@pytest.mark.parametrize(
    ("config", "folder"),
    [
        ({"corpus": "demo", "demo": {"speakers": 8, "takes": 2}, "seed": 3}, "demo-8x2-3"),
        ({"corpus": "ravdess", "ravdess": {"media": "videos"}}, "ravdess-videos"),
        ({"corpus": "sheet", "sample_sheet": "samples.csv"}, "samples"),
        ({"corpus": "sheet", "sample_sheet": "one/samples.csv"}, "one-samples"),
        ({"corpus": "sheet", "sample_sheet": "../two {x}/samples.tsv"}, "two-x-samples"),
        ({"corpus": "sheet", "sample_sheet": "/data/Größe/a.b.csv"}, "data-Größe-a.b"),
        ({"corpus": "sheet", "sample_sheet": "….csv"}, "sheet"),
        ({"corpus": "published"}, "published"),
    ],
)
def test_what_is_made_of_media_is_kept_by_corpus(config, folder):
    config = {"name": "run", "corpus_name": None, **config}
    assert media_folder(config) == f"results/media/{folder}"
    assert media_folder(config | {"corpus_name": "mine"}) == "results/media/mine"


def test_a_name_of_a_sheet_that_is_too_long_for_a_folder_is_shortened():
    config = {"name": "run", "corpus_name": None, "corpus": "sheet"}
    assert len(media_folder(config | {"sample_sheet": "x" * 300 + ".csv"})) < 120


@pytest.mark.parametrize("name", ["media", "Media"])
def test_a_run_cannot_have_the_name_of_what_all_share(name):
    with pytest.raises(InputError, match="another name"):
        media_folder({"name": name, "corpus_name": None, "corpus": "published"})
