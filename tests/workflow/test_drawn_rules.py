"""The drawing of the rules in the README is that of the workflow."""

import re
import xml.etree.ElementTree as ET

import pytest

from workflow_project import ROOT

pytestmark = pytest.mark.workflow

TARGETS = ["results/demo/evaluation/metrics.parquet", "results/demo/model"]
SVG = "{http://www.w3.org/2000/svg}"


def planned(project):
    """Return the rules that Snakemake plans, and which of them follows which."""
    (project.folder / "mini.yaml").write_text("{}", encoding="utf-8")
    text = project.run("--rulegraph", "--", *TARGETS).output
    rules = dict(re.findall(r'(\d+)\[label = "(\w+)"', text))
    return set(rules.values()), {
        (rules[one], rules[other]) for one, other in re.findall(r"(\d+) -> (\d+)", text)
    }


def drawn():
    """Return the same of the drawing."""
    rules, edges = {}, []
    for group in ET.parse(ROOT / "docs/rules.svg").iter(f"{SVG}g"):  # noqa: S314 - it is our own
        title = group.find(f"{SVG}title")
        if group.get("class") == "node":
            rules[title.text] = group.find(f"{SVG}text").text
        elif group.get("class") == "edge":
            edges.append(title.text.split("->"))
    return set(rules.values()), {(rules[one], rules[other]) for one, other in edges}


def reachable(edges):
    """Return which rule follows which, directly or through others."""
    found = set(edges)
    while longer := {(a, d) for a, b in found for c, d in edges if b == c} - found:
        found |= longer
    return {(one, other) for one, other in found if one != other}


def test_every_rule_is_drawn_and_follows_those_that_it_needs(project):
    rules, edges = planned(project)
    drawn_rules, drawn_edges = drawn()
    assert len(rules) > 10
    assert drawn_rules == rules
    assert reachable(drawn_edges) == reachable(edges)
