"""Draw what each modality, the normalisation by speaker and each layer are worth."""

from pathlib import Path

from emofold.evaluation.schemas import METRICS
from emofold.report.figures.ablation import LayerModel, draw_ablation
from emofold.report.style import save
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    metrics = read_table(Path(snakemake.input.metrics), METRICS)
    models = [LayerModel(**row) for row in snakemake.params.layer_models]
    save(draw_ablation(metrics, models), Path(snakemake.output[0]), snakemake.params.note)
