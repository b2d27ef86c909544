localrules:
    accept_failures,


SHARED_BY_RUNS = [
    *made_by(rules.extract_audio, shard=SHARDS_HEARD),
    *made_by(rules.embed_speech, encoder=ENCODERS, shard=SHARDS),
    *made_by(rules.embed_faces, encoder=FACE_ENCODERS, shard=SHARDS),
    *made_by(rules.extract_action_units, extractor=EXTRACTORS, shard=SHARDS),
]
FOLD_BY_FOLD = [name for name, model in MODELS.items() if model["job_per_fold"]]
MODELS_AND_POSTERIORS = [
    *made_by(rules.process_action_units, extractor=EXTRACTORS),
    *made_by(rules.compute_functionals, extractor=DESCRIBED_BY_FUNCTIONALS),
    *(rules.import_published_means.output if READS_PUBLISHED_MEANS else []),
    *made_by(rules.import_published_posteriors, model=IMPORTED),
    *made_by(rules.train_static, model=[name for name in MODELS if name not in FOLD_BY_FOLD]),
    *made_by(rules.train_static_fold, model=FOLD_BY_FOLD, fold=FOLDS),
    *made_by(rules.train_static_without_corpus, model=FOLD_BY_FOLD, fold=LEFT_OUT),
    *made_by(rules.run_frozen_layers, model=PARTLY_FROZEN, shard=SHARDS),
    *(path for model in LEARNING_MODELS for path in trained_by_epochs(model, FOLDS)),
    *(path for model in WITH_INNER_TRAININGS for path in trained_by_epochs(model, INNER_FOLDS)),
    *(path for model in BUNDLED_LEARNING_MODELS for path in trained_by_epochs(model, NO_FOLD)),
    *made_by(rules.collect_posteriors, model=LEARNING_MODELS),
    *made_by(rules.fuse, fusion=FUSIONS),
    *expand(FUSED, fusion=STATIC_FUSIONS, fold=LEFT_OUT),
    *(rules.train_bundle.output if BUNDLED else []),
]
TESTED = config["evaluation"]["permutation_tests"]
ENROLLED = config["evaluation"]["enrolment_curves"]
EVALUATED = [
    *rules.evaluate.output,
    *rules.compare_with_reported.output,
    *(rules.collect_choices.output if NESTED_FOLDS and MODELS else []),
    *made_by(rules.permutation_test, fusion=TESTED),
    *made_by(rules.compute_enrolment_curve, fusion=ENROLLED),
    *made_by(rules.draw_enrolment_curve, fusion=ENROLLED),
    *rules.write_failures_page.output,
    *rules.write_results_page.output,
    *rules.draw_figures.output,
    *rules.draw_confusion_matrices.output,
    *rules.draw_ablation.output,
    *rules.draw_reliability.output,
    FRONT_PAGE,
]
DESCRIBED = [
    *rules.describe_data.output,
    *rules.find_oddities.output,
    *rules.write_data_page.output,
]
DRAWN = [
    *(rules.draw_contact_sheet.output if SEES_FACES else []),
    *(rules.draw_face_crops.output if FACE_ENCODERS else []),
    *made_by(rules.draw_action_units, extractor=EXTRACTORS, shard=SHARDS),
    *made_by(rules.draw_learning_curves, model=LEARNING_MODELS),
    *made_by(rules.draw_attention, model=SEQUENCE_MODELS, shard=SHARDS),
]
PREDICTIONS_OF_OTHERS = [
    *made_by(rules.predict, group=PREDICTED),
    *made_by(rules.make_playable_copies, group=PREDICTED),
    *made_by(rules.write_prediction_pages, group=PREDICTED),
    *(rules.collect_predictions.output if PREDICTED else []),
]
ON_OTHER_CORPORA = [
    *made_by(rules.evaluate_bundle, other=TEST_CORPORA),
    *made_by(rules.report_other_corpus, other=TEST_CORPORA),
]
RESULT_FILES = [
    *(CLIPS, FAILURES),
    *SHARED_BY_RUNS,
    *MODELS_AND_POSTERIORS,
    *(EVALUATED if SYSTEMS else []),
    *DESCRIBED,
    *DRAWN,
    *PREDICTIONS_OF_OTHERS,
    *ON_OTHER_CORPORA,
]
RESULT_FILES = list(map(str, RESULT_FILES))


rule accept_failures:
    input:
        failures=FAILURES,
        predictions=[
            *([PREDICTIONS] if PREDICTED else []),
            *expand(rules.evaluate_bundle.output.predictions, other=TEST_CORPORA),
        ],
        results=ancient(RESULT_FILES),
    output:
        f"{RESULTS}/accepted_failures.txt",
    log:
        f"logs/accept_failures/{NAME}.log",
    benchmark:
        f"logs/accept_failures/{NAME}.tsv"
    retries: 0
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        allowed=config["allow_failed_clips"],
        code=code_of("accept_failures"),
    message:
        "Accept the run, or not, for the clips that failed"
    script:
        "../../scripts/accept_failures.py"
