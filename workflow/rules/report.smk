localrules:
    draw_figures,
    draw_confusion_matrices,
    write_results_page,
    write_front_page,
    write_failures_page,
    draw_contact_sheet,
    draw_face_crops,


FRONT_PAGE_TEMPLATE = located(f"{TEMPLATES}/front_page.rst")
TABLE_PAGE, CLIPS_PAGE = (
    [located(f"{TEMPLATES}/{part}") for part in (page, "base.css")]
    for page in ("table_page.html", "clips_page.html")
)
RESULTS_PAGE = [
    located(f"{TEMPLATES}/{part}")
    for part in (
        *("results_page.html", "base.css", "results_page.css", "results_page.js"),
        *("packed.js", "tables.js", "figures.js", "clips.js"),
    )
]


rule draw_figures:
    input:
        metrics=rules.evaluate.output.metrics,
        recall=rules.evaluate.output.recall,
        speakers=rules.evaluate.output.speakers,
        comparison=rules.compare_with_reported.output[0],
        reported=REPORTED_FILES,
    output:
        accuracies=report(
            f"{REPORT}/accuracies.svg",
            caption="../report/accuracies.rst",
            category="1 Results",
            labels={"result": "accuracy by system"},
        ),
        recall=report(
            f"{REPORT}/recall.svg",
            caption="../report/recall.rst",
            category="2 Errors",
            labels={"result": "recall by emotion"},
        ),
        speakers=report(
            f"{REPORT}/speakers.svg",
            caption="../report/speakers.rst",
            category="2 Errors",
            labels={"result": "accuracy by speaker"},
        ),
    log:
        f"logs/draw_figures/{NAME}.log",
    benchmark:
        f"logs/draw_figures/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        files=state_of_files(REPORTED_FILES),
        emotions=config["emotions"],
        note=CORPUS.note,
        code=code_of("draw_figures"),
    message:
        "Draw accuracy, recall and speakers"
    script:
        "../../scripts/draw_figures.py"


rule draw_confusion_matrices:
    input:
        metrics=rules.evaluate.output.metrics,
        confusion=rules.evaluate.output.confusion,
    output:
        expand(f"{REPORT}/confusion/{{system}}.svg", system=SYSTEMS),
    log:
        f"logs/draw_confusion_matrices/{NAME}.log",
    benchmark:
        f"logs/draw_confusion_matrices/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        emotions=config["emotions"],
        note=CORPUS.note,
        code=code_of("draw_confusion_matrices"),
    message:
        "Draw the confusion matrices"
    script:
        "../../scripts/draw_confusion_matrices.py"


rule write_results_page:
    input:
        template=RESULTS_PAGE,
        clips=CLIPS,
        posteriors=[
            *expand(POSTERIORS, model=[*IMPORTED, *TRAINED], fold=FOLDS),
            *expand(FUSED, fusion=FUSIONS, fold=FOLDS),
        ],
        failures=FAILURES,
        metrics=rules.evaluate.output.metrics,
        mcnemar=rules.evaluate.output.mcnemar,
        calibration=rules.evaluate.output.calibration,
        contributions=rules.evaluate.output.contributions,
        comparison=rules.compare_with_reported.output[0],
        choices=rules.collect_choices.output if NESTED_FOLDS and MODELS else [],
        permutation=expand(
            f"{EVALUATION}/permutation/{{fusion}}.parquet",
            fusion=config["evaluation"]["permutation_tests"],
        ),
        reported=REPORTED_FILES,
    output:
        report(
            f"{REPORT}/results.html",
            caption="../report/results.rst",
            category="1 Results",
            labels={"result": "a page of all systems: compare them, open their clips"},
        ),
    log:
        f"logs/write_results_page/{NAME}.log",
    benchmark:
        f"logs/write_results_page/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        files=state_of_files(REPORTED_FILES),
        emotions=config["emotions"],
        run={
            "name": NAME,
            "folds": len(FOLDS),
            "protocol": config["protocol"],
            "confidence": config["evaluation"]["confidence"],
            "note": CORPUS.note,
        },
        fusions={name: fusion["posteriors"] for name, fusion in FUSIONS.items()},
        code=code_of("write_results_page"),
    message:
        "Write the page of the results"
    script:
        "../../scripts/write_results_page.py"


