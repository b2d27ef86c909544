"""The templates of pages, and the rules that must run again when one changes."""

import re
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from emofold.report.results.page import SCRIPTS, STYLES
from emofold.report.templates import write_page

ROOT = Path(__file__).parents[2]
INPUT_OF = {
    "write_table_page(": "template=TABLE_PAGE",
    "write_clips_page(": "template=CLIPS_PAGE",
    "write_data_page(": "template=DATA_PAGE",
    "write_results_page(": "template=RESULTS_PAGE",
}


def rules_that_call(function):
    """The text of each rule whose script calls a function, by the name of the rule."""
    text = "\n".join(file.read_text("utf-8") for file in (ROOT / "workflow/rules").glob("*.smk"))
    rules = dict(re.findall(r"^ *rule (\w+):\n(.*?)(?=^\S|\Z)", text, re.DOTALL | re.MULTILINE))
    scripts = [ROOT / f"scripts/{rule}.py" for rule in rules]
    calling = [script.stem for script in scripts if function in script.read_text("utf-8")]
    return {rule: rules[rule] for rule in calling}


@pytest.mark.parametrize(("function", "template"), INPUT_OF.items())
def test_a_template_is_an_input_of_each_rule_that_fills_it_in(function, template):
    rules = rules_that_call(function)
    assert rules
    assert [rule for rule, text in rules.items() if template not in text] == []


def test_every_part_of_the_page_of_the_results_is_an_input_of_its_rule():
    rules = (ROOT / "workflow/rules/report.smk").read_text(encoding="utf-8")
    (parts,) = re.findall(r"^RESULTS_PAGE = \[(.*?)^\]", rules, re.DOTALL | re.MULTILINE)
    assert {*re.findall(r'"([\w.]+)"', parts)} == {
        "results_page.html",
        *STYLES,
        *SCRIPTS,
    }


def test_a_value_that_a_template_lacks_is_an_error_and_writes_nothing(tmp_path):
    with pytest.raises(UndefinedError):
        write_page(tmp_path / "page.html", "clips_page.html", title="T")
    with pytest.raises(TemplateNotFound):
        write_page(tmp_path / "page.html", "no_page.html")
    assert not list(tmp_path.iterdir())
