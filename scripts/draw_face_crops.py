"""Draw a sheet with a face of each speaker and emotion, as face encoders see it."""

from pathlib import Path

from matplotlib.figure import Figure

from emofold.corpora.segments import Segment
from emofold.errors import InputError, errors_of_one
from emofold.face.crops import find_crop
from emofold.face.landmarker import MOST_FACES, open_landmarker
from emofold.face.reports import hold_back_reports
from emofold.media.video import read_frame_near
from emofold.report.figures.contact_sheet import draw_contact_sheet
from emofold.report.style import save
from emofold.runtime.job import Job

SIZE = 120  # pixels

with hold_back_reports(), Job(snakemake) as job:
    params, crops = snakemake.params, {}
    model = Path(snakemake.input.landmarker)
    with open_landmarker(model, follows=False, faces=MOST_FACES, measures=False) as landmarker:
        for speaker, emotion, media, *bounds in params.clips:
            try:
                with errors_of_one(media):
                    picture = read_frame_near(Path(media), 0.5, Segment.between(*bounds))
                    crops[speaker, emotion] = find_crop(landmarker, picture, SIZE, params.which)
            except InputError as error:
                job.logger.warning("no face. %s", error)
    if crops:
        save(draw_contact_sheet(crops, params.emotions, params.note), Path(snakemake.output[0]))
    else:
        save(Figure((4, 1)), Path(snakemake.output[0]), "No clip shows a face in its middle.")
