"""The html pages of the report: templates that are filled in and written."""

from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from emofold.files import atomic_write

ASSETS = resources.files("emofold.report") / "templates"


def write_page(path: Path, template: str, **values: Any) -> None:
    """Fill in a template and write it as a page that needs nothing else.

    Parameters
    ----------
    path
        The page to write.
    template
        A file of ``emofold/report/templates``. A rule that writes it has that file as an input,
        since the digest of the code does not see it.
    values
        What the template asks for; text is escaped.
    """
    environment = Environment(
        loader=PackageLoader("emofold.report"), autoescape=True, undefined=StrictUndefined
    )
    environment.policies["json.dumps_kwargs"] = {"allow_nan": False, "separators": (",", ":")}
    page = environment.get_template(template).render(values)
    with atomic_write(path) as partial:
        partial.write_text(page, encoding="utf-8")


def read_asset(name: str) -> str:
    """Return the text of a style sheet or of a script that pages are made of."""
    return (ASSETS / name).read_text(encoding="utf-8")
