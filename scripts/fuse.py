"""Fuse the posteriors of several models in every fold, in one job."""

from pathlib import Path

from emofold.corpora.left_out import Tested, leave_out
from emofold.corpora.schemas import clips_schema
from emofold.fusion import describe_fusion, fuse_fold
from emofold.models.corpora import corpora_of
from emofold.models.schemas import posteriors_schema
from emofold.models.splits import join_by_labels, labels_of_fold
from emofold.runtime.job import Job
from emofold.tables import as_metadata, failures_of, read_table, without_failed

with Job(snakemake) as job:
    emotions, fusion = snakemake.params.emotions, snakemake.params.fusion
    clips = read_table(Path(snakemake.input.clips), clips_schema(emotions))
    for output in snakemake.output:
        fold = Path(output).stem
        name = fold.removeprefix("fold")
        corpus = snakemake.params.left_out.get(name)
        one = leave_out(clips, corpus, emotions) if corpus else Tested(clips, emotions, int(name))
        schema = posteriors_schema(one.emotions)
        of_fold = [Path(path) for path in snakemake.input.posteriors if Path(path).stem == fold]
        tables = {path.parent.name: read_table(path, schema) for path in of_fold}
        failures = failures_of(table.attrs for table in tables.values())
        common = {name: without_failed(table, failures) for name, table in tables.items()}
        labels = labels_of_fold(one.clips, one.fold)
        for model, table in common.items():
            what = f"the posteriors of {model} and the clips of {fold}"
            join_by_labels(without_failed(labels, failures), table, what)
        fused = fuse_fold(
            common,
            one.emotions,
            **fusion,
            seed=snakemake.params.seed,
            corpora=corpora_of(clips),
        )
        metadata = {
            "scale": fused.scale,
            **describe_fusion([table.attrs for table in tables.values()]),
            "weights": fused.weights,
            **as_metadata(failures),
        }
        job.write(fused.posteriors, output, schema, metadata)
