# What users and developers run. `make` alone lists it.

PYTHON ?= python3.11
CORES ?= all
SOURCE ?=
SPEECH ?=
PUBLISHED ?=
ENCODER ?=
VIDEOS ?=
export SOURCE SPEECH PUBLISHED ENCODER VIDEOS

BIN := .venv/bin
READY := .venv/.ready
LOCKED := pip install --quiet --require-hashes --no-deps --requirement
SNAKEMAKE := $(BIN)/python -m snakemake

PAPER := --configfile workflow/presets/published.yaml \
	$(if $(SOURCE),--config "published={source: \"$$SOURCE\"}")
COPIES := $(if $(SPEECH)$(PUBLISHED)$(ENCODER),--config) \
	$(if $(SPEECH),"ravdess={speech_source: \"$$SPEECH\"}") \
	$(if $(PUBLISHED),"published={source: \"$$PUBLISHED\"}") \
	$(if $(ENCODER),"speech={local_copies: {openai/whisper-base: \"$$ENCODER\"}}")
LITE := --configfile workflow/presets/ravdess-lite.yaml $(COPIES)
FINETUNED := --configfile workflow/presets/ravdess-finetuned.yaml $(COPIES)
RAVDESS := --configfile workflow/presets/ravdess.yaml \
	$(if $(VIDEOS)$(ENCODER),--config) \
	$(if $(VIDEOS),"ravdess={videos: \"$$VIDEOS\"}") \
	$(if $(ENCODER),"speech={local_copies: {openai/whisper-base: \"$$ENCODER\"}}")

.DEFAULT_GOAL := help
.PHONY: help setup demo published ravdess-lite ravdess-finetuned ravdess test cluster-test lint format reference lock clean

help: ## list what can be made
	@grep -E '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "make %-17s %s\n", $$1, $$2}'

setup: $(READY) ## make or renew the environment in .venv
	@echo "The environment is ready: $(BIN)"

$(READY): $(wildcard envs/requirements*.txt) pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "emofold needs $(PYTHON): install it, or name it with PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@$(BIN)/python -m $(LOCKED) envs/requirements-cpu.txt 2>/dev/null || \
	echo "Here is no PyTorch built for the CPU alone that the lock knows: that of the index is taken."
	$(BIN)/python -m $(LOCKED) envs/requirements.txt
	@if $(BIN)/python -m pip show torch | grep -q '^Requires:.*nvidia'; then \
	$(BIN)/python -m $(LOCKED) envs/requirements-cuda.txt; fi
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	@touch $@

demo: $(READY) ## run the default workflow: synthetic videos, from video to report
	@$(SNAKEMAKE) --cores $(CORES)

published: $(READY) ## reproduce the paper's tables; SOURCE=a folder with the published files
	@$(SNAKEMAKE) --cores $(CORES) $(PAPER)
	@$(BIN)/python -m emofold show results/published/evaluation/comparison.parquet --brief

ravdess-lite: $(READY) ## the best on RAVDESS without a GPU; SPEECH, PUBLISHED, ENCODER=local copies
	@$(SNAKEMAKE) --cores $(CORES) $(LITE)

ravdess-finetuned: $(READY) ## the same with Whisper fine-tuned, 45 minutes on two cores; SPEECH, PUBLISHED, ENCODER=local copies
	@$(SNAKEMAKE) --cores $(CORES) $(FINETUNED)

ravdess: $(READY) ## RAVDESS from its videos, in the paper's folds; VIDEOS, ENCODER=local copies
	@$(SNAKEMAKE) --cores $(CORES) $(RAVDESS)

test: lint ## run all checks and tests, but those on a cluster
	$(BIN)/python -m pytest -m "not cluster" -n logical --maxprocesses 4

cluster-test: $(READY) ## run the tests on a SLURM cluster of one node; as root, where SLURM is installed
	$(BIN)/python -m pytest -m cluster

lint: $(READY) ## run the checks alone
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet --no-cache .
	$(BIN)/snakefmt --check --compact-diff Snakefile workflow
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(SNAKEMAKE) --lint

format: $(READY) ## format all code
	$(BIN)/ruff format .
	$(BIN)/ruff check --no-cache --fix .
	$(BIN)/snakefmt Snakefile workflow

reference: $(READY) ## write docs/reference anew, from the schemas, the commands and the known corpora
	$(BIN)/python docs/reference/generate.py

lock: $(READY) ## resolve the dependencies of pyproject.toml anew
	$(BIN)/python envs/lock.py

clean: ## remove everything that can be made again, but downloads and the environment
	rm -rf results logs .snakemake .pytest_cache .mypy_cache .ruff_cache
