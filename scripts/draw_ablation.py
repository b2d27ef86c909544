"""Draw what each branch, the normalisation by speaker and each layer are worth."""

from pathlib import Path

from emofold.figures.ablation import LayerModel, draw_ablation
from emofold.figures.style import save
from emofold.jobs import Job
from emofold.tables import read_table, schemas

with Job(snakemake) as job:
    metrics = read_table(Path(snakemake.input.metrics), schemas.METRICS)
    models = [LayerModel(**row) for row in snakemake.params.layer_models]
    save(draw_ablation(metrics, models), Path(snakemake.output[0]), snakemake.params.note)
