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

ERROR_CODES = {403: "GatedRepo", 404: "RepoNotFound"}


class Hub(BaseHTTPRequestHandler):
    """What the hub answers for one model."""

    files: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[list[str]] = []
    is_gated: ClassVar[bool] = False

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
        elif self.path.startswith("/team/model/resolve/") and self.is_gated:
            self.answer(403, b"{}")
        elif self.path.startswith(f"/team/model/resolve/{COMMIT}/") and name in self.files:
            self.answer(200, self.files[name])
        else:
            self.answer(404, b"{}")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        if status in ERROR_CODES:
            self.send_header("X-Error-Code", ERROR_CODES[status])
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def served(monkeypatch):
    """Serve files as the hub's model `team/model`; return the list of what is asked for."""
    Hub.files, Hub.asked, Hub.is_gated = dict(SAFE), [], False
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


def test_only_what_an_encoder_is_read_from_is_fetched(served, tmp_path):
    served.files |= {f"adapter.{number}.safetensors": b"adapter" for number in range(300)}
    served.files |= {
        "tokenizer.json": b"{}",
        "model.fp16.safetensors": b"",
        "flax_model.msgpack": b"",
    }
    served.files["preprocessor_config.json"] = b"{}"
    hub.fetch_model("team/model", "main", tmp_path / "m")
    assert {path.name for path in (tmp_path / "m").iterdir()} == {
        "config.json",
        "preprocessor_config.json",
        "model.safetensors",
    }
    assert not any("adapter" in path or "tokenizer" in path for path in served.asked)


SHARDS = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]


def in_shards(files, shards):
    del files["model.safetensors"]
    weight_map = {str(number): shard for number, shard in enumerate(shards)}
    index = json.dumps({"weight_map": weight_map}).encode()
    files |= dict.fromkeys(SHARDS, b"safe") | {"model.safetensors.index.json": index}


def test_weights_in_shards_come_by_their_index(served, tmp_path):
    in_shards(served.files, SHARDS)
    served.files["model-00001-of-00009.safetensors"] = b"of an earlier version"
    hub.fetch_model("team/model", "main", tmp_path / "m")
    expected = {"config.json", "model.safetensors.index.json", *SHARDS}
    assert {path.name for path in (tmp_path / "m").iterdir()} == expected


@pytest.mark.parametrize("shards", [[], ["../../elsewhere"], [7], [["a"]]])
def test_an_index_that_names_no_shards_is_refused(served, tmp_path, shards):
    in_shards(served.files, shards)
    with pytest.raises(InputError, match="names no files, or other files than there are"):
        hub.fetch_model("team/model", "main", tmp_path / "m")


def test_a_gated_model_says_where_to_ask_and_how_to_log_in(served, tmp_path):
    served.is_gated = True
    with pytest.raises(InputError, match="no access to the model team/model") as error:
        hub.fetch_model("team/model", "main", tmp_path / "m")
    assert f"{hub.api.endpoint}/team/model" in error.value.remedy
    assert "hf auth login" in error.value.remedy


def test_an_id_that_is_none_is_named(served, tmp_path):
    with pytest.raises(InputError, match="the model a b/c/d cannot be had"):
        hub.fetch_model("a b/c/d", "main", tmp_path / "m")


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
