"""The preset `published` on the authors' real files gives the paper's numbers."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from workflow_project import ROOT, Project, new_project

pytestmark = [pytest.mark.workflow, pytest.mark.realdata]

PRESET = "workflow/presets/published.yaml"
PAPER = ROOT / "workflow" / "resources" / "paper.yaml"


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory, real_published: Path) -> Path:
    project: Project = new_project(tmp_path_factory.mktemp("real") / "paper")
    source = f'published={{source: "{real_published}"}}'
    outcome = project.run("--configfile", PRESET, "--config", source)
    assert outcome.code == 0, outcome.output
    return project.folder / "results" / "published" / "evaluation"


def test_every_number_of_the_paper_is_met(evaluation):
    comparison = pd.read_parquet(evaluation / "comparison.parquet")
    assert len(comparison) >= 24
    tolerance = (
        comparison["system"]
        .str.fullmatch(r"mlp-80(-80)?-(minmax|raw)")
        .map({True: 0.35, False: 0.01})
    )
    off = comparison[comparison["difference"].abs() > tolerance]
    assert off.empty, off.to_string()


def test_the_fusion_meets_the_paper_in_every_fold(evaluation):
    metrics = pd.read_parquet(evaluation / "metrics.parquet")
    fusion = metrics[metrics["system"] == "wav2vec2+bilstm+mlp"]
    folds = fusion[fusion["fold"].notna()].sort_values("fold")
    rows = yaml.safe_load(PAPER.read_text(encoding="utf-8"))["rows"]
    reported = next(row["folds"] for row in rows if row["system"] == "wav2vec2+bilstm+mlp")
    assert folds["accuracy"].round(2).tolist() == reported
    assert reported == [88.67, 88.67, 84.67, 85.67, 85.83]
    means = fusion[fusion["fold"].isna()]
    assert means["accuracy"].round(2).tolist() == [86.7, 86.7]
    wald = means[means["ci_method"] == "wald"].iloc[0]
    assert (round(wald["ci_low"], 2), round(wald["ci_high"], 2)) == (84.95, 88.45)


def test_the_human_readable_tables_hold_them_too(evaluation):
    page = (evaluation.parent / "report" / "results.html").read_text(encoding="utf-8")
    assert "86.70" in page
    assert "-0.00" not in page
