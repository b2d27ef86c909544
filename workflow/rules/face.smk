rule import_published_means:
    input:
        published(published_files.MEANS_FILE),
    output:
        f"{RESULTS}/face/means/published.parquet",
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
        sha256=sha256_of_published,
        code=code_of("import_published_means"),
    message:
        "Import the mean Action Units that the paper used"
    script:
        "../../scripts/import_published_means.py"
