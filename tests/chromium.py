"""A headless Chromium that opens a page, types, clicks, and says what the page then shows."""

import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

READS, WRITES = 3, 4  # where --remote-debugging-pipe listens and answers
ANSWER_SECONDS = 60
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
SWITCHES += ["--disable-background-networking", "--disable-component-update", "--disable-quic"]
SWITCHES += ["--autoplay-policy=no-user-gesture-required", "--mute-audio", "--hide-scrollbars"]
KEY_CODES = {"ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, "PageUp": 33, "Tab": 9}
KEY_CODES |= {"Enter": 13}
FAKE_MEDIA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


class Chromium:
    """A browser with one page, driven by the DevTools protocol."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._rest, self._number = b"", 0
        self._session: str | None = None
        self.complaints: list[str] = []
        self.requests: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask for something of the protocol, and wait for the answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next_message()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def open(
        self, page: Path | str, width: int = 1280, height: int = 900, scheme: str = "light"
    ) -> None:
        """Open a page, by its file or its address, in a window of some size, light or dark."""
        self.resize(width, height)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.call("Emulation.setEmulatedMedia", features=[feature])
        self.complaints.clear()
        self.requests.clear()
        self.call("Page.navigate", url=page if isinstance(page, str) else page.as_uri())
        self.wait_for("document.readyState === 'complete'")

    def resize(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            **{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def value(self, expression: str) -> Any:
        """Return the value of an expression in the page; a promise is waited for."""
        outcome = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in outcome, outcome["exceptionDetails"]
        return outcome["result"].get("value")

    def wait_for(self, condition: str, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not self.value(f"!!({condition})"):
            assert time.monotonic() < end, f"waited in vain for {condition}"
            time.sleep(0.05)

    def text(self, selector: str) -> str:
        """Return what an element says, with single spaces."""
        return self.value(
            f"document.querySelector({json.dumps(selector)}).textContent.trim()"
            ".replace(/\\s+/g, ' ')"
        )

    def click(self, selector: str, share: float = 0.5) -> None:
        """Press and release the mouse on an element, at a share of its width."""
        x, y = self._place(selector, share)
        self._mouse("mousePressed", x, y)
        self._mouse("mouseReleased", x, y)

    def drag(self, selector: str, start: float, end: float) -> None:
        """Press the mouse at one share of an element's width and release it at another."""
        self._mouse("mousePressed", *self._place(selector, start))
        for share in ((start + end) / 2, end):
            self._mouse("mouseMoved", *self._place(selector, share))
        self._mouse("mouseReleased", *self._place(selector, end))

    def press(self, key: str, text: str = "") -> None:
        """Press and release a key."""
        pressed = {"key": key, "code": key, "windowsVirtualKeyCode": KEY_CODES.get(key, 32)}
        self.call("Input.dispatchKeyEvent", type="keyDown", **pressed, text=text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **pressed)

    def drop(self, file: Path, selector: str) -> None:
        """Drag a file onto an element, and drop it there."""
        x, y = self._place(selector, 0.5)
        data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.call("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def choose(self, selector: str, file: Path) -> None:
        """Choose a file where a page asks for one."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(file)])

    def _place(self, selector: str, share: float) -> tuple[float, float]:
        return tuple(
            self.value(
                "(() => { const element = document.querySelector(" + json.dumps(selector) + ");"
                "element.scrollIntoView({block: 'center'});"
                "const box = element.getBoundingClientRect();"
                f"return [box.left + {share} * box.width, box.top + box.height / 2]; }})()"
            )
        )

    def _mouse(self, kind: str, x: float, y: float) -> None:
        self.call(
            "Input.dispatchMouseEvent",
            **{"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1},
        )

    def _next_message(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._answers], [], [], ANSWER_SECONDS)
            assert ready, f"chromium did not answer within {ANSWER_SECONDS} s"
            read = os.read(self._answers, 1 << 20)
            assert read, "chromium ended"
            self._rest += read
        first, self._rest = self._rest.split(b"\0", 1)
        message = json.loads(first)
        self._note(message.get("method"), message.get("params", {}))
        return message

    def _note(self, event: str | None, parameters: dict[str, Any]) -> None:
        if event == "Runtime.exceptionThrown":
            self.complaints.append(str(parameters["exceptionDetails"]))
        elif event == "Log.entryAdded" and parameters["entry"]["level"] in ("warning", "error"):
            self.complaints.append(parameters["entry"]["text"])
        elif event == "Runtime.consoleAPICalled":
            self.complaints.append(str(parameters["args"]))
        elif event == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"][:100])


@contextmanager
def started(profile: Path, *switches: str) -> Iterator[Chromium]:
    """Start Chromium with a profile of its own, and end it; without one, skip the test."""
    program = shutil.which("chromium")
    if program is None and "CI" not in os.environ:
        pytest.skip("no chromium to open the page with")
    assert program, "continuous integration installs chromium"
    (listens, commands), (answers, tells) = _pipe(), _pipe()
    log = str(profile.with_suffix(".log"))
    process = os.posix_spawn(
        program,
        [program, *SWITCHES, *switches, "--remote-debugging-pipe", f"--user-data-dir={profile}"],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, listens, READS),
            (os.POSIX_SPAWN_DUP2, tells, WRITES),
            (os.POSIX_SPAWN_OPEN, 2, log, os.O_WRONLY | os.O_CREAT, 0o600),
        ],
        setpgroup=0,
    )
    os.close(listens)
    os.close(tells)
    try:
        yield Chromium(commands, answers)
    finally:
        os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(commands)
        os.close(answers)


def _pipe() -> tuple[int, int]:
    """Return the ends of a pipe, with numbers that are not `READS` or `WRITES`."""
    ends = os.pipe()
    clear = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, WRITES + 1) for end in ends)
    for end in ends:
        os.close(end)
    return clear
