localrules:
    collect_posteriors,
    import_published_posteriors,


rule import_published_posteriors:
    input:
        unpack(published_posteriors),
        clips=CLIPS,
    output:
        expand(POSTERIORS, fold=FOLDS, allow_missing=True),
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
        files=state_of_files(published_posteriors),
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
        features=lookup("{model}", within=FEATURES),
        clips=CLIPS,
    output:
        posteriors=expand(POSTERIORS, fold=FOLDS, allow_missing=True),
        tried=expand(f"{TRAINING}/tried.parquet", fold=NESTED_FOLDS, allow_missing=True),
        left_out=expand(POSTERIORS, fold=LEFT_OUT, allow_missing=True),
    log:
        f"logs/train_static/{NAME}/{{model}}.log",
    benchmark:
        f"logs/train_static/{NAME}/{{model}}.tsv"
    wildcard_constraints:
        model=one_of(name for name in MODELS if not MODELS[name]["job_per_fold"]),
    conda:
        "../../envs/environment.yaml"
    threads: lookup("{model}/threads", within=TRAINED)
    resources:
        mem_mb=1500,
        runtime=growing(60),
    params:
        files=state_of_files(lookup("{model}", within=FEATURES)),
        classifier=lookup("{model}", within=RECIPES),
        normalise_by=lookup("{model}/normalise_by", within=MODELS),
        shrink=lookup("{model}/shrink", within=MODELS),
        modality=lookup("{model}", within=MODALITIES),
        protocol=config["protocol"],
        emotions=config["emotions"],
        seed=config["seed"],
        left_out=LEFT_OUT,
        code=code_of("train_static"),
    message:
        "Train {wildcards.model}, all folds"
    script:
        "../../scripts/train_static.py"


use rule train_static as train_static_fold with:
    output:
        posteriors=[POSTERIORS],
        tried=[f"{TRAINING}/tried.parquet"] if NESTED_FOLDS else [],
        left_out=[],
    log:
        f"logs/train_static_fold/{NAME}/{{model}}-fold{{fold}}.log",
    benchmark:
        f"logs/train_static_fold/{NAME}/{{model}}-fold{{fold}}.tsv"
    wildcard_constraints:
        model=one_of(name for name in MODELS if MODELS[name]["job_per_fold"]),
        fold=one_of(map(str, FOLDS)),
    message:
        "Train {wildcards.model}, fold {wildcards.fold}"


use rule train_static_fold as train_static_without_corpus with:
    output:
        posteriors=[],
        tried=[],
        left_out=[POSTERIORS],
    log:
        f"logs/train_static_without_corpus/{NAME}/{{model}}-fold{{fold}}.log",
    benchmark:
        f"logs/train_static_without_corpus/{NAME}/{{model}}-fold{{fold}}.tsv"
    wildcard_constraints:
        model=one_of(name for name in MODELS if MODELS[name]["job_per_fold"]),
        fold=one_of(LEFT_OUT),
    message:
        "Train {wildcards.model}{wildcards.fold}"


rule train_sequence:
    input:
        frames=collect(
            FRAMES,
            extractor=lookup("{model}/extractor", within=SEQUENCE_MODELS),
            shard=SHARDS,
        ),
        means=lookup("{model}", within=MEANS_OF_MODELS),
        clips=CLIPS,
        learning=branch(is_on_all_folds, then=learning_of),
    output:
        posteriors=f"{TRAINING}/posteriors.parquet",
        weights=f"{TRAINING}/model.safetensors",
        settings=f"{TRAINING}/config.json",
        states=f"{TRAINING}/states.parquet",
        attention=f"{TRAINING}/attention.parquet",
        learning=f"{TRAINING}/learning.parquet",
    log:
        f"logs/train_sequence/{NAME}/{{model}}-fold{{fold}}.log",
    benchmark:
        f"logs/train_sequence/{NAME}/{{model}}-fold{{fold}}.tsv"
    wildcard_constraints:
        model=one_of(SEQUENCE_MODELS),
        fold=one_of(TRAININGS),
    conda:
        "../../envs/environment.yaml"
    threads: lookup("{model}/threads", within=TRAINED)
    resources:
        mem_mb=4000,
        runtime=growing(120),
        gpu=lookup("{model}/gpu", within=LEARNING_MODELS),
    params:
        model=lookup("{model}", within=TRAINING_SETTINGS),
        min_confidence=config["face"]["min_confidence"],
        protocol=config["protocol"],
        emotions=config["emotions"],
        seed=config["seed"],
        held_out=held_out_folds,
        held_out_speakers=branch(is_on_all_folds, then=HELD_OUT_SPEAKERS),
        columns=lookup("{model}/columns", within=SEQUENCE_MODELS),
        checkpoint=f"{RESULTS}/checkpoints/{{model}}/fold{{fold}}",
        code=code_of("train_sequence"),
    message:
        "Train {wildcards.model}, held-out fold: {wildcards.fold}"
    script:
        "../../scripts/train_sequence.py"


