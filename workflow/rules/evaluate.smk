EVALUATION = f"{RESULTS}/evaluation"
REPORT = f"{RESULTS}/report"
REPORTED = config["evaluation"]["reported"]


rule evaluate:
    input:
        clips=rules.import_published_clips.output[0],
        posteriors=[path for system in SYSTEMS for path in posteriors_of(system)],
    output:
        metrics=f"{EVALUATION}/metrics.parquet",
        confusion=f"{EVALUATION}/confusion.parquet",
        recall=f"{EVALUATION}/recall.parquet",
        speakers=f"{EVALUATION}/speakers.parquet",
        mcnemar=f"{EVALUATION}/mcnemar.parquet",
        errors=f"{EVALUATION}/confident_errors.parquet",
    log:
        f"logs/evaluate/{NAME}.log",
    benchmark:
        f"logs/evaluate/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        emotions=config["emotions"],
        settings={
            "protocol": config["protocol"],
            "confidence": config["evaluation"]["confidence"],
            "bootstrap_draws": config["evaluation"]["bootstrap_draws"],
            "errors_listed": config["evaluation"]["errors_listed"],
            "seed": config["seed"],
        },
        code=code_of("evaluate"),
    message:
        f"Evaluate {len(SYSTEMS)} systems"
    script:
        "../../scripts/evaluate.py"


rule compare_with_reported:
    input:
        metrics=rules.evaluate.output.metrics,
        reported=[located(REPORTED)] if REPORTED else [],
    output:
        f"{EVALUATION}/comparison.parquet",
    log:
        f"logs/compare_with_reported/{NAME}.log",
    benchmark:
        f"logs/compare_with_reported/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=code_of("compare_with_reported"),
    message:
        "Compare with the reported numbers"
    script:
        "../../scripts/compare_with_reported.py"


rule draw_figures:
    input:
        metrics=rules.evaluate.output.metrics,
        recall=rules.evaluate.output.recall,
        speakers=rules.evaluate.output.speakers,
        comparison=rules.compare_with_reported.output[0],
        reported=rules.compare_with_reported.input.reported,
    output:
        accuracies=report(
            f"{REPORT}/accuracies.svg",
            caption="../report/accuracies.rst",
            category="Results",
            labels={"result": "accuracy by system"},
        ),
        recall=report(
            f"{REPORT}/recall.svg",
            caption="../report/recall.rst",
            category="Error analysis",
            labels={"result": "recall by emotion"},
        ),
        speakers=report(
            f"{REPORT}/speakers.svg",
            caption="../report/speakers.rst",
            category="Error analysis",
            labels={"result": "accuracy by speaker"},
        ),
    log:
        f"logs/draw_figures/{NAME}.log",
    benchmark:
        f"logs/draw_figures/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        emotions=config["emotions"],
        code=code_of("draw_figures"),
    message:
        "Draw accuracy, recall and speakers"
    script:
        "../../scripts/draw_figures.py"


rule draw_confusion_matrices:
    input:
        metrics=rules.evaluate.output.metrics,
        confusion=rules.evaluate.output.confusion,
    output:
        [
            report(
                f"{REPORT}/confusion/{system}.svg",
                caption="../report/confusion.rst",
                category="Confusion matrices",
                labels={"system": system},
            )
            for system in SYSTEMS
        ],
    log:
        f"logs/draw_confusion_matrices/{NAME}.log",
    benchmark:
        f"logs/draw_confusion_matrices/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        emotions=config["emotions"],
        code=code_of("draw_confusion_matrices"),
    message:
        "Draw the confusion matrices"
    script:
        "../../scripts/draw_confusion_matrices.py"


rule write_table_pages:
    input:
        metrics=rules.evaluate.output.metrics,
        mcnemar=rules.evaluate.output.mcnemar,
        errors=rules.evaluate.output.errors,
        comparison=rules.compare_with_reported.output[0],
    output:
        comparison=report(
            f"{REPORT}/comparison.html",
            caption="../report/comparison.rst",
            category="Results",
            labels={"result": "reported and measured"},
        ),
        systems=report(
            f"{REPORT}/systems.html",
            caption="../report/systems.rst",
            category="Results",
            labels={"result": "all metrics"},
        ),
        errors=report(
            f"{REPORT}/confident_errors.html",
            caption="../report/confident_errors.rst",
            category="Error analysis",
            labels={"result": "most confident errors"},
        ),
        mcnemar=report(
            f"{REPORT}/mcnemar.html",
            caption="../report/mcnemar.rst",
            category="Results",
            labels={"result": "best system against the others"},
        ),
    log:
        f"logs/write_table_pages/{NAME}.log",
    benchmark:
        f"logs/write_table_pages/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=code_of("write_table_pages"),
    message:
        "Write the tables of the report"
    script:
        "../../scripts/write_table_pages.py"


rule write_front_page:
    input:
        clips=rules.import_published_clips.output[0],
        metrics=rules.evaluate.output.metrics,
        comparison=rules.compare_with_reported.output[0],
        reported=rules.compare_with_reported.input.reported,
    output:
        FRONT_PAGE,
    log:
        f"logs/write_front_page/{NAME}.log",
    benchmark:
        f"logs/write_front_page/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        run={
            **{key: config[key] for key in ("name", "emotions", "folds", "protocol", "seed")},
            "confidence": config["evaluation"]["confidence"],
            "published": len(IMPORTED),
            "trained": len(MODELS),
            "fused": len(FUSIONS),
        },
        code=code_of("write_front_page"),
    message:
        "Write the front page of the report"
    script:
        "../../scripts/write_front_page.py"
