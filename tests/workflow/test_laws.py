"""The laws of the house, so that whoever knows one rule knows them all."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RULES = sorted((ROOT / "workflow" / "rules").glob("*.smk"))
WANTED = ["input", "output", "log", "benchmark", "params", "threads", "resources", "conda"]
WANTED += ["message", "script"]
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


def test_no_rule_runs_code_of_its_own():
    for file in [*RULES, ROOT / "Snakefile"]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"^ +(run|shell):", text, flags=re.MULTILINE)
        assert "lambda" not in text


def test_every_script_says_what_it_is_for():
    for script in (ROOT / "scripts").glob("*.py"):
        assert script.read_text(encoding="utf-8").startswith('"""')


def test_the_two_forms_of_the_environment_hold_the_same_versions():
    lock = (ROOT / "envs" / "requirements.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^([A-Za-z0-9._-]+==\S+)", lock, flags=re.MULTILINE)
    conda = yaml.safe_load((ROOT / "envs" / "environment.yaml").read_text(encoding="utf-8"))
    assert conda["dependencies"][-1]["pip"] == pinned
    assert len(pinned) > 50


def test_the_environment_of_the_tests_is_the_locked_one():
    from importlib.metadata import version

    lock = (ROOT / "envs" / "requirements.txt").read_text(encoding="utf-8")
    for name, pinned in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock, flags=re.MULTILINE):
        assert version(name).partition("+")[0] == pinned  # as in torch 2.13.0+cpu
