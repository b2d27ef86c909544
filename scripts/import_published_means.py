"""Import the mean Action Units that the paper's static face models were trained on."""

from pathlib import Path

from emofold.face.published_means import read_means
from emofold.face.schemas import MEANS
from emofold.files import check_all
from emofold.runtime.job import Job

with Job(snakemake) as job:
    check_all(snakemake.params.sha256)
    job.write(read_means(Path(snakemake.input[0])), snakemake.output[0], MEANS)
