"""`emofold serve` within a test: the server and the work, without the command around them."""

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from emofold.prediction.bundle import Bundle
from emofold.prediction.predictor import Options
from emofold.serving.answering import Answering
from emofold.serving.app import Desk, make_app
from emofold.serving.line import Line
from emofold.serving.server import answering_requests, open_port
from emofold.serving.start_page import fill_start_page
from emofold.serving.uploads import Limits

TOKEN = secrets.token_urlsafe()


@dataclass
class Served:
    """A server at work, and what is behind it."""

    origin: str
    scratch: Path
    line: Line
    answering: Answering
    desk: Desk

    @property
    def address(self) -> str:
        return f"{self.origin}/{TOKEN}/"

    def send(self, body: Any, name: str = "clip", **options: Any) -> requests.Response:
        """Send a recording, and return the answer, of which nothing more was read than its head."""
        where = f"{self.address}clips"
        return requests.post(
            where, params={"name": name}, data=body, stream=True, timeout=30, **options
        )

    def ask(self, recording: Path) -> dict[str, Any]:
        """Send a recording, and return the last news of it."""
        return [*news(self.send(recording.read_bytes(), recording.name))][-1]

    def page(self, last: dict[str, Any]) -> str:
        """Return the page that the last news name."""
        return requests.get(self.address + last["page"], timeout=30).text

    def files(self) -> list[Path]:
        """Return what lies in the temporary folder."""
        return [*self.scratch.rglob("*")]


def news(response: requests.Response) -> Iterator[dict[str, Any]]:
    """Yield what is told of a recording that was sent."""
    assert response.status_code == 200, response.text
    yield from map(json.loads, response.iter_lines())


@contextmanager
def serving(
    bundle: Bundle,
    scratch: Path,
    *,
    megabytes: int = 50,
    duration: float = 60.0,
    most_waiting: int = 8,
    is_at_work: bool = True,
) -> Iterator[Served]:
    """Serve within the block; where it is not at work, the test lets each turn be answered."""
    line, limits = Line(most_waiting), Limits(megabytes, duration)
    answering = Answering(bundle, Options(), line)
    desk = Desk(line, limits, scratch, fill_start_page(bundle, limits))
    listener = open_port(0)
    with listener, answering_requests(make_app(desk, TOKEN), listener):
        if is_at_work:
            threading.Thread(target=answering.work, daemon=True).start()
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield Served(origin, scratch, line, answering, desk)
