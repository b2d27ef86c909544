localrules:
    accept_failures,


def made_by(rule, **wildcards):
    """Return the files that a rule makes for all of some values of its wildcards."""
    return expand(list(map(str, rule.output)), **wildcards)


def shared_results():
    """Return what is made of the media, for all runs on the corpus."""
    return [
        *made_by(rules.extract_audio, shard=SHARDS_HEARD),
        *made_by(rules.embed_speech, encoder=ENCODERS, shard=SHARDS),
        *made_by(rules.extract_action_units, extractor=EXTRACTORS, shard=SHARDS),
    ]


def models_and_posteriors():
    """Return the mean Action Units, the trainings of all models, and all posteriors."""
    by_fold = [name for name, model in MODELS.items() if model["job_per_fold"]]
    learning = [(model, fold) for model in LEARNING_MODELS for fold in FOLDS]
    learning += [(model, fold) for model in WITH_INNER_TRAININGS for fold in INNER_FOLDS]
    learning += [(model, NO_FOLD) for model in BUNDLED_LEARNING_MODELS]
    return [
        *made_by(rules.process_action_units, extractor=EXTRACTORS),
        *(rules.import_published_means.output if READS_PUBLISHED_MEANS else []),
        *made_by(rules.import_published_posteriors, model=IMPORTED),
        *made_by(rules.train_static, model=[name for name in MODELS if name not in by_fold]),
        *made_by(rules.train_static_fold, model=by_fold, fold=FOLDS),
        *(
            path
            for model, fold in learning
            for path in made_by(trains(model), model=model, fold=fold)
        ),
        *made_by(rules.collect_posteriors, model=LEARNING_MODELS),
        *made_by(rules.fuse, fusion=FUSIONS),
        *(rules.train_bundle.output if BUNDLED else []),
    ]


def trains(model):
    """Return the rule that trains a model by epochs."""
    return rules.train_sequence if model in SEQUENCE_MODELS else rules.finetune_speech


def evaluation_and_report():
    """Return the tables of the evaluation, and the pages and figures of the report."""
    settings = config["evaluation"]
    evaluated = [
        *rules.evaluate.output,
        *rules.compare_with_reported.output,
        *(rules.collect_choices.output if NESTED_FOLDS and MODELS else []),
        *made_by(rules.permutation_test, fusion=settings["permutation_tests"]),
        *made_by(rules.compute_enrolment_curve, fusion=settings["enrolment_curves"]),
        *made_by(rules.draw_enrolment_curve, fusion=settings["enrolment_curves"]),
        *rules.write_failures_page.output,
        *rules.write_table_pages.output,
        *rules.write_result_pages.output,
        *rules.draw_figures.output,
        *rules.draw_confusion_matrices.output,
        *rules.draw_ablation.output,
        *rules.draw_reliability.output,
        FRONT_PAGE,
    ]
    return [
        *(evaluated if SYSTEMS else []),
        *(rules.draw_contact_sheet.output if SEES_FACES else []),
        *made_by(rules.draw_action_units, extractor=EXTRACTORS, shard=SHARDS),
        *made_by(rules.draw_learning_curves, model=LEARNING_MODELS),
        *made_by(rules.draw_attention, model=SEQUENCE_MODELS, shard=SHARDS),
    ]


def predicted_results():
    """Return what is predicted of other videos."""
    each = made_by(rules.predict, group=PREDICTED)
    return [*each, *rules.collect_predictions.output] if PREDICTED else []


RESULT_FILES = list(
    map(
        str,
        [
            CLIPS,
            FAILURES,
            *shared_results(),
            *models_and_posteriors(),
            *evaluation_and_report(),
            *predicted_results(),
        ],
    )
)


rule accept_failures:
    input:
        failures=FAILURES,
        predictions=[PREDICTIONS] if PREDICTED else [],
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
