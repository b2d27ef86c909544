"""Train the models of a system on all speakers, and save them as a bundle."""

import shutil
from pathlib import Path

from emofold.prediction.bundle import Bundle
from emofold.prediction.bundle_training import fit_members, fit_systems, read_material
from emofold.prediction.bundled_files import copy_encoders, copy_extractors
from emofold.runtime.job import Job

with Job(snakemake) as job:
    params, target = snakemake.params, Path(snakemake.output[0])
    emotions, held_out = list(params.emotions), list(params.held_out_speakers)
    models = params.bundle["models"]
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)

    material = read_material(Path(snakemake.input.clips), models, emotions, held_out)
    members = fit_members(
        material,
        models,
        emotions,
        min_confidence=params.min_confidence,
        seed=params.seed,
        threads=snakemake.threads,
    )
    systems, expected = fit_systems(
        material,
        params.bundle["systems"],
        emotions,
        confidence=params.evaluation["confidence"],
        draws=params.evaluation["bootstrap_draws"],
        seed=params.seed,
    )
    speakers = material.clips["speaker"].value_counts()
    landmarker = next(map(Path, snakemake.input.landmarker), None)
    bundle = Bundle(
        name=params.name,
        emotions=tuple(emotions),
        members=members,
        systems=systems,
        encoders=copy_encoders(params.encoders, partial),
        extractors=copy_extractors(
            params.extractors, landmarker, params.min_confidence, params.which, partial
        ),
        expected=expected,
        facts={
            "system": params.bundle["system"],
            "protocol": params.protocol,
            "corpus": params.corpus,
            "note": material.clips.attrs.get("note", ""),
            "clips": len(material.clips),
            "speakers": len(speakers),
            "clips_per_speaker": int(speakers.median()),
            "held_out_speakers": held_out,
            "max_duration": material.max_duration,
        },
    )
    bundle.save(partial, job.provenance())
    job.logger.info("%s: %s", target, expected)
    shutil.rmtree(target, ignore_errors=True)
    partial.replace(target)
