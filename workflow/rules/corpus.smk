if IS_DOWNLOADED:

    localrules:
        fetch_published,

    rule fetch_published:
        output:
            [published(file) for file in MANIFEST.sha256],
        log:
            f"logs/fetch_published/{NAME}.log",
        benchmark:
            f"logs/fetch_published/{NAME}.tsv"
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime=60,
        params:
            default_source=MANIFEST.base_url,
            sha256=MANIFEST.sha256,
            code=code_of("fetch_published"),
        message:
            "Fetch the published Action Units and posteriors"
        script:
            "../../scripts/fetch_published.py"


rule import_published_clips:
    input:
        published(published_files.CLIPS_FILE),
    output:
        f"{RESULTS}/clips.parquet",
    log:
        f"logs/import_published_clips/{NAME}.log",
    benchmark:
        f"logs/import_published_clips/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        sha256=sha256_of_published,
        folds=config["folds"],
        emotions=config["emotions"],
        code=code_of("import_published_clips"),
    message:
        "List the clips that the paper used, with their folds"
    script:
        "../../scripts/import_published_clips.py"