rule write_front_page:
    input:
        template=FRONT_PAGE_TEMPLATE,
        clips=CLIPS,
        metrics=rules.evaluate.output.metrics,
        comparison=rules.compare_with_reported.output[0],
        reported=REPORTED_FILES,
        oddities=rules.find_oddities.output[0],
        failures=FAILURES,
        others=expand(f"{OTHER_CORPUS}/metrics.parquet", other=TEST_CORPORA),
    output:
        FRONT_PAGE,
    log:
        f"logs/write_front_page/{NAME}.log",
    benchmark:
        f"logs/write_front_page/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        files=state_of_files(REPORTED_FILES),
        run={
            **{key: config[key] for key in ("name", "emotions", "folds", "protocol", "seed")},
            "confidence": config["evaluation"]["confidence"],
            "published": len(IMPORTED),
            "static": len(MODELS),
            "sequence": len(SEQUENCE_MODELS),
            "finetuned": len(FINETUNED_MODELS),
            "fused": len(FUSIONS),
            "note": CORPUS.note,
        },
        code=code_of("write_front_page"),
    message:
        "Write the front page of the report"
    script:
        "../../scripts/write_front_page.py"


rule write_failures_page:
    input:
        FAILURES,
        template=TABLE_PAGE,
    output:
        report(
            f"{REPORT}/failures.html",
            caption="../report/failures.rst",
            category="3 Clips",
            labels={"result": "clips that failed"},
        ),
    log:
        f"logs/write_failures_page/{NAME}.log",
    benchmark:
        f"logs/write_failures_page/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=code_of("write_failures_page"),
    message:
        "Write the page of the clips that failed"
    script:
        "../../scripts/write_failures_page.py"


rule draw_contact_sheet:
    input:
        inputs_of(media_shown),
    output:
        report(
            f"{REPORT}/contact_sheet.svg",
            caption="../report/contact_sheet.rst",
            category="3 Clips",
            labels={"result": "one frame of each speaker and emotion"},
        ),
    log:
        f"logs/draw_contact_sheet/{NAME}.log",
    benchmark:
        f"logs/draw_contact_sheet/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        files=state_of_files(media_shown),
        clips=clips_shown,
        emotions=config["emotions"],
        note=CORPUS.note,
        code=code_of("draw_contact_sheet"),
    message:
        "Draw the contact sheet"
    script:
        "../../scripts/draw_contact_sheet.py"


rule draw_face_crops:
    input:
        media=inputs_of(media_shown),
        landmarker=LANDMARKER,
    output:
        report(
            f"{REPORT}/face_crops.svg",
            caption="../report/face_crops.rst",
            category="3 Clips",
            labels={"result": "faces as face encoders see them"},
        ),
    log:
        f"logs/draw_face_crops/{NAME}.log",
    benchmark:
        f"logs/draw_face_crops/{NAME}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        files=state_of_files(media_shown),
        clips=clips_shown,
        emotions=config["emotions"],
        which=config["face"]["which"],
        note=CORPUS.note,
        code=code_of("draw_face_crops"),
    message:
        "Draw faces as face encoders see them"
    script:
        "../../scripts/draw_face_crops.py"


rule draw_action_units:
    input:
        FRAMES,
        template=CLIPS_PAGE,
    output:
        report(
            f"{REPORT}/action_units/{{extractor}}/{{shard}}.html",
            caption="../report/action_units.rst",
            category="3 Clips",
            subcategory="Action Units over time ({extractor})",
            labels={"clips": "{shard}"},
        ),
    log:
        f"logs/draw_action_units/{NAME}/{{extractor}}/{{shard}}.log",
    benchmark:
        f"logs/draw_action_units/{NAME}/{{extractor}}/{{shard}}.tsv"
    wildcard_constraints:
        shard=one_of(SHARDS),
        extractor=one_of(EXTRACTORS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=growing(20),
        at_a_time=1,
    params:
        clip_emotions=emotions_of_shard,
        emotions=config["emotions"],
        min_confidence=config["face"]["min_confidence"],
        note=CORPUS.note,
        code=code_of("draw_action_units"),
    message:
        "Draw the Action Units of {wildcards.shard} ({wildcards.extractor})"
    script:
        "../../scripts/draw_action_units.py"
