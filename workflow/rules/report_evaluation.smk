localrules:
    write_result_pages,
    draw_reliability,
    draw_ablation,
    draw_enrolment_curve,


rule write_result_pages:
    input:
        metrics=rules.evaluate.output.metrics,
        calibration=rules.evaluate.output.calibration,
        contributions=rules.evaluate.output.contributions,
        choices=rules.collect_choices.output if NESTED_FOLDS and MODELS else [],
        permutation=expand(
            f"{EVALUATION}/permutation/{{fusion}}.parquet",
            fusion=config["evaluation"]["permutation_tests"],
        ),
        reported=REPORTED_FILES,
        template=TABLE_PAGE,
    output:
        results=report(
            f"{REPORT}/results.html",
            caption="../report/results.rst",
            category="Results",
            labels={"result": "results, beside those of others"},
        ),
        corpora=[
            report(
                path,
                caption="../report/corpora.rst",
                category="Results",
                labels={"result": "by corpus"},
            )
            for path in [f"{REPORT}/corpora.html"] * HAS_CORPORA
        ],
        contributions=report(
            f"{REPORT}/contributions.html",
            caption="../report/contributions.rst",
            category="Error analysis",
            labels={"result": "what each modality adds"},
        ),
        choices=report(
            f"{REPORT}/choices.html",
            caption="../report/choices.rst",
            category="Results",
            labels={"result": "what was tried and chosen"},
        ),
    log:
        f"logs/write_result_pages/{NAME}.log",
    benchmark:
        f"logs/write_result_pages/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        files=state_of_files(REPORTED_FILES),
        note=CORPUS.note,
        code=code_of("write_result_pages"),
    message:
        "Write the pages of results and choices"
    script:
        "../../scripts/write_result_pages.py"


rule draw_reliability:
    input:
        metrics=rules.evaluate.output.metrics,
        calibration=rules.evaluate.output.calibration,
    output:
        report(
            f"{REPORT}/reliability.svg",
            caption="../report/reliability.rst",
            category="Error analysis",
            labels={"result": "reliability diagrams"},
        ),
    log:
        f"logs/draw_reliability/{NAME}.log",
    benchmark:
        f"logs/draw_reliability/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        note=CORPUS.note,
        code=code_of("draw_reliability"),
    message:
        "Draw how right each system is by how sure it is"
    script:
        "../../scripts/draw_reliability.py"


rule draw_ablation:
    input:
        metrics=rules.evaluate.output.metrics,
    output:
        report(
            f"{REPORT}/ablation.svg",
            caption="../report/ablation.rst",
            category="Results",
            labels={"result": "what each part is worth"},
        ),
    log:
        f"logs/draw_ablation/{NAME}.log",
    benchmark:
        f"logs/draw_ablation/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        layer_models=SINGLE_LAYER_MODELS,
        note=CORPUS.note,
        code=code_of("draw_ablation"),
    message:
        "Draw what each part is worth"
    script:
        "../../scripts/draw_ablation.py"


rule draw_enrolment_curve:
    input:
        f"{EVALUATION}/enrolment/{{fusion}}.parquet",
    output:
        report(
            f"{REPORT}/enrolment/{{fusion}}.svg",
            caption="../report/enrolment.rst",
            category="Results",
            labels={"result": "accuracy by enrolled clips, {fusion}"},
        ),
    log:
        f"logs/draw_enrolment_curve/{NAME}/{{fusion}}.log",
    benchmark:
        f"logs/draw_enrolment_curve/{NAME}/{{fusion}}.tsv"
    wildcard_constraints:
        fusion=one_of(FUSIONS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        note=CORPUS.note,
        code=code_of("draw_enrolment_curve"),
    message:
        "Draw the accuracy of {wildcards.fusion} by enrolled clips"
    script:
        "../../scripts/draw_enrolment_curve.py"
