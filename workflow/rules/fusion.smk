def fused_posteriors(wildcards):
    """Return the posteriors that a fusion takes, fold after fold for each model."""
    models = FUSIONS[wildcards.fusion]["posteriors"]
    return [path for model in models for path in posteriors_of(model)]


def fusion_of(wildcards):
    """Return what decides a fusion's numbers."""
    fusion = FUSIONS[wildcards.fusion]
    return {
        key: fusion[key] for key in ("posteriors", "method", "scaling", "parameters")
    }


rule fuse:
    input:
        fused_posteriors,
    output:
        expand(f"{RESULTS}/fusion/{{{{fusion}}}}/fold{{fold}}.parquet", fold=FOLDS),
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
        fusion=fusion_of,
        emotions=config["emotions"],
        seed=config["seed"],
        code=code_of("fuse"),
    message:
        "Fuse {wildcards.fusion}, all folds"
    script:
        "../../scripts/fuse.py"
