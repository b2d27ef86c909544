"""Models are fetched from the hub: whole, safetensors first, or with a clear error."""

import hashlib
import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from emofold.errors import InputError
from emofold.fetch import hub

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SAFE = {"config.json": b"{}", "model.safetensors": b"safe", "pytorch_model.bin": b"pickle"}


class Hub(BaseHTTPRequestHandler):
    """What the hub answers for one model."""

    files: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[list[str]] = []

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        self.asked.append(self.path)
        name = self.path.rsplit("/", maxsplit=1)[-1]
        if self.path.startswith("/api/models/team/model/revision/"):
            siblings = [{"rfilename": file} for file in self.files]
            body = json.dumps({"id": "team/model", "sha": COMMIT, "siblings": siblings}).encode()
            self.answer(200, body)
        elif self.path.startswith(f"/api/models/team/model/tree/{COMMIT}"):
            tree = [
                {"type": "file", "path": file, "size": len(content), "oid": "0"}
                for file, content in self.files.items()
            ]
            self.answer(200, json.dumps(tree).encode())
        elif self.path.startswith(f"/team/model/resolve/{COMMIT}/") and name in self.files:
            self.answer(200, self.files[name])
        else:
            self.answer(404, b"{}")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        if status == 404:
            self.send_header("X-Error-Code", "RepoNotFound")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def served(monkeypatch):
    """Serve files as the hub's model `team/model`; return the list of what is asked for."""
    Hub.files, Hub.asked = dict(SAFE), []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    serve = partial(server.serve_forever, poll_interval=0.01)
    threading.Thread(target=serve, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(hub.api, "endpoint", address)
    yield Hub
    server.shutdown()


def test_a_model_comes_with_its_safetensors_and_without_pickles(served, tmp_path):
    folder = tmp_path / "modèles" / "m"
    hub.fetch_model("team/model", "main", folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "config.json": b"{}",
        "model.safetensors": b"safe",
    }
    assert [path.name for path in folder.parent.iterdir()] == ["m"]


def test_a_model_without_safetensors_comes_as_it_is(served, tmp_path):
    del served.files["model.safetensors"]
    hub.fetch_model("team/model", "main", tmp_path / "m")
    assert (tmp_path / "m" / "pytorch_model.bin").read_bytes() == b"pickle"


def test_a_model_of_another_framework_is_refused(served, tmp_path):
    served.files.clear()
    served.files["config.json"] = b"{}"
    with pytest.raises(InputError, match="no weights of PyTorch"):
        hub.fetch_model("team/model", "main", tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_an_unknown_model_is_named(served, tmp_path):
    with pytest.raises(InputError, match="no model team/other at main on the hub"):
        hub.fetch_model("team/other", "main", tmp_path / "m")


def test_a_hub_that_is_out_of_reach_is_named(served, tmp_path, monkeypatch):
    monkeypatch.setattr(hub.api, "endpoint", "http://127.0.0.1:9")
    with pytest.raises(InputError, match="cannot be had from the hub"):
        hub.fetch_model("team/model", "main", tmp_path / "m")
