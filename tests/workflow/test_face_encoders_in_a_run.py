"""A tiny face encoder from videos to a bundle, to answers of other videos and to their pages."""

import pytest

from emofold.pretrained.schemas import embeddings_schema
from emofold.runtime.code_digest import reached_definitions
from emofold.tables import open_parquet, read_table
from image_models import DEPTH, make_image_model
from traced_runs import executed_definitions, missing_from, tracing

pytestmark = pytest.mark.workflow

MODEL = {
    "name": "faces-logistic",
    "features": "face/embeddings/tiny",
    "classifier": "logistic_regression",
    "scaling": "standard",
    "layers": [1, DEPTH],
}


def test_a_face_encoder_goes_all_the_way(finished_demo):
    project = finished_demo
    make_image_model(project.folder / "vit", "vit")
    encoder = {"name": "tiny", "model": "vit", "pooling": "thirds", "frames_per_second": 3}
    project.configure(
        face=project.config["face"] | {"encoders": [encoder]},
        models=[MODEL],
        sequence_models=[],
        finetuned_models=[],
        fusions=[],
        bundle={"system": MODEL["name"]},
    )
    results = project.results
    outcome = project.run(environment=tracing(project.folder))
    assert outcome.code == 0, outcome.output
    assert outcome.jobs["embed_faces"] == 2
    assert not {"extract_action_units", "embed_speech"} & outcome.jobs.keys()
    for table in (project.media / "face/embeddings/tiny").glob("*.parquet"):
        rows = read_table(table, embeddings_schema(3 * 32))
        assert rows.groupby("clip")["layer"].agg(list).map(tuple).unique().tolist() == [
            tuple(range(DEPTH + 1))
        ]
    bundle = results / "model"
    assert {file.name for file in (bundle / "encoders/tiny").iterdir()} >= {"model.safetensors"}
    assert (bundle / "extractors/face_landmarker.task").is_file()
    answers = open_parquet(results / "predictions.parquet")[0].to_pandas()
    assert set(answers["modality"]) == {"face"}
    assert len(answers) == 3
    assert (results / "report/face_crops.svg").is_file()
    pages = [
        page.read_text(encoding="utf-8") for page in results.rglob("prediction_pages/**/*.html")
    ]
    assert len(pages) == 3
    assert all("tiny (image model)" in page for page in pages)
    executed, source = executed_definitions(project.folder), project.folder / "src"
    for rule in ("embed_faces", "draw_face_crops"):
        reached = reached_definitions(project.folder / f"scripts/{rule}.py", source)
        assert not missing_from(executed[rule], reached)
