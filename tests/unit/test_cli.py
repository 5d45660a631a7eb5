"""The command line: what it writes, what it refuses, and in what words."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

import imagewidgets
from imagewidgets import cli
from imagewidgets.client import Client
from imagewidgets.errors import APIConnectionError, RateLimitError
from imagewidgets.images import read_recipe
from imagewidgets.local import command
from imagewidgets.local.app import create_app
from imagewidgets.operations import CreateImageRequest
from imagewidgets.responses import ImagesResponse
from tests.local.tiny import TinyEngine, hole, noise


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> TinyEngine:
    """The tiny engine as the embedded one, no keys in the environment, an empty folder to work in."""
    engine = TinyEngine()
    app = create_app(engine)
    monkeypatch.setattr("imagewidgets.local.adapter.embedded_app", lambda: app)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", command.API_KEY_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return engine


def opened(name: str) -> Image.Image:
    return Image.open(io.BytesIO(Path(name).read_bytes()))


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def test_generate_writes_the_file_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["generate", "a red fox in the snow", "-o", "fox.png", "--size", "64x96", "--seed", "7"]) == 0
    out, err = capsys.readouterr()
    assert out == "fox.png\n"
    assert err == "Made by: Sketch engine (offline)\n"
    image = opened("fox.png")
    assert image.size == (64, 96)
    recipe = read_recipe(image)
    assert recipe is not None
    assert recipe["request"]["prompt"] == "a red fox in the snow"
    assert recipe["request"]["seed"] == 7


def test_several_files_are_numbered(tiny: TinyEngine) -> None:
    assert cli.main(["generate", "a fox", "-n", "3", "-o", "fox.png", "--size", "64x64", "--quality", "low"]) == 0
    assert files() == ["fox-1.png", "fox-2.png", "fox-3.png"]
    assert len({opened(name).tobytes() for name in files()}) == 3
    assert tiny.jobs[0].quality == "low"


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("A red fox, in the snow!", "a-red-fox-in-the-snow.png"),
        ("Füchse im Schnee", "füchse-im-schnee.png"),
        ("../../etc/passwd", "etc-passwd.png"),
        ("???", "picture.png"),
        ("fox " * 100, "fox" + "-fox" * 14 + ".png"),
    ],
)
def test_without_a_name_the_prompt_is_the_name(prompt: str, name: str) -> None:
    assert cli.main(["generate", prompt, "--size", "64x64"]) == 0
    assert files() == [name]


def test_a_folder_takes_the_file(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    assert cli.main(["generate", "a fox", "-o", "pictures", "--size", "64x64"]) == 0
    assert (tmp_path / "pictures" / "a-fox.png").exists()


@pytest.mark.parametrize(("suffix", "form"), [("png", "PNG"), ("jpg", "JPEG"), ("JPEG", "JPEG"), ("webp", "WEBP")])
def test_the_suffix_is_the_format(suffix: str, form: str) -> None:
    assert cli.main(["generate", "a füchsin 🦊", "-o", f"fox.{suffix}", "--size", "64x64"]) == 0
    assert opened(f"fox.{suffix}").format == form
    recipe = read_recipe(f"fox.{suffix}")
    assert recipe is not None
    assert recipe["request"]["prompt"] == "a füchsin 🦊"


def test_edit_changes_only_the_free_part() -> None:
    source = noise(64, 64)
    source.save("a.png")
    hole(64, 64).save("mask.png")
    assert cli.main(["edit", "a.png", "a hat", "--mask", "mask.png"]) == 0
    result = opened("a-edited.png")
    assert result.crop((32, 0, 64, 64)).tobytes() == source.crop((32, 0, 64, 64)).tobytes()
    assert result.crop((0, 0, 32, 64)).tobytes() != source.crop((0, 0, 32, 64)).tobytes()


def test_variation(tiny: TinyEngine) -> None:
    noise(64, 64).save("a.png")
    assert cli.main(["variation", "a.png", "-n", "2", "-o", "like.png"]) == 0
    assert files() == ["a.png", "like-1.png", "like-2.png"]
    assert tiny.jobs[0].images[0].tobytes() == noise(64, 64).tobytes()


@pytest.mark.parametrize(("words", "existing"), [([], "fox.png"), (["-n", "2"], "fox-2.png")])
def test_a_file_that_exists_is_kept_and_nothing_is_asked(
    tiny: TinyEngine, capsys: pytest.CaptureFixture[str], words: list[str], existing: str
) -> None:
    Path(existing).write_text("precious")
    assert cli.main(["generate", "a fox", "-o", "fox.png", "--size", "64x64", *words]) == 1
    assert Path(existing).read_text() == "precious"
    assert capsys.readouterr().err == (
        f"imagewidgets: {existing} would be replaced. Give another name with -o, or add --force.\n"
    )
    assert tiny.jobs == []
    assert cli.main(["generate", "a fox", "-o", "fox.png", "--size", "64x64", "--force", *words]) == 0
    assert opened(existing).size == (64, 64)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["generate", "a fox", "--size", "5x5"], "sketch takes size"),
        (["generate", ""], "The prompt is empty"),
        (["generate", "a fox", "-n", "101"], "at most 100"),
        (["generate", "a fox", "-n", "0"], "at least 1"),
        (["edit", "nothing.png", "a hat"], "There is no file 'nothing.png'."),
        (["variation", "text.png"], "no picture"),
        (["generate", "a fox", "--base-url", "http://127.0.0.1:9/v1"], "cannot be reached"),
    ],
)
def test_what_goes_wrong_is_one_sentence(capsys: pytest.CaptureFixture[str], words: list[str], part: str) -> None:
    Path("text.png").write_text("hello")
    assert cli.main(words) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("imagewidgets: ")
    assert part in err
    assert err.count("\n") == 1
    assert files() == ["text.png"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["paint"],
        ["generate"],
        ["generate", "a fox", "-o", "fox.gif"],
        ["generate", "a fox", "-o", "nowhere/fox.png"],
        ["generate", "a fox", "-n", "two"],
        ["serve", "--engine", "oil"],
        ["serve", "--api-key", ""],
    ],
)
def test_wrong_words_are_a_usage_error(tiny: TinyEngine, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main(words)
    assert exit_.value.code == 2
    assert "usage: imagewidgets" in capsys.readouterr().err
    assert tiny.jobs == []


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"imagewidgets {imagewidgets.__version__}\n"


def test_ctrl_c_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, "generate", interrupted)
    assert cli.main(["generate", "a fox"]) == 130
    assert capsys.readouterr() == ("", "")


def test_the_base_url_is_the_service(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    def generate(self: Client, prompt: str, **parameters: Any) -> None:
        asked.append(self.base_url)
        raise APIConnectionError("Away.")

    monkeypatch.setattr(Client, "generate", generate)
    assert cli.main(["generate", "a fox", "--base-url", "http://10.0.0.1:8000/v1"]) == 1
    assert asked == ["http://10.0.0.1:8000/v1"]
    assert capsys.readouterr().err == "imagewidgets: Away.\n"


def test_the_servers_key_comes_from_the_environment_or_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str | None] = []
    monkeypatch.setattr("imagewidgets.local.serve.serve", lambda **options: given.append(options["api_key"]))
    cli.main(["serve"])
    monkeypatch.setenv(command.API_KEY_VARIABLE, "sk-env")
    cli.main(["serve"])
    cli.main(["serve", "--api-key", "sk-option"])
    monkeypatch.setenv(command.API_KEY_VARIABLE, "")
    cli.main(["serve"])
    assert given == [None, "sk-env", "sk-option", None]


def test_failures_beside_pictures_are_named_and_the_pictures_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    limit = RateLimitError("Too many requests for now. Wait a little.", status_code=429)

    def generate(self: Client, prompt: str, **parameters: Any) -> ImagesResponse:
        pictures = [noise(64, 64), noise(64, 64)]
        return ImagesResponse(
            pictures, request=CreateImageRequest(prompt=prompt), created=1_790_000_000, errors=(limit, limit)
        )

    monkeypatch.setattr(Client, "generate", generate)
    assert cli.main(["generate", "a fox", "-n", "4", "-o", "fox.png"]) == 1
    out, err = capsys.readouterr()
    assert out == "fox-1.png\nfox-2.png\n"
    assert files() == ["fox-1.png", "fox-2.png"]
    assert err.count("imagewidgets: Too many requests for now. Wait a little.\n") == 2


def test_pictures_that_came_before_an_error_are_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def generate(self: Client, prompt: str, **parameters: Any) -> ImagesResponse:
        raise APIConnectionError("The connection broke.").with_pictures([noise(64, 64)])

    monkeypatch.setattr(Client, "generate", generate)
    assert cli.main(["generate", "a fox", "-n", "2", "-o", "fox.png"]) == 1
    out, err = capsys.readouterr()
    assert out == "fox-1.png\n"
    assert err.endswith("imagewidgets: The connection broke.\n")
    assert opened("fox-1.png").size == (64, 64)


class Terminal(io.StringIO):
    """A standard error that is a terminal, and tells when seconds were counted on it."""

    def __init__(self) -> None:
        super().__init__()
        self.counted = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        written = super().write(text)
        if text.endswith(" s"):
            self.counted.set()
        return written


@pytest.mark.parametrize(
    ("number", "line"), [("1", "Generating 1 picture … 0 s"), ("2", "Generating 2 pictures … 0 s")]
)
def test_a_terminal_counts_seconds_and_is_cleared(monkeypatch: pytest.MonkeyPatch, number: str, line: str) -> None:
    terminal = Terminal()

    def generate(self: Client, prompt: str, **parameters: Any) -> None:
        assert terminal.counted.wait(60)
        raise APIConnectionError("Away.")

    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(cli, "PATIENCE", 0.0)
    monkeypatch.setattr(cli, "TICK", 600.0)  # one second would be two on a machine that is busy
    monkeypatch.setattr(cli, "time", SimpleNamespace(monotonic=lambda: 7.0))
    monkeypatch.setattr(Client, "generate", generate)
    assert cli.main(["generate", "a fox", "-n", number]) == 1
    assert terminal.getvalue() == f"\r{line}\r{' ' * len(line)}\rimagewidgets: Away.\n"


def test_a_quick_answer_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(cli, "PATIENCE", 600.0)
    assert cli.main(["generate", "a fox", "--size", "64x64"]) == 0
    assert terminal.getvalue() == "Made by: Sketch engine (offline)\n"


def test_advice_is_for_the_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["generate", "a fox", "--base-url", "http://127.0.0.1:9/v1"]) == 1
    assert capsys.readouterr().err.endswith("or switch to the sketch engine: --base-url sketch.\n")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-nobody")
    assert cli.main(["generate", "a fox", "--size", "64x64", "--base-url", "sketch"]) == 0
    assert capsys.readouterr().err == "Made by: Sketch engine (offline)\n"


def test_a_server_for_everyone_without_a_key_is_said_aloud(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("imagewidgets.local.serve.serve", lambda **options: None)
    cli.main(["serve", "--host", "0.0.0.0"])
    assert "everyone who can reach 0.0.0.0" in capsys.readouterr().err
    cli.main(["serve", "--host", "0.0.0.0", "--api-key", "sk-secret"])
    cli.main(["serve"])
    assert capsys.readouterr().err == ""


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from imagewidgets import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'PIL', 'numpy', 'requests', 'flask', 'waitress', 'ipywidgets'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"
