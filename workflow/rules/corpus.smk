MANIFEST = published_files.Manifest.read(Path(located(config["published"]["manifest"])))
PUBLISHED_SOURCE = config["published"]["source"] or MANIFEST.base_url
IS_DOWNLOADED = PUBLISHED_SOURCE.startswith(("http://", "https://"))
DOWNLOADS = f"resources/published/{MANIFEST.commit}"

try:
    PUBLISHED_SHA256 = MANIFEST.checksums(
        published_files.needed_files(IMPORTED, len(FOLDS))
    )
    if not IS_DOWNLOADED:
        published_files.copied_files(
            PUBLISHED_SHA256, Path(PUBLISHED_SOURCE).expanduser()
        )
except InputError as error:
    raise WorkflowError(str(error))


def published(file):
    """Return where a published file lies once it is here."""
    folder = Path(DOWNLOADS if IS_DOWNLOADED else PUBLISHED_SOURCE).expanduser()
    return str(folder / file)


def sha256_of_published(wildcards, input):
    """Return the checksum that each published file among a rule's inputs must have."""
    by_path = {published(file): sha256 for file, sha256 in PUBLISHED_SHA256.items()}
    return {path: by_path[path] for path in input if path in by_path}


if IS_DOWNLOADED:

    localrules:
        fetch_published,

    rule fetch_published:
        output:
            [published(file) for file in PUBLISHED_SHA256],
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
            base_url=PUBLISHED_SOURCE,
            sha256=PUBLISHED_SHA256,
            folder=DOWNLOADS,
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
