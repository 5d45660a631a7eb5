"""The command line: ``imagewidgets serve | generate | edit | variation``.

What is heavy is imported when a command needs it, so ``imagewidgets --help`` answers at once.
"""

from __future__ import annotations

import argparse
import re
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from imagewidgets import __version__
from imagewidgets.errors import ImagesError
from imagewidgets.local import command

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.client import Client
    from imagewidgets.responses import ImagesResponse

ADVICE = {
    "iw.configure('sketch')": "--base-url sketch",
    " and run iw.configure(), or run iw.login()": "",
}
"""What errors advise for notebooks, and what a command line says instead."""

FORMATS: dict[str, Literal["PNG", "JPEG", "WEBP"]] = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
}
FILE_QUALITY = 95  # of JPEG and WebP files, of 100
LONGEST_STEM = 60  # characters of a file name made from a prompt
PATIENCE = 0.5  # s without an answer until the terminal says that something goes on
TICK = 1.0  # s between two counts of the seconds
FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130  # exit codes; 130 is the shell's 128 + SIGINT


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 when it worked, 1 when anything failed, 130 when it was interrupted.

    Parameters
    ----------
    argv
        The words after the program's name; None takes those of the process.

    Raises
    ------
    SystemExit
        With code 2 when the words are wrong, with code 0 after ``--help`` and ``--version``.
    """
    parser = _parser()
    options = parser.parse_args(argv)
    try:
        return int(options.run(options))
    except argparse.ArgumentTypeError as error:
        parser.error(str(error))
    except ImagesError as error:
        return _failed(error.message)
    except OSError as error:
        return _failed(f"{error.filename}: {error.strerror}." if error.filename else str(error))
    except KeyboardInterrupt:
        return INTERRUPTED


def _failed(message: str) -> int:
    for call, words in ADVICE.items():
        message = message.replace(call, words)
    print(f"imagewidgets: {message}", file=sys.stderr)
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="imagewidgets",
        description="Make and edit pictures from prompts. Without a key, the sketch engine draws them on this machine.",
        epilog="OPENAI_API_KEY leads to OpenAI, OPENAI_BASE_URL or --base-url to any service of the Images API.",
    )
    parser.add_argument("--version", action="version", version=f"imagewidgets {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    generate = commands.add_parser("generate", help="make pictures from a prompt", description="Make pictures.")
    generate.add_argument("prompt", help="what the picture shall show")
    _add_prompted_options(generate)
    _add_picture_options(generate)
    generate.set_defaults(run=_generate)

    edit = commands.add_parser("edit", help="change a picture as a prompt says", description="Change a picture.")
    edit.add_argument("image", type=Path, help="the picture's file")
    edit.add_argument("prompt", help="the whole result in words, not just the change")
    edit.add_argument("--mask", type=Path, help="a picture of the same size, transparent where it may change")
    _add_prompted_options(edit)
    _add_picture_options(edit)
    edit.set_defaults(run=_edit)

    variation = commands.add_parser("variation", help="make pictures like one", description="Make pictures like one.")
    variation.add_argument("image", type=Path, help="the picture's file")
    _add_picture_options(variation)
    variation.set_defaults(run=_variation)

    serve = commands.add_parser(
        "serve", help="serve the Images API", description="Serve the Images API on this machine until Ctrl+C."
    )
    command.add_options(serve)
    serve.set_defaults(run=command.run)
    return parser


def _add_prompted_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quality", help="as the model has it: low, medium, high, standard, hd")


def _add_picture_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", type=Path, help="a .png, .jpg or .webp file, or a folder (default: here)")
    parser.add_argument("-f", "--force", action="store_true", help="replace files that exist")
    parser.add_argument("-n", "--n", type=int, help="how many pictures; their files get -1, -2 and so on")
    parser.add_argument("--size", help="WIDTHxHEIGHT in px")
    parser.add_argument("--seed", type=int, help="the same request with the same seed gives the same picture")
    parser.add_argument("--model", help="left out, the service chooses")
    parser.add_argument(
        "--base-url", help="the service with its version: http://127.0.0.1:8000/v1; sketch draws on this machine"
    )


def _generate(options: argparse.Namespace) -> int:
    def ask(client: Client) -> ImagesResponse:
        response: ImagesResponse = client.generate(options.prompt, quality=options.quality, **_parameters(options))
        return response

    return _make(options, _stem(options.prompt), ask)


def _edit(options: argparse.Namespace) -> int:
    def ask(client: Client) -> ImagesResponse:
        response: ImagesResponse = client.edit(
            options.image, options.prompt, mask=options.mask, quality=options.quality, **_parameters(options)
        )
        return response

    return _make(options, f"{options.image.stem}-edited", ask)


def _variation(options: argparse.Namespace) -> int:
    def ask(client: Client) -> ImagesResponse:
        return client.create_variation(options.image, **_parameters(options))

    return _make(options, f"{options.image.stem}-variation", ask)


def _make(options: argparse.Namespace, stem: str, ask: Callable[[Client], ImagesResponse]) -> int:
    """Ask for pictures, write all that come, and name each failure: what was paid for is neither lost nor hidden."""
    paths = _paths(options, stem)
    client = _client(options)
    try:
        with _Progress(f"Generating {'1 picture' if len(paths) == 1 else f'{len(paths)} pictures'}"):
            response = ask(client)
    except ImagesError as error:
        if error.images:
            _write(paths, error.images, client, options)
        raise
    _write(paths, response, client, options)
    for failure in response.errors:
        _failed(failure.message)
    return FAILED if response.errors else 0


class _Progress:
    """A line on the terminal that counts the seconds of a slow request, and goes when the answer is there.

    Nothing is written where the standard error is no terminal.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._count, daemon=True) if sys.stderr.isatty() else None

    def __enter__(self) -> None:
        if self._thread:
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()

    def _count(self) -> None:
        started = time.monotonic()
        if self._over.wait(PATIENCE):
            return
        line, over = "", False
        while not over:
            line = f"{self._what} … {int(time.monotonic() - started)} s"
            print(f"\r{line}", end="", file=sys.stderr, flush=True)
            over = self._over.wait(TICK)
        print(f"\r{' ' * len(line)}\r", end="", file=sys.stderr, flush=True)


