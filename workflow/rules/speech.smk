localrules:
    fetch_encoder,
    make_untrained_encoder,


rule extract_audio:
    input:
        media=inputs_of(media_of_shard),
    output:
        update(AUDIO),
    log:
        f"logs/extract_audio/{SHARED}/{{shard}}.log",
    benchmark:
        f"logs/extract_audio/{SHARED}/{{shard}}.tsv"
    wildcard_constraints:
        shard=one_of(SHARDS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=growing(60),
        at_a_time=1,
    params:
        files=state_of_files(media_of_shard),
        clips=media_by_clip,
        segments=segments_of_shard,
        max_duration=config["max_duration"],
        code=code_of("extract_audio"),
    message:
        "Extract the sound of {wildcards.shard}"
    script:
        "../../scripts/extract_audio.py"


rule fetch_encoder:
    output:
        directory("resources/encoders/{fetched}"),
    log:
        "logs/fetch_encoder/{fetched}.log",
    benchmark:
        "logs/fetch_encoder/{fetched}.tsv"
    wildcard_constraints:
        fetched=one_of(HUB_MODELS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        model=lookup("{fetched}", within=HUB_MODELS),
        code=code_of("fetch_encoder"),
    message:
        "Fetch the model {wildcards.fetched}"
    script:
        "../../scripts/fetch_encoder.py"


rule make_untrained_encoder:
    output:
        directory(f"{RESULTS}/untrained/{{model}}"),
    log:
        f"logs/make_untrained_encoder/{NAME}/{{model}}.log",
    benchmark:
        f"logs/make_untrained_encoder/{NAME}/{{model}}.tsv"
    wildcard_constraints:
        model=one_of(FINETUNED_MODELS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        architecture=lookup("{model}/untrained", within=FINETUNED_MODELS),
        seed=config["seed"],
        code=code_of("make_untrained_encoder"),
    message:
        "Make the untrained encoder of {wildcards.model}"
    script:
        "../../scripts/make_untrained_encoder.py"


rule embed_speech:
    input:
        audio=AUDIO,
        model=lookup("{encoder}", within=PRETRAINED_FILES),
    output:
        update(EMBEDDINGS),
    log:
        f"logs/embed_speech/{SHARED}/{{encoder}}/{{shard}}.log",
    benchmark:
        f"logs/embed_speech/{SHARED}/{{encoder}}/{{shard}}.tsv"
    wildcard_constraints:
        shard=one_of(SHARDS),
        encoder=one_of(FIRST_VIEWS),
    priority: 1
    conda:
        "../../envs/environment.yaml"
    threads: lookup("{encoder}/threads", within=ENCODERS)
    resources:
        mem_mb=4000,
        runtime=growing(240),
        gpu=lookup("{encoder}/gpu", within=ENCODERS),
        at_a_time=1,
    params:
        files=state_of_files(lookup("{encoder}", within=PRETRAINED_FILES)),
        encoder=lookup("{encoder}", within=ENCODER_SETTINGS),
        folder=lookup("{encoder}", within=PRETRAINED_FOLDERS),
        views=views_of_model,
        code=code_of("embed_speech"),
    message:
        "Embed the speech of {wildcards.shard} with {wildcards.encoder}"
    script:
        "../../scripts/embed_speech.py"


# Later than the first view of a model, whose pass computes these ahead.
use rule embed_speech as embed_speech_again with:
    wildcard_constraints:
        shard=one_of(SHARDS),
        encoder=one_of(FURTHER_VIEWS),
    priority: 0
