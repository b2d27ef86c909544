"""Html pages: templates that are filled in and written, and what they are made of."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from emofold.files import atomic_write

ASSETS = resources.files("emofold.report") / "templates"


def write_page(path: Path, template: str, folder: Traversable = ASSETS, **values: Any) -> None:
    """Fill in a template and write it as a page that needs nothing else.

    Parameters
    ----------
    path
        The page to write.
    template, folder
        A file, and where it lies. A rule that writes it has that file as an input, since the
        digest of the code does not see it.
    values
        What the template asks for; text is escaped.
    """
    page = fill_in(template, folder, **values)
    with atomic_write(path) as partial:
        partial.write_text(page, encoding="utf-8")


def fill_in(template: str, folder: Traversable = ASSETS, **values: Any) -> str:
    """Return a page; see :func:`write_page`. It may include files of the report's templates."""

    def find(name: str) -> str | None:
        places = (place for place in (folder, ASSETS) if (place / name).is_file())
        return next((read_asset(name, place) for place in places), None)

    environment = Environment(
        loader=FunctionLoader(find), autoescape=True, undefined=StrictUndefined
    )
    environment.policies["json.dumps_kwargs"] = {"allow_nan": False, "separators": (",", ":")}
    return environment.get_template(template).render(values)


def read_asset(name: str, folder: Traversable = ASSETS) -> str:
    """Return the text of a template, a style sheet or a script that pages are made of."""
    return (folder / name).read_text(encoding="utf-8")
