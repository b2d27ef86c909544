"""The laws of the house, so that whoever knows one rule knows them all."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RULES = sorted((ROOT / "workflow" / "rules").glob("*.smk"))
WANTED = ["input", "output", "log", "benchmark", "params", "threads", "resources", "conda"]
WANTED += ["message", "script"]
SLURM = ROOT / "workflow" / "profiles" / "slurm" / "config.yaml"
FIRST_RULES = {"fetch_published", "fetch_encoder", "make_untrained_encoder"}
FIRST_RULES |= {"make_demo_clips", "fetch_ravdess_archive", "fetch_ravdess_videos"}


def rules() -> dict[str, str]:
    """Return the text of each rule by its name."""
    found = {}
    for file in RULES:
        text = file.read_text(encoding="utf-8")
        rule = r"^( *)rule (\w+):\n((?:\1 +.*\n|\n)+)"
        for match in re.finditer(rule, text, flags=re.MULTILINE):
            found[match[2]] = match[3]
    return found


def derived_rules() -> dict[str, str]:
    """Return the names of the rules that are made of others, and the first of these."""
    found: dict[str, str] = {}
    for file in RULES:
        text = file.read_text(encoding="utf-8")
        for base, name in re.findall(r"^ *use rule (\w+) as (\w+) with:", text, re.MULTILINE):
            found[name] = found.get(base, base)
    return found


def local_rules() -> set[str]:
    """Return the names of the rules that never go to the queue of a cluster."""
    lists = r"^( *)localrules:\n((?:\1 +\w+,\n)+)"
    return {
        name
        for file in RULES
        for _, names in re.findall(lists, file.read_text(encoding="utf-8"), re.MULTILINE)
        for name in re.findall(r"\w+", names)
    }


def test_every_script_belongs_to_a_rule_of_its_name():
    scripts = {path.stem for path in (ROOT / "scripts").glob("*.py")}
    assert scripts == set(rules())


@pytest.mark.parametrize("rule", sorted(rules()))
def test_a_rule_says_all_that_a_user_may_ask(rule):
    text = rules()[rule]
    for directive in WANTED:
        if directive != "input" or rule not in FIRST_RULES:
            assert re.search(rf"^ +{directive}:", text, flags=re.MULTILINE), directive
    assert f'"../../scripts/{rule}.py"' in text
    assert re.search(rf"logs/{rule}[/.]", text)
    assert f'code=code_of("{rule}")' in text


@pytest.mark.parametrize("rule", sorted(rules()))
def test_a_rule_is_done_at_once_or_gets_more_time_from_a_cluster_in_each_attempt(rule):
    assert (rule in local_rules()) != bool(re.search(r"runtime=growing\(\d+\)", rules()[rule]))
    assert re.search(r"mem_mb=\d+", rules()[rule])


def test_a_rule_that_is_made_of_another_goes_to_the_queue_as_that_does():
    for name, base in derived_rules().items():
        assert (name in local_rules()) == (base in local_rules()), name
    assert local_rules() <= rules().keys() | derived_rules().keys()


def test_the_profile_of_a_cluster_has_a_place_for_each_rule_that_uses_a_gpu():
    with_gpu = {rule for rule, text in rules().items() if re.search(r"^ +gpu=", text, re.MULTILINE)}
    with_gpu |= {name for name, base in derived_rules().items() if base in with_gpu}
    named = set(
        re.findall(r"^#   (\w+):(?: +#.*)?$", SLURM.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert with_gpu <= named <= rules().keys() | derived_rules().keys()


def test_no_job_of_the_cluster_is_shared_by_what_stays_off_the_queue():
    profile = SLURM.read_text(encoding="utf-8")
    wait = re.sub(r"^  # (?=\w+: \w+$)", "  ", profile, flags=re.MULTILINE)
    groups = yaml.safe_load(wait)["groups"]
    assert groups.keys() > yaml.safe_load(profile)["groups"].keys()
    assert groups.keys() <= rules().keys() - local_rules()
    assert {*groups.values()} == yaml.safe_load(wait)["group-components"].keys()


def test_every_rule_that_predicts_takes_all_programs_that_may_read_faces():
    scripts = {path.stem: path.read_text("utf-8") for path in (ROOT / "scripts").glob("*.py")}
    predicting = [name for name, text in scripts.items() if "Predictor(" in text]
    assert len(predicting) > 1
    for rule in predicting:
        for program in ("openface", "pyfaceau"):
            assert rules()[rule].count(f'program_to_predict_with("{program}")') == 2, rule
            assert f"{program}=next(map(Path, paths.{program}), None)" in scripts[rule]


def test_no_rule_runs_code_of_its_own():
    for file in [*RULES, ROOT / "Snakefile"]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"^ +(run|shell):", text, flags=re.MULTILINE)
        assert "lambda" not in text


def test_every_script_says_what_it_is_for():
    for script in (ROOT / "scripts").glob("*.py"):
        assert script.read_text(encoding="utf-8").startswith('"""')


def locked(kind: str = "") -> dict[str, set[str]]:
    """Return the hashes of each pin of a lock for pip."""
    lock = (ROOT / "envs" / f"requirements{kind}.txt").read_text(encoding="utf-8")
    blocks = re.findall(
        r"^(\S+==\S+) ((?:\\\n +--hash=sha256:[0-9a-f]{64} ?)+)", lock, re.MULTILINE
    )
    assert len(blocks) == len(re.findall(r"^[^#\s]", lock, re.MULTILINE)), "each pin has a hash"
    return {pin: set(re.findall(r"sha256:\S+", hashes)) for pin, hashes in blocks}


def test_pip_and_conda_install_the_same_versions_of_the_same_content():
    conda = yaml.safe_load((ROOT / "envs" / "environment.yaml").read_text(encoding="utf-8"))
    pins = [line.split(" --hash=") for line in conda["dependencies"][-1]["pip"]]
    cuda = {f'{pin}; platform_system == "Linux"': of for pin, of in locked("-cuda").items()}
    assert {pin: set(hashes) for pin, *hashes in pins} == locked() | cuda
    assert len(locked()) > 50


def test_a_pytorch_that_is_built_for_the_cpu_alone_is_of_the_same_version():
    ((build, _),) = locked("-cpu").items()
    assert build.partition("+")[0] in locked()


def test_setup_takes_nothing_without_a_hash():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "LOCKED := pip install --quiet --require-hashes" in makefile
    installs = re.findall(r"^.*(?:pip install|LOCKED\)).*$", makefile, flags=re.MULTILINE)
    assert all("LOCKED" in line or "--editable" in line for line in installs)


def test_no_address_of_an_index_is_in_a_lock():
    for file in (ROOT / "envs").glob("*.*"):
        assert "://" not in file.read_text(encoding="utf-8")


def test_the_environment_of_the_tests_is_the_locked_one():
    from importlib.metadata import version

    for name, pinned in (pin.split("==") for pin in locked()):
        assert version(name).partition("+")[0] == pinned  # as in torch 2.13.0+cpu
