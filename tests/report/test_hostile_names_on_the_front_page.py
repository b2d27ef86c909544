"""The front page is rendered by Jinja and docutils once more: no name may be markup to either."""

from types import SimpleNamespace

import pandas as pd
import pytest
from docutils import nodes
from docutils.core import publish_doctree, publish_parts
from docutils.parsers.rst.directives.misc import Include, Raw
from jinja2 import Environment

from emofold.errors import printable
from emofold.report.front_page import escaped
from front_pages import COMPARISON, SYSTEMS, page_of

LINKS = "\n\n.. _Workflow: javascript:show_panel('workflow')\n"
HOSTILE = [
    "{{ steal() }}",
    "{{steal()}}",
    "{% set x = steal() %}",
    "{%- if steal() -%}",
    "{# hidden #}",
    "\\{{ steal() }}",
    "{",
    "%}",
    "}}",
    "\\",
    "ends in \\\\",
    "a\n\n.. include:: secret.txt\n\nb",
    "a\r\n\r\n.. include:: secret.txt\r\n",
    "a\u2028\u2028.. include:: secret.txt",
    "a\x85\x85.. raw:: html\x85\x85   <script>steal()</script>",
    "a\x0b\x0c.. include:: secret.txt",
    ".. include:: secret.txt",
    "::\n\n   code",
    "Title\n=====",
    "`link <javascript:steal()>`_",
    "http://steal.example/x",
    "me@steal.example",
    "Workflow_",
    "`Workflow`__",
    "[1]_ |secret| _`target`",
    ":raw:`x` :math:`1`",
    "*a* **b** ``c``",
    "- a",
    "1. a",
    "<script>steal()</script>",
    "ümläut 你好 🙂",
]


def shown(name):
    """Return a name as a reader should see it."""
    return " ".join(
        "".join(" " if sign in "\n\r\u2028\x85\x0b\x0c" else sign for sign in name).split()
    )


def as_snakemake_does(page):
    """Render the page as Snakemake does for its report."""
    stolen = []
    environment = Environment(trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - as it has it
    template = environment.from_string(page + LINKS)
    rendered = template.render(
        steal=lambda: stolen.append(1), snakemake=SimpleNamespace(config={}), categories={}
    )
    assert not stolen
    return rendered


def odd_row(name):
    return {
        **{"corpus": name, "kind": "absent emotion", "what": f"no clip shows {name}"},
        **{"meaning": name, "clips": 0, "examples": name},
    }


def page_with(name):
    systems = {**SYSTEMS, name: ("speech", 99.0)}
    return page_of(
        systems,
        transductive=["svc", name],
        cross_fitted=["mlp-80", name],
        comparison=COMPARISON.assign(system=name),
        title=name,
        protocol="nested",
        note=f"n{name}n",
        oddities=pd.DataFrame([odd_row(name), odd_row(f"b{name}")]),
        failures=pd.DataFrame({"clip": [name]}),
    )


@pytest.fixture
def inserted(monkeypatch, tmp_path):
    """The files and raw text that a page inserts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.txt").write_text("the secret")
    found = []
    for directive in (Include, Raw):
        monkeypatch.setattr(directive, "run", lambda self: found.append(self) or [])
    return found


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_name_is_shown_as_it_is_and_does_nothing(name, inserted):
    page = page_with(name)
    rendered = as_snakemake_does(page)
    settings = {"halt_level": 2, "report_level": 2}
    document = publish_doctree(rendered, settings_overrides=settings)
    assert not inserted
    assert not [*document.findall(nodes.reference)]
    assert not [*document.findall(nodes.raw)]
    bullets = [item.astext() for item in document.findall(nodes.list_item)]
    assert len(bullets) == 7
    note = next(document.findall(nodes.strong)).astext()
    told = [" ".join(said.split()) for said in (note, *bullets)]
    for place in (0, 4, 5, 6, 7):
        assert shown(name) in told[place] or shown(printable(name)) in told[place]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_the_page_in_html_holds_no_tag_of_a_name(name, inserted):
    html = publish_parts(as_snakemake_does(page_with(name)), writer="html")["html_body"]
    assert "<script" not in html
    assert "javascript:steal" not in html.replace("&lt;", "<") or "href" not in html
    assert not inserted


def test_what_is_escaped_reads_the_same():
    plain = "Größe 1.5, (a/b); c+d-e=f"
    assert escaped(plain) == plain
