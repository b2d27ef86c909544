localrules:
    list_clips,


rule list_clips:
    input:
        ancient(source_of_clips),
    output:
        CLIPS,
    log:
        f"logs/list_clips/{NAME}.log",
    benchmark:
        f"logs/list_clips/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        corpus=config["corpus"],
        files=state_of_files(published_list_of_clips),
        rows=rows_of_sheet,
        clips=clips_without_list,
        failures=reasons_of_failed_rows,
        files_of_equal_size=state_of_files_of_equal_size,
        folds=config["folds"],
        emotions=config["emotions"],
        note=CORPUS.note,
        sha256=sha256_of_published,
        code=code_of("list_clips"),
    message:
        "List the clips, with their folds"
    script:
        "../../scripts/list_clips.py"


if config["corpus"] == "demo":

    rule make_demo_clips:
        output:
            [f"{DEMO_VIDEOS}/{{actor}}/{clip}-{{actor}}.mp4" for clip in DEMO_CLIPS],
        log:
            f"logs/make_demo_clips/{SHARED}/{{actor}}.log",
        benchmark:
            f"logs/make_demo_clips/{SHARED}/{{actor}}.tsv"
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=1000,
            runtime=growing(20),
        params:
            seed=config["seed"],
            code=code_of("make_demo_clips"),
        message:
            "Make the synthetic videos of actor {wildcards.actor}"
        script:
            "../../scripts/make_demo_clips.py"


if IS_DOWNLOADED and USES_PUBLISHED:

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


if FETCHED_RAVDESS.keys() & {"speech", "tracking"}:

    localrules:
        fetch_ravdess_archive,

    rule fetch_ravdess_archive:
        output:
            [
                f"resources/ravdess/{{archive}}/Actor_{clip[-2:]}/{{modality}}{clip[2:]}.{{ending}}"
                for clip in ravdess.list_clip_names()
            ],
        log:
            "logs/fetch_ravdess_archive/{archive}-{modality}.{ending}.log",
        benchmark:
            "logs/fetch_ravdess_archive/{archive}-{modality}.{ending}.tsv"
        wildcard_constraints:
            archive="speech|tracking",
            modality="[0-9][0-9]",
            ending="wav|csv",
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime=120,
        params:
            default_source=RAVDESS["base_url"],
            archive=lookup("{archive}", within=RAVDESS),
            folder="resources/ravdess/{archive}",
            code=code_of("fetch_ravdess_archive"),
        message:
            "Fetch RAVDESS: {wildcards.archive}"
        script:
            "../../scripts/fetch_ravdess_archive.py"


if "videos" in FETCHED_RAVDESS:

    localrules:
        fetch_ravdess_videos,

    rule fetch_ravdess_videos:
        output:
            update(ravdess_files.VIDEOS.paths_of_actor("resources/ravdess/videos", "{actor}")),
        log:
            "logs/fetch_ravdess_videos/{actor}.log",
        benchmark:
            "logs/fetch_ravdess_videos/{actor}.tsv"
        wildcard_constraints:
            actor="[0-9][0-9]",
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime=240,
        params:
            default_source=RAVDESS["base_url"],
            archives=RAVDESS["videos"],
            folder="resources/ravdess/videos",
            code=code_of("fetch_ravdess_videos"),
        message:
            "Fetch the videos of actor {wildcards.actor} of RAVDESS"
        script:
            "../../scripts/fetch_ravdess_videos.py"
