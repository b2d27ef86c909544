localrules:
    report_other_corpus,


rule evaluate_bundle:
    input:
        bundle=BUNDLE,
        clips=CLIPS,
        media=inputs_of(files_of_other_corpus),
        openface=program_to_predict_with("openface"),
        pyfaceau=program_to_predict_with("pyfaceau"),
    output:
        predictions=f"{OTHER_CORPUS}/predictions.parquet",
        metrics=f"{OTHER_CORPUS}/metrics.parquet",
        confusion=f"{OTHER_CORPUS}/confusion.parquet",
        emotions=f"{OTHER_CORPUS}/emotions.parquet",
        speakers=f"{OTHER_CORPUS}/speakers.parquet",
    log:
        f"logs/evaluate_bundle/{NAME}/{{other}}.log",
    benchmark:
        f"logs/evaluate_bundle/{NAME}/{{other}}.tsv"
    wildcard_constraints:
        other=one_of(TEST_CORPORA),
    conda:
        "../../envs/environment.yaml"
    threads: 2
    resources:
        mem_mb=3000,
        runtime=growing(120),
    params:
        files=state_of_files(
            files_of_other_corpus,
            program_to_predict_with("openface"),
            program_to_predict_with("pyfaceau"),
        ),
        corpus=described_other_corpus,
        held_out_speakers=speakers_held_out,
        emotions=config["emotions"],
        settings={
            "confidence": config["evaluation"]["confidence"],
            "draws": config["evaluation"]["bootstrap_draws"],
            "seed": config["seed"],
        },
        code=code_of("evaluate_bundle"),
    message:
        "Try the bundle on {wildcards.other}"
    script:
        "../../scripts/evaluate_bundle.py"


rule report_other_corpus:
    input:
        metrics=rules.evaluate_bundle.output.metrics,
        confusion=rules.evaluate_bundle.output.confusion,
        emotions=rules.evaluate_bundle.output.emotions,
        template=TABLE_PAGE,
    output:
        metrics=report(
            f"{REPORT}/other_corpora/{{other}}/metrics.html",
            caption="../report/other_metrics.rst",
            category="1 Results",
            subcategory="On other corpora",
            labels={"corpus": "{other}", "result": "metrics"},
        ),
        emotions=report(
            f"{REPORT}/other_corpora/{{other}}/emotions.html",
            caption="../report/other_emotions.rst",
            category="1 Results",
            subcategory="On other corpora",
            labels={"corpus": "{other}", "result": "emotion by emotion"},
        ),
        answers=report(
            f"{REPORT}/other_corpora/{{other}}/answers.svg",
            caption="../report/other_answers.rst",
            category="1 Results",
            subcategory="On other corpora",
            labels={"corpus": "{other}", "result": "what each emotion is taken for"},
        ),
    log:
        f"logs/report_other_corpus/{NAME}/{{other}}.log",
    benchmark:
        f"logs/report_other_corpus/{NAME}/{{other}}.tsv"
    wildcard_constraints:
        other=one_of(TEST_CORPORA),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        emotions=config["emotions"],
        note=CORPUS.note,
        code=code_of("report_other_corpus"),
    message:
        "Show how the bundle does on {wildcards.other}"
    script:
        "../../scripts/report_other_corpus.py"
