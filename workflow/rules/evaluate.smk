localrules:
    collect_choices,
    collect_failures,
    compare_with_reported,
    evaluate,


EVALUATION = f"{RESULTS}/evaluation"
REPORTED = config["evaluation"]["reported"]
REPORTED_FILES = [located(REPORTED)] if REPORTED else []


rule evaluate:
    input:
        clips=CLIPS,
        posteriors=[
            *expand(POSTERIORS, model=[*IMPORTED, *TRAINED], fold=FOLDS),
            *expand(FUSED, fusion=FUSIONS, fold=FOLDS),
        ],
        left_out=[
            *expand(POSTERIORS, model=MODELS, fold=LEFT_OUT),
            *expand(FUSED, fusion=STATIC_FUSIONS, fold=LEFT_OUT),
        ],
        failures=FAILURES,
    output:
        metrics=f"{EVALUATION}/metrics.parquet",
        confusion=f"{EVALUATION}/confusion.parquet",
        recall=f"{EVALUATION}/recall.parquet",
        speakers=f"{EVALUATION}/speakers.parquet",
        mcnemar=f"{EVALUATION}/mcnemar.parquet",
        errors=f"{EVALUATION}/confident_errors.parquet",
        calibration=f"{EVALUATION}/calibration.parquet",
        contributions=f"{EVALUATION}/contributions.parquet",
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
        fusions={name: fusion["posteriors"] for name, fusion in FUSIONS.items()},
        left_out=LEFT_OUT,
        code=code_of("evaluate"),
    message:
        f"Evaluate {len(SYSTEMS)} systems"
    script:
        "../../scripts/evaluate.py"


rule collect_choices:
    input:
        expand(f"{TRAINING}/tried.parquet", model=MODELS, fold=NESTED_FOLDS),
    output:
        f"{EVALUATION}/choices.parquet",
    log:
        f"logs/collect_choices/{NAME}.log",
    benchmark:
        f"logs/collect_choices/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        grids={name: model["param_grid"] for name, model in MODELS.items()},
        code=code_of("collect_choices"),
    message:
        "List what was tried and chosen in each fold"
    script:
        "../../scripts/collect_choices.py"


rule compare_with_reported:
    input:
        metrics=rules.evaluate.output.metrics,
        reported=REPORTED_FILES,
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
        files=state_of_files(REPORTED_FILES),
        code=code_of("compare_with_reported"),
    message:
        "Compare with the reported numbers"
    script:
        "../../scripts/compare_with_reported.py"


rule collect_failures:
    input:
        clips=CLIPS,
        tables=[
            *expand(EMBEDDINGS, encoder=ENCODERS, shard=SHARDS),
            *expand(FACE_EMBEDDINGS, encoder=FACE_ENCODERS, shard=SHARDS),
            *expand(MEANS, extractor=EXTRACTORS),
            *expand(POSTERIORS, model=FINETUNED_MODELS, fold=FOLDS),
        ],
    output:
        FAILURES,
    log:
        f"logs/collect_failures/{NAME}.log",
    benchmark:
        f"logs/collect_failures/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        emotions=config["emotions"],
        code=code_of("collect_failures"),
    message:
        "List the clips that failed"
    script:
        "../../scripts/collect_failures.py"


rule permutation_test:
    input:
        features=features_of_fusion,
        clips=CLIPS,
    output:
        f"{EVALUATION}/permutation/{{fusion}}.parquet",
    log:
        f"logs/permutation_test/{NAME}/{{fusion}}.log",
    benchmark:
        f"logs/permutation_test/{NAME}/{{fusion}}.tsv"
    wildcard_constraints:
        fusion=one_of(FUSIONS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=growing(120),
    params:
        files=state_of_files(features_of_fusion),
        models=models_of_fusion,
        fusion=lookup("{fusion}", within=FUSION_METHODS),
        draws=config["evaluation"]["permutation_draws"],
        emotions=config["emotions"],
        seed=config["seed"],
        code=code_of("permutation_test"),
    message:
        "Test {wildcards.fusion} on shuffled emotions"
    script:
        "../../scripts/permutation_test.py"


rule compute_enrolment_curve:
    input:
        features=features_of_fusion,
        clips=CLIPS,
    output:
        f"{EVALUATION}/enrolment/{{fusion}}.parquet",
    log:
        f"logs/compute_enrolment_curve/{NAME}/{{fusion}}.log",
    benchmark:
        f"logs/compute_enrolment_curve/{NAME}/{{fusion}}.tsv"
    wildcard_constraints:
        fusion=one_of(FUSIONS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=growing(120),
    params:
        files=state_of_files(features_of_fusion),
        models=models_of_fusion,
        fusion=lookup("{fusion}", within=FUSION_METHODS),
        enrolled=config["evaluation"]["enrolled_clips"],
        draws=config["evaluation"]["enrolment_draws"],
        emotions=config["emotions"],
        seed=config["seed"],
        code=code_of("compute_enrolment_curve"),
    message:
        "Compute the accuracy of {wildcards.fusion} by enrolled clips"
    script:
        "../../scripts/compute_enrolment_curve.py"
