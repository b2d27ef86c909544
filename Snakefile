from pathlib import Path

from snakemake.utils import min_version

min_version("9.27")


configfile: Path(workflow.basedir) / "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/common_media.smk"
include: "workflow/rules/common_training.smk"
include: "workflow/rules/common_prediction.smk"
include: "workflow/rules/corpus.smk"
include: "workflow/rules/speech.smk"
include: "workflow/rules/face.smk"
include: "workflow/rules/classify.smk"
include: "workflow/rules/fusion.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/predict.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/report_training.smk"
include: "workflow/rules/report_evaluation.smk"
include: "workflow/rules/other_corpora.smk"
include: "workflow/rules/results.smk"


localrules:
    all,
    fetch,


if SYSTEMS:

    report: Path(FRONT_PAGE).absolute()


rule all:
    default_target: True
    input:
        RESULT_FILES,
        rules.accept_failures.output,


rule fetch:
    input:
        files_of_the_network(),


onstart:
    begin_the_run()


onsuccess:
    end_the_run()


onerror:
    end_the_run()
