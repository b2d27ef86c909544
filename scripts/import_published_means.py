"""Import the mean Action Units that the paper's static face models were trained on."""

from pathlib import Path

from emofold.checksums import check_all
from emofold.corpora.published import read_means
from emofold.jobs import Job
from emofold.tables import schemas

with Job(snakemake) as job:
    check_all(snakemake.params.sha256)
    job.write(read_means(Path(snakemake.input[0])), snakemake.output[0], schemas.MEANS)
