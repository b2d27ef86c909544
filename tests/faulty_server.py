"""A web server on loopback that answers well, or in the way that is next in its plan."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote

LENGTHS = {"odd length": "many", "negative length": "-5", "absurd length": "9" * 30}


class FaultyServer(ThreadingHTTPServer):
    """A server with files.

    Attributes
    ----------
    files
        The content of each file, by its path.
    plans
        What happens to the next requests for a file: a status, a status with headers, "cut",
        "ignoring the range", "another range", "no length",
        "a piece" of what a range says, or one of :data:`LENGTHS`. When a plan is at its
        end, all goes well.
    asked
        The ranges that were asked for, by path.
    sent
        How many bytes each answer had.
    agents
        The programs that asked.
    """

    daemon_threads = True

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = dict(files)
        self.plans: dict[str, list[Any]] = defaultdict(list)
        self.asked: dict[str, list[str | None]] = defaultdict(list)
        self.sent: list[int] = []
        self.agents: set[str | None] = set()
        self.url = f"http://127.0.0.1:{self.server_port}"


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[FaultyServer]:
    """Serve files until the block ends."""
    with FaultyServer(files) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: FaultyServer

    def do_GET(self) -> None:
        server, path = self.server, unquote(self.path).lstrip("/")
        server.asked[path].append(self.headers.get("Range"))
        server.agents.add(self.headers.get("User-Agent"))
        plan = server.plans[path]
        fault = plan.pop(0) if plan else None
        body = server.files.get(path)
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        if body is None:
            self._answer(404, b"no such file")
        elif isinstance(fault, int):
            self._answer(fault, b"not now")
        elif isinstance(fault, tuple):
            self._answer(fault[0], b"not now", headers=fault[1])
        elif fault == "ignoring the range" or not start:
            self._answer(200, body, fault)
        elif start >= len(body):
            self._answer(416, b"", headers={"Content-Range": f"bytes */{len(body)}"})
        else:
            start = 0 if fault == "another range" else start
            sent = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
            end = start + 1000 if fault == "a piece" else None
            self._answer(206, body[start:end], headers=sent)

    def _answer(
        self,
        status: int,
        body: bytes,
        fault: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        length = LENGTHS.get(str(fault), str(len(body)))
        sent = body[: len(body) // 2] if fault == "cut" else body
        self.send_response(status)
        if fault != "no length":
            self.send_header("Content-Length", length)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.server.sent.append(len(sent))
        with suppress(ConnectionError):  # of a client that has seen enough
            self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        """Keep the output of the tests free of requests."""
