"""Image models of every kind encode pictures, in batches as one by one."""

import json

import numpy as np
import pytest

from emofold.errors import InputError
from emofold.face.image_model import load_image_model
from image_models import DEPTH, MODELS, SIZE, make_image_model


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory):
    """The folder of a small model of each kind, made once."""
    root = tmp_path_factory.mktemp("models")

    def make(kind):
        folder = root / kind
        return folder if folder.is_dir() else make_image_model(folder, kind)

    return make


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (5, SIZE, SIZE, 3), dtype=np.uint8)


@pytest.mark.parametrize("kind", MODELS)
def test_a_picture_is_encoded_alike_in_a_batch_and_alone(folder_of, pictures, kind):
    model = load_image_model(folder_of(kind), "all", "patches")
    assert model.size == SIZE
    together = model.encode(pictures)
    assert [*together] == [*range(DEPTH + 1)]
    for number, picture in enumerate(pictures):
        for layer, vectors in model.encode(picture[None]).items():
            np.testing.assert_allclose(together[layer][number], vectors[0], atol=1e-4)
    assert np.abs(together[DEPTH][0] - together[DEPTH][1]).max() > 1e-3


@pytest.mark.parametrize("kind", ["vit", "clip", "dinov2"])
def test_of_a_model_that_is_read_in_part_the_layers_are_those_of_the_whole(
    folder_of, pictures, kind
):
    whole = load_image_model(folder_of(kind), "all", "cls").encode(pictures)
    some = load_image_model(folder_of(kind), [0, 2], "cls")
    assert len([*some.model.modules()]) < len(
        [*load_image_model(folder_of(kind), "all", "cls").model.modules()]
    )
    encoded = some.encode(pictures)
    assert [*encoded] == [0, 2]
    for layer, vectors in encoded.items():
        np.testing.assert_allclose(vectors, whole[layer], atol=1e-6)


def test_patches_and_the_token_that_sums_them_up_are_different_things(folder_of, pictures):
    by_tokens = [
        load_image_model(folder_of("dinov2_with_registers"), DEPTH, tokens).encode(pictures)[DEPTH]
        for tokens in ("patches", "cls")
    ]
    assert np.abs(by_tokens[0] - by_tokens[1]).max() > 1e-3


def test_the_patches_alone_are_averaged(folder_of, pictures):
    model = load_image_model(folder_of("deit"), DEPTH, "patches")
    states = model._run(pictures).last_hidden_state
    assert states.shape[1] == 2 + 16  # two tokens of the model's own
    expected = states[:, 2:].mean(dim=1).numpy()
    np.testing.assert_allclose(model.encode(pictures)[DEPTH], expected, atol=1e-6)


def test_pictures_are_scaled_as_the_model_wants_it(folder_of):
    grey = np.full((1, SIZE, SIZE, 3), 255, np.uint8)
    model = load_image_model(folder_of("vit"), 0, "patches")
    prepared = model.processor(images=list(grey), do_resize=False, return_tensors="np")
    np.testing.assert_allclose(prepared["pixel_values"], (1 - 0.5) / 0.25, rtol=1e-6)


def test_siglip_has_no_token_that_sums_up(folder_of):
    with pytest.raises(InputError, match="`tokens: cls` of a model of the type siglip"):
        load_image_model(folder_of("siglip"), "all", "cls")


def test_a_layer_that_the_model_lacks_is_refused(folder_of):
    with pytest.raises(InputError, match="the layers 4"):
        load_image_model(folder_of("vit"), 4, "patches")


@pytest.mark.parametrize(
    ("breaks", "found"),
    [
        (lambda folder: (folder / "config.json").write_text('{"model_type": "bert"}'), "'bert'"),
        (lambda folder: (folder / "config.json").unlink(), "no file"),
        (lambda folder: (folder / "model.safetensors").unlink(), "cannot be loaded"),
        (lambda folder: (folder / "preprocessor_config.json").unlink(), "cannot be loaded"),
    ],
)
def test_a_folder_that_is_no_whole_image_model_is_refused(tmp_path, breaks, found):
    folder = make_image_model(tmp_path / "model", "dinov2")
    breaks(folder)
    with pytest.raises(InputError, match=found):
        load_image_model(folder, "all", "patches")


def test_weights_that_are_missing_are_no_random_numbers(tmp_path):
    folder = make_image_model(tmp_path / "model", "vit")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": DEPTH + 1}))
    with pytest.raises(InputError, match="no weights for"):
        load_image_model(folder, "all", "patches")
