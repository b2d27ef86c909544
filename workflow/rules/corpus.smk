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


if not HAS_MEDIA:

    localrules:
        import_published_clips,

    rule import_published_clips:
        input:
            published(published_files.CLIPS_FILE),
        output:
            CLIPS,
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


if config["corpus"] == "demo":

    rule make_demo_clips:
        output:
            [f"{DEMO_VIDEOS}/{{actor}}/{clip}-{{actor}}.mp4" for clip in DEMO_CLIPS],
        log:
            f"logs/make_demo_clips/{NAME}/{{actor}}.log",
        benchmark:
            f"logs/make_demo_clips/{NAME}/{{actor}}.tsv"
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

    localrules:
        list_demo_clips,

    rule list_demo_clips:
        output:
            CLIPS,
        log:
            f"logs/list_demo_clips/{NAME}.log",
        benchmark:
            f"logs/list_demo_clips/{NAME}.tsv"
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime=10,
        params:
            demo=config["demo"],
            folder=DEMO_VIDEOS,
            folds=config["folds"],
            emotions=config["emotions"],
            code=code_of("list_demo_clips"),
        message:
            "List the clips of the demo corpus, with their folds"
        script:
            "../../scripts/list_demo_clips.py"


if config["corpus"] == "sheet":

    localrules:
        read_sample_sheet,

    rule read_sample_sheet:
        input:
            sample_sheet,
        output:
            CLIPS,
        log:
            f"logs/read_sample_sheet/{NAME}.log",
        benchmark:
            f"logs/read_sample_sheet/{NAME}.tsv"
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime=10,
        params:
            folds=config["folds"],
            emotions=config["emotions"],
            failures=reasons_of_failed_rows,
            code=code_of("read_sample_sheet"),
        message:
            "Read the sample sheet"
        script:
            "../../scripts/read_sample_sheet.py"


if config["corpus"] == "ravdess":

    localrules:
        list_ravdess_clips,

    rule list_ravdess_clips:
        output:
            CLIPS,
        log:
            f"logs/list_ravdess_clips/{NAME}.log",
        benchmark:
            f"logs/list_ravdess_clips/{NAME}.tsv"
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime=10,
        params:
            clips=clips_of_corpus,
            folds=config["folds"],
            emotions=config["emotions"],
            code=code_of("list_ravdess_clips"),
        message:
            "List the 1440 spoken clips of RAVDESS, with their folds"
        script:
            "../../scripts/list_ravdess_clips.py"


if "speech" in FETCHED_RAVDESS:

    localrules:
        fetch_ravdess_speech,

    rule fetch_ravdess_speech:
        output:
            FETCHED_RAVDESS["speech"],
        log:
            f"logs/fetch_ravdess_speech/{NAME}.log",
        benchmark:
            f"logs/fetch_ravdess_speech/{NAME}.tsv"
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime=120,
        params:
            default_source=RAVDESS["base_url"],
            archive=RAVDESS["speech"],
            folder="resources/ravdess/speech",
            code=code_of("fetch_ravdess_speech"),
        message:
            "Fetch the recordings of RAVDESS"
        script:
            "../../scripts/fetch_ravdess_speech.py"


if "tracking" in FETCHED_RAVDESS:

    localrules:
        fetch_ravdess_tracking,

    rule fetch_ravdess_tracking:
        output:
            FETCHED_RAVDESS["tracking"],
        log:
            f"logs/fetch_ravdess_tracking/{NAME}.log",
        benchmark:
            f"logs/fetch_ravdess_tracking/{NAME}.tsv"
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime=120,
        params:
            default_source=RAVDESS["base_url"],
            archive=RAVDESS["tracking"],
            folder="resources/ravdess/tracking",
            code=code_of("fetch_ravdess_tracking"),
        message:
            "Fetch the facial tracking of RAVDESS"
        script:
            "../../scripts/fetch_ravdess_tracking.py"


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
