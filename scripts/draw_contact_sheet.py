"""Draw a sheet with a frame of each speaker and emotion."""

from pathlib import Path

from matplotlib.figure import Figure

from emofold.corpora.segments import Segment
from emofold.errors import InputError, errors_of_one
from emofold.media.video import read_frame_near
from emofold.report.figures.contact_sheet import draw_contact_sheet
from emofold.report.style import save
from emofold.runtime.job import Job

with Job(snakemake) as job:
    frames = {}
    for speaker, emotion, media, *bounds in snakemake.params.clips:
        try:
            with errors_of_one(media):
                frames[speaker, emotion] = read_frame_near(
                    Path(media), 0.5, Segment.between(*bounds)
                )
        except InputError as error:
            job.logger.warning("no frame. %s", error)
    emotions, note = snakemake.params.emotions, snakemake.params.note
    if frames:
        save(draw_contact_sheet(frames, emotions, note), Path(snakemake.output[0]))
    else:
        save(Figure((4, 1)), Path(snakemake.output[0]), "No clip shows a picture.")
