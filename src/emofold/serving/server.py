"""The server: on this machine alone, in a thread beside the work."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from emofold.errors import InputError

LOOPBACK = "127.0.0.1"
GRACE = 3.0  # seconds


def open_port(port: int) -> socket.socket:
    """Return a socket that listens on loopback.

    Parameters
    ----------
    port
        The port; 0 for one that is free.

    Raises
    ------
    InputError
        When the port cannot be had.
    """
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise InputError(
            f"port {port}, which cannot be had ({os.strerror(error.errno or 0)})",
            "a free port",
            "name another, or leave --port out, and a free one is taken",
        ) from error


@contextmanager
def answering_requests(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """Have an app answer within the block; open connections are closed at its end.

    Signals are left to the main thread.
    """
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",  # the app has its own words for errors
        access_log=False,  # which would show the token
        proxy_headers=False,
        server_header=False,
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            if not thread.is_alive():
                raise RuntimeError("the server ended before it answered")
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join(GRACE)
