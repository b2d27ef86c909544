"""The addresses of the page: what is shown, what is taken, and what is told of it."""

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from emofold.errors import InputError, refuse_by_system
from emofold.serving.guard import HOSTS, SafeHeaders, TokenWanted
from emofold.serving.line import Line, LineIsFullError, Turn
from emofold.serving.start_page import StartPage
from emofold.serving.uploads import Limits, TooLargeError, receive

LOOK_EVERY = 0.2  # seconds
MOST_PAGES = 10
OF_THE_START = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; media-src blob:; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
OF_A_CLIP = (
    "sandbox allow-scripts allow-downloads; frame-ancestors 'self'; default-src 'none'; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; media-src data: blob:"
)
STATUS = {TooLargeError: 413, InputError: 422, LineIsFullError: 503}
GONE = 499
UNFORESEEN = 500
FULL_DISK = 507

logger = logging.getLogger(__name__)


@dataclass
class Pages:
    """The pages that were made last, in memory alone, until they are forgotten."""

    _kept: dict[str, bytes] = field(default_factory=dict)

    def keep(self, page: bytes) -> str:
        """Keep a page, in the place of the oldest where there are many, and return its name."""
        name = secrets.token_urlsafe()
        self._kept[name] = page
        while len(self._kept) > MOST_PAGES:
            self.forget(next(iter(self._kept)))
        return name

    def find(self, name: str) -> bytes | None:
        """Return a page, unless it was forgotten."""
        return self._kept.get(name)

    def forget(self, name: str) -> None:
        """Keep a page no longer."""
        self._kept.pop(name, None)


@dataclass(frozen=True)
class Desk:
    """Takes recordings, tells how far they are, and gives out their pages.

    Attributes
    ----------
    line
        Where recordings wait.
    limits
        How much is taken.
    scratch
        Where files are while they are needed.
    start
        The page that is shown first.
    pages
        The pages about recordings.
    """

    line: Line
    limits: Limits
    scratch: Path
    start: StartPage
    pages: Pages = field(default_factory=Pages)

    async def show_start(self, _: Request) -> Response:
        """Show the page that takes recordings."""
        return HTMLResponse(self.start.html, headers={"Content-Security-Policy": OF_THE_START})

    async def show_asset(self, request: Request) -> Response:
        """Give out the style or the script of that page."""
        name = request.path_params["asset"]
        if name not in self.start.assets:
            return Response(status_code=404)
        return Response(self.start.assets[name], media_type=self.start.media_types[name])

    async def take(self, request: Request) -> Response:
        """Take a recording as the body of a request, and tell how far it is until it has a page."""
        self.line.check_room()
        name = request.query_params.get("name", "recording")
        stated = int(request.headers.get("content-length", 0))
        turn = await receive(request.stream(), name, stated, self.limits, self.scratch)
        try:
            self.line.join(turn)
        except LineIsFullError:
            turn.discard()
            raise
        return StreamingResponse(self._follow(turn), media_type="application/x-ndjson")

    async def show_page(self, request: Request) -> Response:
        """Show the page about a recording."""
        page = self.pages.find(request.path_params["page"])
        if page is None:
            return Response(status_code=404)
        return HTMLResponse(page, headers={"Content-Security-Policy": OF_A_CLIP})

    async def forget_page(self, request: Request) -> Response:
        """Forget the page about a recording."""
        self.pages.forget(request.path_params["page"])
        return Response(status_code=204)

    async def _follow(self, turn: Turn) -> AsyncIterator[str]:
        """Yield a line whenever a turn has got on; who stops reading gives it up."""
        told: dict[str, Any] = {}
        try:
            while not turn.is_over:
                if (news := self.line.describe(turn)) != told:
                    told = news
                    yield _as_line(news)
                await asyncio.sleep(LOOK_EVERY)
            yield _as_line({"stage": turn.stage, **self._conclude(turn)})
        finally:
            self.line.leave(turn)

    def _conclude(self, turn: Turn) -> dict[str, str]:
        if turn.page:
            return {"page": f"pages/{self.pages.keep(turn.page)}"}
        return _explain(turn.error) if turn.error else {}


def make_app(desk: Desk, token: str) -> ASGIApp:
    """Return what answers the requests of those who know a token.

    Parameters
    ----------
    desk
        What there is to do.
    token
        The first part of every address.
    """
    routes = [
        Route("/", desk.show_start),
        Route("/clips", desk.take, methods=["POST"]),
        Route("/pages/{page}", desk.show_page),
        Route("/pages/{page}", desk.forget_page, methods=["DELETE"]),
        Route("/{asset}", desk.show_asset),
    ]
    app = Starlette(
        routes=[Mount("/{token}", routes=routes)],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False),
            Middleware(TokenWanted, token=token),
        ],
        exception_handlers={
            InputError: _refuse,
            OSError: _refuse_by_system,
            ClientDisconnect: _let_go,
            Exception: _confess,
        },
    )
    return SafeHeaders(app)


def _explain(error: InputError) -> dict[str, str]:
    return {"found": error.found, "expected": error.expected, "remedy": error.remedy}


def _as_line(news: dict[str, Any]) -> str:
    return json.dumps(news) + "\n"


async def _refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    return JSONResponse(_explain(error), STATUS.get(type(error), STATUS[InputError]))


async def _refuse_by_system(_: Request, error: Exception) -> Response:
    return JSONResponse(_explain(refuse_by_system(error)), FULL_DISK)


async def _confess(_: Request, error: Exception) -> Response:
    logger.error("unexpected error", exc_info=error)
    reason = InputError(
        f"an error that nobody foresaw ({type(error).__name__}: {error})",
        "a recording, or a page",
        "start it as `emofold --log serve.log serve …`; its log then has the reason",
    )
    return JSONResponse(_explain(reason), UNFORESEEN)


async def _let_go(_: Request, __: Exception) -> Response:
    return Response(status_code=GONE)
