"""Holding back the figures on its use that MediaPipe reports to Google."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

NOWHERE = "http://127.0.0.1:9"
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
EXCEPTIONS = ("NO_PROXY", "no_proxy")


@contextmanager
def hold_back_reports() -> Iterator[None]:
    """Let nothing out over HTTPS within the block, by proxies that lead nowhere."""
    names = (*PROXIES, *EXCEPTIONS)
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ.update(dict.fromkeys(PROXIES, NOWHERE))
    try:
        yield
    finally:
        for name in PROXIES:
            os.environ.pop(name, None)
        os.environ.update(before)
