"""Download the videos of an actor of RAVDESS, and unpack the 60 spoken clips with sound."""

from pathlib import Path

from emofold.corpora.ravdess_videos import Destination, VideoArchives, fetch_videos
from emofold.runtime.job import Job

with Job(snakemake) as job:
    params = snakemake.params
    # Not parameters: what is fetched is the same, wherever it comes from and goes.
    settings = snakemake.config["ravdess"]
    fetch_videos(
        snakemake.wildcards.actor,
        settings["videos"] or params.default_source,
        VideoArchives(**params.archives),
        Destination(Path(params.folder), keep=settings["keep_archives"]),
    )
