"""What is known of a corpus before its first job: its clips, in shards, and what to show."""

from emofold.corpora.planning import SYNTHETIC, Corpus, clips_to_show, planned_corpus
from emofold.corpora.sample_sheet import Clip
from emofold.corpora.shards import shards_of

DEMO = {"corpus": "demo", "demo": {"speakers": 2, "takes": 1}, "clips_per_shard": None}


def test_the_demo_corpus_has_a_shard_a_speaker_and_is_labelled_synthetic():
    corpus = planned_corpus(DEMO, "results/x/corpus")
    assert {shard: len(clips) for shard, clips in corpus.shards.items()} == {
        "speaker-1": 8,
        "speaker-2": 8,
    }
    first = corpus.shards["speaker-1"][0]
    assert first.media == f"results/x/corpus/01/{first.clip}.mp4"
    assert corpus.note == SYNTHETIC


def test_a_sheet_is_planned_by_speaker_or_in_parts_of_a_size(tmp_path):
    (tmp_path / "v.mp4").write_bytes(b"x")
    rows = "".join(f"c{n},Jörg/{n % 2},sad,v.mp4\n" for n in range(5))
    sheet = tmp_path / "s.csv"
    sheet.write_text("clip,speaker,emotion,media\n" + rows, encoding="utf-8")
    config = {"corpus": "sheet", "sample_sheet": str(sheet), "emotions": ["sad"]}
    by_speaker = planned_corpus({**config, "clips_per_shard": None}, "").shards
    assert [len(clips) for clips in by_speaker.values()] == [3, 2]
    assert all("/" not in shard for shard in by_speaker)
    in_parts = planned_corpus({**config, "clips_per_shard": 2}, "").shards
    assert [len(clips) for clips in in_parts.values()] == [2, 2, 1]


def test_a_corpus_of_published_posteriors_has_no_media():
    assert planned_corpus({"corpus": "published", "clips_per_shard": None}, "").shards == {}


def shown(*clips):
    return [clip.clip for clip in clips_to_show(Corpus(shards_of(clips, None)))]


def test_one_clip_of_each_speaker_and_emotion_is_shown_acted_strongly_if_there_is_one():
    weak = Clip("a", "1", "sad", media="a.mp4", intensity="normal")
    strong = Clip("b", "1", "sad", media="b.mp4", intensity="strong")
    other = Clip("c", "1", "happy", media="c.mp4")
    assert set(shown(weak, strong, other)) == {"b", "c"}


def test_clips_without_media_and_speakers_after_the_eighth_are_not_shown():
    many = [Clip(f"c{n}", str(n), "sad", media="x.mp4") for n in range(12)]
    assert shown(*many) == [f"c{n}" for n in range(8)]
    assert shown(Clip("a", "1", "sad")) == []
