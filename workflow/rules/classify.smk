localrules:
    collect_posteriors,
    import_published_posteriors,


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
        protocol=config["protocol"],
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
        posteriors=expand(f"{RESULTS}/posteriors/{{{{model}}}}/fold{{fold}}.parquet", fold=FOLDS),
        tried=expand(
            f"{RESULTS}/models/{{{{model}}}}/fold{{fold}}/tried.parquet", fold=NESTED_FOLDS
        ),
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
        runtime=growing(60),
    params:
        classifier=classifier_of,
        normalise_by=lookup("{model}/normalise_by", within=MODELS),
        shrink=lookup("{model}/shrink", within=MODELS),
        modality=modality_of,
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
        posteriors=[f"{RESULTS}/posteriors/{{model}}/fold{{fold}}.parquet"],
        tried=[f"{RESULTS}/models/{{model}}/fold{{fold}}/tried.parquet"] if NESTED_FOLDS else [],
    log:
        f"logs/train_static_fold/{NAME}/{{model}}-fold{{fold}}.log",
    benchmark:
        f"logs/train_static_fold/{NAME}/{{model}}-fold{{fold}}.tsv"
    wildcard_constraints:
        model=one_of(name for name in MODELS if MODELS[name]["job_per_fold"]),
        fold=one_of(map(str, FOLDS)),
    message:
        "Train {wildcards.model}, fold {wildcards.fold}"


rule train_sequence:
    input:
        frames=frames_of_model,
        means=means_of_model,
        clips=CLIPS,
        learning=learning_before_the_last_training,
    output:
        posteriors=f"{RESULTS}/models/{{model}}/fold{{fold}}/posteriors.parquet",
        weights=f"{RESULTS}/models/{{model}}/fold{{fold}}/model.safetensors",
        settings=f"{RESULTS}/models/{{model}}/fold{{fold}}/config.json",
        attention=f"{RESULTS}/models/{{model}}/fold{{fold}}/attention.parquet",
        learning=f"{RESULTS}/models/{{model}}/fold{{fold}}/learning.parquet",
    log:
        f"logs/train_sequence/{NAME}/{{model}}-fold{{fold}}.log",
    benchmark:
        f"logs/train_sequence/{NAME}/{{model}}-fold{{fold}}.tsv"
    wildcard_constraints:
        model=one_of(SEQUENCE_MODELS),
        fold=one_of(TRAININGS),
    conda:
        "../../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=4000,
        runtime=growing(120),
        gpu=gpus_of_model,
    params:
        model=training_of,
        min_confidence=config["face"]["min_confidence"],
        protocol=config["protocol"],
        emotions=config["emotions"],
        seed=config["seed"],
        held_out=held_out_folds,
        held_out_speakers=speakers_left_out,
        checkpoint=checkpoint_of,
        code=code_of("train_sequence"),
    message:
        "Train {wildcards.model} without fold {wildcards.fold}"
    script:
        "../../scripts/train_sequence.py"


rule finetune_speech:
    input:
        audio=audio_of_all_shards,
        clips=CLIPS,
        model=model_of_finetuned,
        learning=learning_before_the_last_training,
    output:
        posteriors=f"{RESULTS}/models/{{model}}/fold{{fold}}/posteriors.parquet",
        weights=f"{RESULTS}/models/{{model}}/fold{{fold}}/model.safetensors",
        settings=f"{RESULTS}/models/{{model}}/fold{{fold}}/config.json",
        learning=f"{RESULTS}/models/{{model}}/fold{{fold}}/learning.parquet",
    log:
        f"logs/finetune_speech/{NAME}/{{model}}-fold{{fold}}.log",
    benchmark:
        f"logs/finetune_speech/{NAME}/{{model}}-fold{{fold}}.tsv"
    wildcard_constraints:
        model=one_of(FINETUNED_MODELS),
        fold=one_of(TRAININGS),
    conda:
        "../../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=12000,
        runtime=growing(240),
        gpu=gpus_of_model,
    params:
        model=training_of,
        folder=folder_of_finetuned,
        gpus=gpus_of_model,
        protocol=config["protocol"],
        emotions=config["emotions"],
        seed=config["seed"],
        held_out=held_out_folds,
        held_out_speakers=speakers_left_out,
        checkpoint=checkpoint_of,
        code=code_of("finetune_speech"),
    message:
        "Fine-tune {wildcards.model} without fold {wildcards.fold}"
    script:
        "../../scripts/finetune_speech.py"


rule collect_posteriors:
    input:
        trained=posteriors_of_trainings,
        inner=posteriors_of_inner_trainings,
    output:
        expand(f"{RESULTS}/posteriors/{{{{model}}}}/fold{{fold}}.parquet", fold=FOLDS),
    log:
        f"logs/collect_posteriors/{NAME}/{{model}}.log",
    benchmark:
        f"logs/collect_posteriors/{NAME}/{{model}}.tsv"
    wildcard_constraints:
        model=one_of(LEARNING_MODELS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        emotions=config["emotions"],
        code=code_of("collect_posteriors"),
    message:
        "Collect the posteriors of {wildcards.model} of all folds"
    script:
        "../../scripts/collect_posteriors.py"
