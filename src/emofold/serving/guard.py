"""What every request must show, and what every answer says to the browser."""

import secrets
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ["127.0.0.1", "localhost"]
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'; sandbox"
LOST = "Nothing is here. Open the address that `emofold serve` has printed.\n"


class SafeHeaders:
    """Tells the browser to keep nothing, to send nothing elsewhere, and to run nothing by default.

    Parameters
    ----------
    app
        What answers; its own Content-Security-Policy stays.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with these headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Content-Security-Policy", NOTHING_ALLOWED)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class TokenWanted:
    """Lets through those alone who name the token as the first part of the path.

    Parameters
    ----------
    app
        What answers them.
    token
        The token.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._token = app, token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say that nothing is there."""
        named = scope["path"].removeprefix("/").partition("/")[0]
        is_known = secrets.compare_digest(named.encode(), self._token)
        answer = self._app if is_known else PlainTextResponse(LOST, 404)
        await answer(scope, receive, send)
