localrules:
    fuse,


rule fuse:
    input:
        posteriors=collect(
            POSTERIORS, model=lookup("{fusion}/posteriors", within=FUSIONS), fold=FOLDS
        ),
        clips=CLIPS,
    output:
        expand(FUSED, fold=FOLDS, allow_missing=True),
    log:
        f"logs/fuse/{NAME}/{{fusion}}.log",
    benchmark:
        f"logs/fuse/{NAME}/{{fusion}}.tsv"
    wildcard_constraints:
        fusion=one_of(FUSIONS),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        fusion=lookup("{fusion}", within=FUSION_METHODS),
        emotions=config["emotions"],
        seed=config["seed"],
        left_out=LEFT_OUT,
        code=code_of("fuse"),
    message:
        "Fuse {wildcards.fusion}, all folds"
    script:
        "../../scripts/fuse.py"


if LEFT_OUT:

    localrules:
        fuse_without_corpora,

    use rule fuse as fuse_without_corpora with:
        input:
            posteriors=collect(
                POSTERIORS, model=lookup("{fusion}/posteriors", within=FUSIONS), fold=LEFT_OUT
            ),
            clips=CLIPS,
        output:
            expand(FUSED, fold=LEFT_OUT, allow_missing=True),
        log:
            f"logs/fuse_without_corpora/{NAME}/{{fusion}}.log",
        benchmark:
            f"logs/fuse_without_corpora/{NAME}/{{fusion}}.tsv"
        wildcard_constraints:
            fusion=one_of(STATIC_FUSIONS),
        message:
            "Fuse {wildcards.fusion}, each corpus left out"
