localrules:
    compute_functionals,
    fetch_face_landmarker,
    process_action_units,


rule fetch_face_landmarker:
    input:
        configured=configured_landmarker,
        manifest=located("workflow/resources/face_landmarker.yaml"),
    output:
        LANDMARKER,
    log:
        "logs/fetch_face_landmarker.log",
    benchmark:
        "logs/fetch_face_landmarker.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        files=state_of_files(configured_landmarker),
        code=code_of("fetch_face_landmarker"),
    message:
        "Fetch the face landmarker"
    script:
        "../../scripts/fetch_face_landmarker.py"


rule extract_action_units:
    input:
        unpack(inputs_of_frames),
    output:
        update(FRAMES),
    log:
        f"logs/extract_action_units/{SHARED}/{{extractor}}/{{shard}}.log",
    benchmark:
        f"logs/extract_action_units/{SHARED}/{{extractor}}/{{shard}}.tsv"
    wildcard_constraints:
        shard=one_of(SHARDS),
        extractor=one_of(EXTRACTORS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=growing(240),
        at_a_time=1,
    params:
        files=state_of_files(sources_of_frames),
        clips=faces_by_clip,
        segments=segments_of_shard,
        extractor=lookup("{extractor}", within=EXTRACTOR_SETTINGS),
        max_duration=config["max_duration"],
        code=code_of("extract_action_units"),
    message:
        "Extract the Action Units of {wildcards.shard} with {wildcards.extractor}"
    script:
        "../../scripts/extract_action_units.py"


rule embed_faces:
    input:
        media=inputs_of(media_of_shard),
        model=lookup("{encoder}", within=PRETRAINED_FILES),
        landmarker=LANDMARKER,
    output:
        update(FACE_EMBEDDINGS),
    log:
        f"logs/embed_faces/{SHARED}/{{encoder}}/{{shard}}.log",
    benchmark:
        f"logs/embed_faces/{SHARED}/{{encoder}}/{{shard}}.tsv"
    wildcard_constraints:
        shard=one_of(SHARDS),
        encoder=one_of(FACE_ENCODERS),
    conda:
        "../../envs/environment.yaml"
    threads: lookup("{encoder}/threads", within=FACE_ENCODERS)
    resources:
        mem_mb=4000,
        runtime=growing(240),
        gpu=lookup("{encoder}/gpu", within=FACE_ENCODERS),
    params:
        files=state_of_files(media_of_shard, lookup("{encoder}", within=PRETRAINED_FILES)),
        clips=media_by_clip,
        segments=segments_of_shard,
        encoder=lookup("{encoder}", within=FACE_ENCODER_SETTINGS),
        folder=lookup("{encoder}", within=PRETRAINED_FOLDERS),
        max_duration=config["max_duration"],
        code=code_of("embed_faces"),
    message:
        "Embed the faces of {wildcards.shard} with {wildcards.encoder}"
    script:
        "../../scripts/embed_faces.py"


rule process_action_units:
    input:
        expand(FRAMES, shard=SHARDS, allow_missing=True),
    output:
        MEANS,
    log:
        f"logs/process_action_units/{NAME}/{{extractor}}.log",
    benchmark:
        f"logs/process_action_units/{NAME}/{{extractor}}.tsv"
    wildcard_constraints:
        extractor=one_of(EXTRACTORS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        min_confidence=config["face"]["min_confidence"],
        code=code_of("process_action_units"),
    message:
        "Average the Action Units of {wildcards.extractor} over frames"
    script:
        "../../scripts/process_action_units.py"


rule compute_functionals:
    input:
        expand(FRAMES, shard=SHARDS, allow_missing=True),
    output:
        FUNCTIONALS,
    log:
        f"logs/compute_functionals/{NAME}/{{extractor}}.log",
    benchmark:
        f"logs/compute_functionals/{NAME}/{{extractor}}.tsv"
    wildcard_constraints:
        extractor=one_of(EXTRACTORS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        min_confidence=config["face"]["min_confidence"],
        code=code_of("compute_functionals"),
    message:
        "Describe the faces of {wildcards.extractor} by more than means"
    script:
        "../../scripts/compute_functionals.py"


if USES_PUBLISHED:

    localrules:
        import_published_means,

    rule import_published_means:
        input:
            published(published_files.MEANS_FILE),
        output:
            MEANS.format(extractor="published"),
        log:
            f"logs/import_published_means/{NAME}.log",
        benchmark:
            f"logs/import_published_means/{NAME}.tsv"
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime=10,
        params:
            files=state_of_files([published(published_files.MEANS_FILE)]),
            sha256=sha256_of_published,
            code=code_of("import_published_means"),
        message:
            "Import the mean Action Units that the paper used"
        script:
            "../../scripts/import_published_means.py"
