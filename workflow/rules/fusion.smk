localrules:
    fuse,


rule fuse:
    input:
        posteriors=fused_posteriors,
        clips=CLIPS,
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
