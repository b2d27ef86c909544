"""``emofold serve``: a page on this machine that takes recordings and answers with their pages."""

import argparse
import secrets
import socket
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from emofold.commands.bundle_options import add_bundle_options, make_options
from emofold.commands.predict import parse_duration
from emofold.errors import InputError, printable
from emofold.face.reports import hold_back_reports

HIGHEST_PORT = 65535
SCRATCH = "emofold-serve-"
DESCRIPTION = """\
Open a page on this machine that takes a video or sound file, or records one by camera and
microphone, and shows the page about it that `emofold predict` makes. It answers this machine alone,
and only those who know its address. No recording leaves the machine; each is deleted as soon as its
page is made. Ctrl-C ends it."""


def add(commands: Any) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "serve",
        help="a page that takes recordings, on this machine alone",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_bundle_options(parser)
    parser.add_argument(
        "--port",
        type=parse_port,
        default=0,
        metavar="N",
        help="the port of the address (default: one that is free)",
    )
    parser.add_argument(
        "--max-size",
        type=parse_megabytes,
        default=500,
        metavar="MB",
        help="how large a file may be, in megabytes (default: 500)",
    )
    parser.add_argument(
        "--max-length",
        type=parse_duration,
        default=300.0,
        metavar="300s",
        help="how long a recording may be (default: 300s)",
    )
    parser.set_defaults(run=run, means=None)


def parse_port(text: str) -> int:
    """Return the number of a port."""
    if not (text.isascii() and text.isdigit() and int(text) <= HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port, a number up to {HIGHEST_PORT}")
    return int(text)


def parse_megabytes(text: str) -> int:
    """Return a number of megabytes."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of megabytes, such as 500")
    return int(text)


def run(arguments: argparse.Namespace) -> NoReturn:
    """Answer requests until the process is asked to end."""
    _check_extra()
    from emofold.runtime.scratch import scratch_folder  # noqa: PLC0415
    from emofold.serving.server import open_port  # noqa: PLC0415

    parent = Path(tempfile.gettempdir())
    with (
        hold_back_reports(),
        open_port(arguments.port) as listener,
        scratch_folder(parent, SCRATCH) as scratch,
    ):
        print(f"Loading {printable(str(arguments.model))}", flush=True)
        _answer(arguments, listener, scratch)


def _answer(arguments: argparse.Namespace, listener: socket.socket, scratch: Path) -> NoReturn:
    from emofold.prediction.bundle import Bundle  # noqa: PLC0415
    from emofold.serving.answering import Answering  # noqa: PLC0415
    from emofold.serving.app import Desk, make_app  # noqa: PLC0415
    from emofold.serving.line import Line  # noqa: PLC0415
    from emofold.serving.server import answering_requests  # noqa: PLC0415
    from emofold.serving.start_page import fill_start_page  # noqa: PLC0415
    from emofold.serving.uploads import Limits  # noqa: PLC0415

    bundle, line = Bundle.load(arguments.model), Line()
    answering = Answering(bundle, make_options(arguments), line)
    limits, token = Limits(arguments.max_size, arguments.max_length), secrets.token_urlsafe()
    app = make_app(Desk(line, limits, scratch, fill_start_page(bundle, limits)), token)
    with answering_requests(app, listener):
        host, port = listener.getsockname()
        print("Open this address in a browser of this machine; ctrl-C ends it:")
        print(f"\n  http://{host}:{port}/{token}/\n", flush=True)
        answering.work()


def _check_extra() -> None:
    try:
        import starlette  # noqa: F401, PLC0415
        import uvicorn  # noqa: F401, PLC0415
    except ModuleNotFoundError as error:
        raise InputError(
            f"the command `serve`, but no package {error.name}",
            "the extra `serve` of emofold",
            "run pip install 'emofold[serve]'",
        ) from error
