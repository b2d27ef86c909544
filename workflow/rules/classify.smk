rule import_published_posteriors:
    input:
        unpack(published_posteriors),
        clips=CLIPS,
    output:
        expand(f"{RESULTS}/posteriors/{{{{model}}}}/fold{{fold}}.parquet", fold=FOLDS),
    log:
        f"logs/import_published_posteriors/{NAME}/{{model}}.log",
    benchmark:
        f"logs/import_published_posteriors/{NAME}/{{model}}.tsv"
    wildcard_constraints:
        model=one_of(IMPORTED),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        sha256=sha256_of_published,
        emotions=config["emotions"],
        code=code_of("import_published_posteriors"),
    message:
        "Import the published posteriors of {wildcards.model}"
    script:
        "../../scripts/import_published_posteriors.py"


rule train_static:
    input:
        features=features_of,
        clips=CLIPS,
    output:
        expand(f"{RESULTS}/posteriors/{{{{model}}}}/fold{{fold}}.parquet", fold=FOLDS),
    log:
        f"logs/train_static/{NAME}/{{model}}.log",
    benchmark:
        f"logs/train_static/{NAME}/{{model}}.tsv"
    wildcard_constraints:
        model=one_of(name for name in MODELS if not MODELS[name]["job_per_fold"]),
    conda:
        "../../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        classifier=classifier_of,
        stage=stage_of,
        protocol=config["protocol"],
        emotions=config["emotions"],
        seed=config["seed"],
        code=code_of("train_static"),
    message:
        "Train {wildcards.model}, all folds"
    script:
        "../../scripts/train_static.py"


use rule train_static as train_static_fold with:
    output:
        f"{RESULTS}/posteriors/{{model}}/fold{{fold}}.parquet",
    log:
        f"logs/train_static_fold/{NAME}/{{model}}-fold{{fold}}.log",
    benchmark:
        f"logs/train_static_fold/{NAME}/{{model}}-fold{{fold}}.tsv"
    wildcard_constraints:
        model=one_of(name for name in MODELS if MODELS[name]["job_per_fold"]),
        fold=one_of(map(str, FOLDS)),
    message:
        "Train {wildcards.model}, fold {wildcards.fold}"
