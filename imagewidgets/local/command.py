"""``imagewidgets serve``: its options, and what they mean.

What is heavy is imported when the server starts, so ``imagewidgets --help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TypeVar

from imagewidgets.local.chaos import Fault, parse_duration
from imagewidgets.local.engines import ENGINES

API_KEY_VARIABLE = "IMAGEWIDGETS_API_KEY"
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
LINE = 64  # requests that wait for their turn
LOG_LEVELS = ("debug", "info", "warning", "error")

Value = TypeVar("Value")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give the parser of ``serve`` its options."""
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="where to listen (default: %(default)s, this machine only)")
    add("--port", type=int, default=8000, help="0 takes a free one (default: %(default)s)")
    add(
        "--engine", default="sketch", help=f"what makes the pictures: {', '.join(ENGINES)}, or module:Class of your own"
    )
    add(
        "--api-key", help=f"what clients must send; in {API_KEY_VARIABLE} the other users of this machine cannot see it"
    )
    add("--lenient", action="store_true", help="take what can be taken where the real service refuses")

    load = parser.add_argument_group("load")
    load.add_argument("--workers", type=_count, help="requests worked on at once (default: one a processor)")
    load.add_argument(
        "--queue", type=_count, default=LINE, help="requests that wait; more get 429 (default: %(default)s)"
    )

    reach = parser.add_argument_group("who may reach it", "Numbers and localhost always may; web pages never, but for:")
    reach.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="a name it is reached by; * any"
    )
    reach.add_argument(
        "--cors",
        action="append",
        nargs="?",
        const="*",
        default=[],
        metavar="ORIGIN",
        help="pages that may ask; all if bare",
    )
    reach.add_argument(
        "--proxy", action="append", default=[], metavar="ADDRESS", help="whose X-Forwarded-* headers are believed"
    )

    chaos = parser.add_argument_group("misbehaviour on purpose")
    chaos.add_argument(
        "--fail",
        action="append",
        type=_told_by(Fault.parse),
        default=[],
        metavar="rate=0.2,status=429",
        help="fail a share of the requests for pictures; may be given several times",
    )
    chaos.add_argument(
        "--latency", type=_told_by(parse_duration), default=0.0, metavar="2s", help="hold each of them up"
    )

    log = parser.add_argument_group("log")
    log.add_argument(
        "--log-level", choices=LOG_LEVELS, default="info", help="info has a line for each request (default)"
    )
    log.add_argument("--log-prompts", action="store_true", help="let prompts stand in the log")


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl+C.

    Raises
    ------
    argparse.ArgumentTypeError
        An option makes no sense.
    imagewidgets.local.serve.ServeError
        The server cannot listen there.
    """
    from imagewidgets.local.engines import UnknownEngineError
    from imagewidgets.local.serve import serve

    if options.api_key is not None and not options.api_key.strip():
        raise argparse.ArgumentTypeError("--api-key is empty. Give a key, or leave it out.")
    api_key = options.api_key or os.environ.get(API_KEY_VARIABLE) or None
    if api_key is None and options.host not in THIS_MACHINE:
        sys.stderr.write(
            f"imagewidgets: everyone who can reach {options.host} can use this server. Set {API_KEY_VARIABLE} to ask "
            "for a key.\n"
        )
    if ":" in options.engine:
        sys.path.insert(0, "")  # where a person's own module is: the folder that they are in
    try:
        serve(
            host=options.host,
            port=options.port,
            engine=options.engine,
            api_key=api_key,
            lenient=options.lenient,
            workers=options.workers,
            line=options.queue,
            hosts=options.allow_host,
            origins=options.cors,
            proxies=options.proxy,
            faults=options.fail,
            latency=options.latency,
            log_level=options.log_level,
            log_prompts=options.log_prompts,
            ready=_tell_address,
        )
    except UnknownEngineError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return 0


def _tell_address(url: str) -> None:
    # Flushed: a program that started us waits for this line.
    sys.stdout.write(f"imagewidgets serves the Images API at {url}\n")
    sys.stdout.flush()


def _told_by(parse: Callable[[str], Value]) -> Callable[[str], Value]:
    """Return a parser whose own words reach the person: argparse shows those of this one error only."""

    def parsed(text: str) -> Value:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parsed


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1.")
    return int(text)