rule run_frozen_layers:
    input:
        audio=AUDIO,
        model=lookup("{model}", within=PRETRAINED_FILES),
    output:
        FROZEN,
    log:
        f"logs/run_frozen_layers/{NAME}/{{model}}/{{shard}}.log",
    benchmark:
        f"logs/run_frozen_layers/{NAME}/{{model}}/{{shard}}.tsv"
    wildcard_constraints:
        model=one_of(PARTLY_FROZEN),
        shard=one_of(SHARDS),
    conda:
        "../../envs/environment.yaml"
    threads: lookup("{model}/threads", within=TRAINED)
    resources:
        mem_mb=4000,
        runtime=growing(60),
        gpu=lookup("{model}/gpu", within=LEARNING_MODELS),
    params:
        files=state_of_files(lookup("{model}", within=PRETRAINED_FILES)),
        folder=lookup("{model}", within=PRETRAINED_FOLDERS),
        frozen_layers=lookup("{model}/frozen_layers", within=FINETUNED_MODELS),
        augment=lookup("{model}/augment", within=FINETUNED_MODELS),
        code=code_of("run_frozen_layers"),
    message:
        "Run the frozen layers of {wildcards.model} on {wildcards.shard}"
    script:
        "../../scripts/run_frozen_layers.py"


rule finetune_speech:
    input:
        audio=expand(AUDIO, shard=SHARDS),
        frames=frozen_frames,
        clips=CLIPS,
        model=lookup("{model}", within=PRETRAINED_FILES),
        learning=branch(is_on_all_folds, then=learning_of),
    output:
        posteriors=f"{TRAINING}/posteriors.parquet",
        weights=f"{TRAINING}/model.safetensors",
        settings=f"{TRAINING}/config.json",
        states=f"{TRAINING}/states.parquet",
        learning=f"{TRAINING}/learning.parquet",
    log:
        f"logs/finetune_speech/{NAME}/{{model}}-fold{{fold}}.log",
    benchmark:
        f"logs/finetune_speech/{NAME}/{{model}}-fold{{fold}}.tsv"
    wildcard_constraints:
        model=one_of(FINETUNED_MODELS),
        fold=one_of(TRAININGS),
    conda:
        "../../envs/environment.yaml"
    threads: lookup("{model}/threads", within=TRAINED)
    resources:
        mem_mb=12000,
        runtime=growing(240),
        gpu=lookup("{model}/gpu", within=LEARNING_MODELS),
    params:
        model=lookup("{model}", within=TRAINING_SETTINGS),
        files=state_of_files(lookup("{model}", within=PRETRAINED_FILES)),
        folder=lookup("{model}", within=PRETRAINED_FOLDERS),
        gpus=lookup("{model}/gpu", within=LEARNING_MODELS),
        protocol=config["protocol"],
        emotions=config["emotions"],
        seed=config["seed"],
        held_out=held_out_folds,
        held_out_speakers=branch(is_on_all_folds, then=HELD_OUT_SPEAKERS),
        checkpoint=f"{RESULTS}/checkpoints/{{model}}/fold{{fold}}",
        code=code_of("finetune_speech"),
    message:
        "Fine-tune {wildcards.model}, held-out fold: {wildcards.fold}"
    script:
        "../../scripts/finetune_speech.py"


rule collect_posteriors:
    input:
        trained=expand(f"{TRAINING}/posteriors.parquet", fold=FOLDS, allow_missing=True),
        inner=posteriors_of_inner_trainings,
    output:
        expand(POSTERIORS, fold=FOLDS, allow_missing=True),
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
