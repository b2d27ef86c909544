"""The published files may come over http, with the same checksums as a local copy."""

import functools
import http.server
import threading
from collections.abc import Iterator

import pytest

import miniature
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


def test_a_run_fetches_what_it_needs_and_keeps_it(served):
    assert served.run().code == 0
    downloads = served.folder / "resources" / "published" / "miniature"
    assert (downloads / MEANS_FILE).is_file()
    assert not list(downloads.rglob("*.part"))
    assert served.planned() == {}

    other_address = {"source": "http://127.0.0.1:9"}
    served.configure(published=served.config["published"] | other_address)
    assert served.planned() == {}

    fewer_models = {"posteriors": ["wav2vec2-finetuned"]}
    served.configure(published=served.config["published"] | fewer_models)
    assert "fetch_published" not in served.planned()


def test_a_file_with_other_bytes_than_the_manifest_says_is_refused(served):
    published = served.folder / "published"
    miniature.write(published / MEANS_FILE, (published / MEANS_FILE).read_text() + " ")
    outcome = served.run()
    assert outcome.code != 0
    assert "SHA-256" in outcome.output
    assert not list((served.folder / "resources").rglob("*.csv"))
