"""The published files may come over http, with the same checksums as a local copy."""

import functools
import http.server
import threading
from collections.abc import Iterator

import pytest

from emofold.corpora.published_files import MEANS_FILE

pytestmark = pytest.mark.workflow


class Silent(http.server.SimpleHTTPRequestHandler):
    """A web server that does not write to the terminal."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(project) -> Iterator[object]:
    """A project whose published files are on a web server."""
    handler = functools.partial(Silent, directory=str(project.folder / "published"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        project.configure(published=project.config["published"] | {"source": address})
        yield project
        server.shutdown()


def run(project, *arguments):
    return project.run(*arguments, "--", "fetch", "results/mini/face/means/published.parquet")


def test_a_run_fetches_what_it_needs_once_and_refuses_other_bytes(served):
    means = served.folder / "published" / MEANS_FILE
    right = means.read_text(encoding="utf-8")
    means.write_text(right + " ", encoding="utf-8")
    outcome = run(served)
    assert outcome.code != 0
    assert "SHA-256" in outcome.output
    assert not list((served.folder / "resources").rglob("*.csv"))

    means.write_text(right, encoding="utf-8")
    outcome = run(served)
    assert outcome.code == 0, outcome.output
    downloads = served.folder / "resources/published/miniature"
    assert (downloads / MEANS_FILE).is_file()
    assert not list(downloads.rglob("*.part"))

    elsewhere = {"source": "http://127.0.0.1:9", "posteriors": ["wav2vec2-finetuned"]}
    served.configure(published=served.config["published"] | elsewhere)
    outcome = run(served, "--dry-run")
    assert outcome.code == 0, outcome.output
    assert outcome.jobs == {}
