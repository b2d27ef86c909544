localrules:
    draw_learning_curves,
    draw_attention,


rule draw_learning_curves:
    input:
        learning_of,
    output:
        report(
            f"{REPORT}/learning/{{model}}.svg",
            caption="../report/learning.rst",
            category="5 Training",
            labels={"model": "{model}"},
        ),
    log:
        f"logs/draw_learning_curves/{NAME}/{{model}}.log",
    benchmark:
        f"logs/draw_learning_curves/{NAME}/{{model}}.tsv"
    wildcard_constraints:
        model=one_of(LEARNING_MODELS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        protocol=config["protocol"],
        note=CORPUS.note,
        code=code_of("draw_learning_curves"),
    message:
        "Draw the learning curves of {wildcards.model}"
    script:
        "../../scripts/draw_learning_curves.py"


rule draw_attention:
    input:
        frames=frames_of_attention,
        attention=expand(f"{TRAINING}/attention.parquet", fold=FOLDS, allow_missing=True),
        posteriors=expand(POSTERIORS, fold=FOLDS, allow_missing=True),
        template=CLIPS_PAGE,
    output:
        report(
            f"{REPORT}/attention/{{model}}/{{shard}}.html",
            caption="../report/attention.rst",
            category="3 Clips",
            subcategory="What {model} attended to",
            labels={"clips": "{shard}"},
        ),
    log:
        f"logs/draw_attention/{NAME}/{{model}}/{{shard}}.log",
    benchmark:
        f"logs/draw_attention/{NAME}/{{model}}/{{shard}}.tsv"
    wildcard_constraints:
        shard=one_of(SHARDS),
        model=one_of(SEQUENCE_MODELS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        emotions=config["emotions"],
        min_confidence=config["face"]["min_confidence"],
        note=CORPUS.note,
        code=code_of("draw_attention"),
    message:
        "Draw the attention of {wildcards.model} to the clips of {wildcards.shard}"
    script:
        "../../scripts/draw_attention.py"