def _client(options: argparse.Namespace) -> Client:
    from imagewidgets.client import Client

    return Client(options.base_url)


def _parameters(options: argparse.Namespace) -> dict[str, Any]:
    """Return the parameters that all three operations share."""
    return {"model": options.model, "n": options.n, "size": options.size, "seed": options.seed}


def _stem(prompt: str) -> str:
    """Return a file name for the pictures of a prompt, without suffix."""
    return re.sub(r"\W+", "-", prompt.lower())[:LONGEST_STEM].strip("-") or "picture"


def _paths(options: argparse.Namespace, stem: str) -> list[Path]:
    """Return the files to write, and refuse before anything is paid for what could not be written afterwards."""
    output: Path = options.output or Path()
    if output.is_dir():
        output /= f"{stem}.png"
    if output.suffix.lower() not in FORMATS:
        raise argparse.ArgumentTypeError(f"{output} must end in {', '.join(FORMATS)}.")
    if not output.parent.is_dir():
        raise argparse.ArgumentTypeError(f"There is no folder {output.parent}. Make it first.")
    count = options.n or 1
    paths = [output.with_stem(f"{output.stem}-{number}") for number in range(1, count + 1)] if count > 1 else [output]
    existing = [str(path) for path in paths if path.exists()]
    if existing and not options.force:
        raise FileExistsError(f"{', '.join(existing)} would be replaced. Give another name with -o, or add --force.")
    return paths


def _write(paths: list[Path], images: Sequence[Image.Image], client: Client, options: argparse.Namespace) -> None:
    from imagewidgets.images import to_png
    from imagewidgets.images.compressed import to_compressed

    for path, image in zip(paths, images, strict=False):  # a service may send fewer than it was asked for
        file_format = FORMATS[path.suffix.lower()]
        data = to_png(image) if file_format == "PNG" else to_compressed(image, file_format, quality=FILE_QUALITY)
        with path.open("wb" if options.force else "xb") as file:
            file.write(data)
        print(path)
    where = client.destination
    print(f"Made by: {where.name}{f' ({where.detail})' if where.detail else ''}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
