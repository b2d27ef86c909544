from pathlib import Path

from snakemake.utils import min_version

min_version("9.27")


configfile: Path(workflow.basedir) / "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/corpus.smk"
include: "workflow/rules/face.smk"
include: "workflow/rules/classify.smk"
include: "workflow/rules/fusion.smk"
include: "workflow/rules/evaluate.smk"


report: Path(FRONT_PAGE).absolute()


rule all:
    default_target: True
    input:
        rules.evaluate.output,
        rules.compare_with_reported.output,
        rules.draw_figures.output,
        rules.draw_confusion_matrices.output,
        rules.write_table_pages.output,
        rules.write_front_page.output,


onstart:
    hold_the_run()
