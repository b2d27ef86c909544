localrules:
    describe_data,
    find_oddities,
    write_data_page,


DATA_PAGE = [located(f"{TEMPLATES}/{part}") for part in ("data_page.html", "base.css")]
READS_RECORDINGS = bool(SHARDS) and bool(SHARDS_HEARD or EXTRACTORS)


rule describe_data:
    input:
        clips=CLIPS,
        audio=expand(AUDIO, shard=SHARDS_HEARD),
        frames=expand(FRAMES, extractor=EXTRACTORS, shard=SHARDS),
    output:
        f"{RESULTS}/evaluation/clip_facts.parquet",
    log:
        f"logs/describe_data/{NAME}.log",
    benchmark:
        f"logs/describe_data/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        corpus=SHARED,
        emotions=config["emotions"],
        frames={name: expand(FRAMES, extractor=name, shard=SHARDS) for name in EXTRACTORS},
        min_confidence=config["face"]["min_confidence"],
        reads_media=READS_RECORDINGS,
        code=code_of("describe_data"),
    message:
        "Describe the data"
    script:
        "../../scripts/describe_data.py"


rule find_oddities:
    input:
        facts=rules.describe_data.output[0],
        failures=FAILURES,
    output:
        f"{RESULTS}/evaluation/oddities.parquet",
    log:
        f"logs/find_oddities/{NAME}.log",
    benchmark:
        f"logs/find_oddities/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        emotions=config["emotions"],
        extractors=list(EXTRACTORS),
        code=code_of("find_oddities"),
    message:
        "Find what is odd about the data"
    script:
        "../../scripts/find_oddities.py"


rule write_data_page:
    input:
        template=DATA_PAGE,
        facts=rules.describe_data.output[0],
        oddities=rules.find_oddities.output[0],
    output:
        page=report(
            f"{REPORT}/data.html",
            caption="../report/data.rst",
            category="4 Data",
            labels={"result": "what the data is"},
        ),
        counts=report(
            f"{REPORT}/clips_by_speaker.svg",
            caption="../report/clips_by_speaker.rst",
            category="4 Data",
            labels={"result": "clips by emotion and speaker"},
        ),
        recordings=(
            report(
                f"{REPORT}/recordings.svg",
                caption="../report/recordings.rst",
                category="4 Data",
                labels={"result": "how long and how loud the recordings are"},
            )
            if READS_RECORDINGS
            else []
        ),
    log:
        f"logs/write_data_page/{NAME}.log",
    benchmark:
        f"logs/write_data_page/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        emotions=config["emotions"],
        extractors=list(EXTRACTORS),
        note=CORPUS.note,
        code=code_of("write_data_page"),
    message:
        "Write the page of the data"
    script:
        "../../scripts/write_data_page.py"
