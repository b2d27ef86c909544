localrules:
    collect_predictions,
    write_prediction_pages,


rule train_bundle:
    input:
        clips=CLIPS,
        posteriors=files_of_members("posteriors"),
        features=files_of_members("tables"),
        tried=files_of_members("tried"),
        states=files_of_members("states"),
        settings=files_of_members("settings"),
        learned=expand(
            f"{TRAINING}/{{file}}",
            model=BUNDLED_LEARNING_MODELS,
            fold=NO_FOLD,
            file=["model.safetensors", "config.json"],
        ),
        encoders=encoder_files_of_bundle,
        landmarker=landmarker_of_bundle,
    output:
        directory(BUNDLE),
    log:
        f"logs/train_bundle/{NAME}.log",
    benchmark:
        f"logs/train_bundle/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=growing(60),
    params:
        files=state_of_files(files_of_members("tables"), encoder_files_of_bundle),
        bundle=bundled_system(),
        encoders=ENCODERS_OF_BUNDLE,
        extractors=EXTRACTORS_OF_BUNDLE,
        held_out_speakers=speakers_held_out,
        min_confidence=config["face"]["min_confidence"],
        which=config["face"]["which"],
        name=NAME,
        corpus=config["corpus"],
        protocol=config["protocol"],
        emotions=config["emotions"],
        evaluation={key: config["evaluation"][key] for key in ("confidence", "bootstrap_draws")},
        seed=config["seed"],
        code=code_of("train_bundle"),
    message:
        f"Train {BUNDLED} on all speakers"
    script:
        "../../scripts/train_bundle.py"


rule predict:
    input:
        bundle=BUNDLE,
        media=inputs_of(media_to_predict),
        means=means_to_predict_from,
        openface=program_to_predict_with("openface"),
        pyfaceau=program_to_predict_with("pyfaceau"),
    output:
        directory(f"{RESULTS}/predictions/{{group}}"),
    log:
        f"logs/predict/{NAME}/{{group}}.log",
    benchmark:
        f"logs/predict/{NAME}/{{group}}.tsv"
    wildcard_constraints:
        group=one_of(PREDICTED),
    conda:
        "../../envs/environment.yaml"
    threads: 2
    resources:
        mem_mb=3000,
        runtime=growing(120),
    params:
        files=state_of_files(
            media_to_predict,
            means_to_predict_from,
            program_to_predict_with("openface"),
            program_to_predict_with("pyfaceau"),
        ),
        clips=clips_to_predict,
        missing=missing_files_to_predict,
        window=config["predict"]["window"],
        hop=config["predict"]["hop"],
        code=code_of("predict"),
    message:
        "Predict {wildcards.group}"
    script:
        "../../scripts/predict.py"


rule make_playable_copies:
    input:
        media=inputs_of(media_to_predict),
    output:
        directory(f"{RESULTS}/playable/{{group}}"),
    log:
        f"logs/make_playable_copies/{NAME}/{{group}}.log",
    benchmark:
        f"logs/make_playable_copies/{NAME}/{{group}}.tsv"
    wildcard_constraints:
        group=one_of(PREDICTED),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=growing(60),
    params:
        files=state_of_files(media_to_predict),
        clips=clips_to_predict,
        missing=missing_files_to_predict,
        code=code_of("make_playable_copies"),
    message:
        "Make what browsers can play of {wildcards.group}"
    script:
        "../../scripts/make_playable_copies.py"


rule write_prediction_pages:
    input:
        tables=f"{RESULTS}/predictions/{{group}}",
        copies=f"{RESULTS}/playable/{{group}}",
        media=inputs_of(media_to_predict),
        page=PAGE_FILES,
    output:
        directory(f"{RESULTS}/prediction_pages/{{group}}"),
    log:
        f"logs/write_prediction_pages/{NAME}/{{group}}.log",
    benchmark:
        f"logs/write_prediction_pages/{NAME}/{{group}}.tsv"
    wildcard_constraints:
        group=one_of(PREDICTED),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        files=state_of_files(media_to_predict),
        clips=clips_to_predict,
        code=code_of("write_prediction_pages"),
    message:
        "Write the pages of {wildcards.group}"
    script:
        "../../scripts/write_prediction_pages.py"


rule collect_predictions:
    input:
        [f"{RESULTS}/predictions/{group}" for group in PREDICTED],
    output:
        predictions=PREDICTIONS,
        timeline=f"{RESULTS}/timeline.parquet",
    log:
        f"logs/collect_predictions/{NAME}.log",
    benchmark:
        f"logs/collect_predictions/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        emotions=config["emotions"],
        code=code_of("collect_predictions"),
    message:
        "Collect the predictions of all clips"
    script:
        "../../scripts/collect_predictions.py"
