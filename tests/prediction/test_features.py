"""Features of clips that are predicted: a model is run once, whatever is made of it."""

import numpy as np
import pytest

from emofold.prediction.features import Features, Tools
from emofold.prediction.windows import Content
from emofold.speech.untrained import write_untrained_encoder
from small_bundle import noise

COMMON = {"kind": "transformer", "folder": "encoders/means"}
ENCODERS = {
    "means": {**COMMON, "layers": "all", "pooling": "mean"},
    "thirds": {**COMMON, "layers": [1], "pooling": "thirds"},
    "loudness": {"kind": "acoustic", "layers": "all", "pooling": "mean", "folder": None},
}
MEANS, THIRDS = "speech/embeddings/means", "speech/embeddings/thirds"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """A folder with the weights of the encoders."""
    folder = tmp_path_factory.mktemp("bundle")
    write_untrained_encoder(folder / COMMON["folder"], hidden_size=16, layers=2, heads=2, seed=0)
    return folder


def features(bundle, encoders=ENCODERS):
    """Of two clips, one of which is too short."""
    sounds = {"good": noise("calm", 0.5), "short": noise("calm", 0.5)[:10]}
    return Features(Content(sounds), Tools(encoders, {}, bundle, threads=1))


def test_one_pass_serves_all_tables_of_a_model(bundle, monkeypatch):
    clips = features(bundle)
    model = clips.tools.load_encoder("means").model
    assert clips.tools.load_encoder("thirds").model is model
    runs = []
    run = model.run_front_end
    monkeypatch.setattr(model, "run_front_end", lambda samples: runs.append(0) or run(samples))
    shapes = {name: clips.table(name).shape for name in (THIRDS, MEANS)}
    assert shapes == {THIRDS: (1, 3 * 16), MEANS: (1, 3 * 16)}
    assert len(runs) == 1
    assert "the encoder needs" in str(clips.errors["short"])


def test_each_table_is_what_its_encoder_gives_alone(bundle):
    together = features(bundle)
    for name in ("means", "thirds"):
        table = f"speech/embeddings/{name}"
        alone = features(bundle, {name: ENCODERS[name]}).table(table)
        assert np.array_equal(together.table(table), alone)


def test_another_model_is_run_when_it_is_asked_for(bundle):
    clips = features(bundle)
    assert clips.table("speech/embeddings/loudness").index.tolist() == ["good"]
    assert clips.tables.keys() == {"speech/embeddings/loudness"}


def test_without_sound_there_are_no_features(bundle):
    silent = Features(Content({}), Tools(ENCODERS, {}, bundle, threads=1))
    assert silent.table(MEANS).empty
    assert silent.table(THIRDS).empty
