"""Galleries where things go wrong: many processes, kill -9, a full disk, a read-only folder."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from imagewidgets.gallery import Gallery, files
from imagewidgets.images.whole import is_whole
from tests.unit.recorded import CREATED, answer, request

WRITER = textwrap.dedent(
    """
    import sys
    from imagewidgets.gallery import Gallery
    from tests.unit.recorded import answer, request
    gallery = Gallery(sys.argv[1])
    """
)
PATIENCE = 120  # s; reached only when a test fails


def start(body: str, *arguments: object) -> subprocess.Popen[str]:
    code = WRITER + textwrap.dedent(body)
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def assert_sound(gallery: Gallery) -> None:
    """Every file that is seen is whole, with its recipe."""
    for picture in gallery:
        assert is_whole(picture.path.read_bytes()), picture.name
        assert picture.recipe["gallery"]["count"], picture.name


def test_many_processes_record_the_same_and_others_at_once(tmp_path):
    writers = [
        start(
            """
            input()  # until all are there
            for number in range(8):
                gallery.record(answer(request("same", n=2), number))
                gallery.record(answer(request("own", seed=int(sys.argv[2]), n=2), number), number)
            print("done")
            """,
            tmp_path,
            seed,
        )
        for seed in range(3)
    ]
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        out, _ = writer.communicate(timeout=PATIENCE)
        assert (out, writer.returncode) == ("done\n", 0)
    gallery = Gallery(tmp_path)
    assert len(gallery) == 3 * 8 * 2 * 2, "none was written over"
    assert_sound(gallery)
    assert gallery.find(request("same", n=2)).created == CREATED + 7
    for seed in range(3):
        for take in range(8):
            assert gallery.find(request("own", seed=seed, n=2), take).created == CREATED + take
    assert not list((tmp_path / files.DESK).glob("*.part"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 here")
def test_kill_9_at_any_moment_leaves_nothing_half_written(tmp_path):
    reported: dict[int, int] = {}
    for run in range(int(os.environ.get("GALLERY_KILLS", "4"))):
        writer = start(
            """
            number = int(sys.argv[2])
            while True:
                number += 1
                gallery.record(answer(request(seed=number % 5, n=3), number))
                print(number, flush=True)
            """,
            tmp_path,
            1000 * run,
        )
        with writer:
            for _ in range(2 + run):
                number = int(writer.stdout.readline())
                reported[number % 5] = number
            time.sleep(0.0007 * (run % 10))  # nothing is waited for: it may be anywhere by then
            writer.kill()
            for number in map(int, writer.stdout.read().split()):
                reported[number % 5] = number
        gallery = Gallery(tmp_path)
        assert_sound(gallery)
        for seed, last in reported.items():
            found = gallery.find(request(seed=seed, n=3))
            assert found is not None, "what was reported is there"
            assert found.created >= CREATED + last
            assert len({digest[:8] for digest in found.digests}) == 3, "and no answer is mixed of two"
    assert reported


def test_what_a_killed_process_left_is_taken_away_another_day(tmp_path):
    desk = tmp_path / files.DESK
    desk.mkdir()
    for name, age in (("old.part", files.STALE + 60), ("new.part", 60)):
        (desk / name).write_bytes(b"half")
        os.utime(desk / name, (time.time() - age,) * 2)
    Gallery(tmp_path).record(answer(request()))
    assert [path.name for path in desk.iterdir()] == ["new.part"]


CALLS = ("open", "write", "flush", "fsync", "link", "mkdir")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("nth", [0, 1, 2])
def test_a_full_disk_leaves_all_or_nothing(tmp_path, monkeypatch, call, nth):
    gallery = Gallery(tmp_path)
    gallery.record(answer(request()))
    if call == "mkdir":
        gallery = Gallery(tmp_path / "new")
    before = {path: path.read_bytes() for path in gallery.folder.glob("*.png")}
    failing(monkeypatch, call, nth)
    asked = request(n=3)
    try:
        gallery.record(answer(asked, 10))
    except OSError as error:
        assert error.errno == errno.ENOSPC
        failed = True
    else:
        failed = False
    monkeypatch.undo()
    assert failed or call == "mkdir", "all others are called for each of the three files"
    after = {path: path.read_bytes() for path in gallery.folder.glob("*.png")}
    if failed:
        assert after == before
        assert not list((gallery.folder / files.DESK).glob("*.part"))
        assert gallery.find(asked) is None
        gallery.record(answer(asked, 20))
        assert gallery.find(asked).created == CREATED + 20
    else:
        assert gallery.find(asked).created == CREATED + 10


def failing(monkeypatch: pytest.MonkeyPatch, call: str, nth: int) -> None:
    """Let the nth of these calls fail for want of space, and all after it."""
    count = iter(range(10**6))

    def check() -> None:
        if next(count) >= nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if call in ("fsync", "link"):
        original = getattr(os, call)
        monkeypatch.setattr(os, call, lambda *a, **k: (check(), original(*a, **k))[1])
    elif call == "mkdir":
        made = Path.mkdir
        monkeypatch.setattr(Path, "mkdir", lambda *a, **k: (check(), made(*a, **k))[1])
    else:
        opened = Path.open

        def open_(path: Path, mode: str = "r", *rest, **more):
            if mode != "xb":
                return opened(path, mode, *rest, **more)
            if call == "open":
                check()
            file = opened(path, mode, *rest, **more)
            return file if call == "open" else Failing(file, call, check)

        monkeypatch.setattr(Path, "open", open_)


class Failing:
    """A file one of whose methods fails, after having written a part."""

    def __init__(self, file, call, check):
        self._file, self._call, self._check = file, call, check

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._file.close()

    def write(self, data):
        if self._call == "write":
            self._file.write(data[: len(data) // 2])
            self._check()
            return self._file.write(data[len(data) // 2 :])
        return self._file.write(data)

    def flush(self):
        if self._call == "flush":
            self._check()
        self._file.flush()

    def fileno(self):
        return self._file.fileno()


def test_file_systems_without_links(tmp_path, monkeypatch):
    def no_link(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_link)
    gallery = Gallery(tmp_path)
    asked = request(n=3)
    for number in (0, 10):
        gallery.record(answer(asked, number))
    (second,) = tmp_path.glob("*v2-1.png")
    second.unlink()
    gallery.record(answer(asked, 20))
    assert gallery.find(asked).created == CREATED + 20
    assert len(gallery) == 3 + 2 + 3, "what was left of the second answer is there"
    assert not list((tmp_path / files.DESK).glob("*.part"))
    assert_sound(gallery)


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_read_only_folder_is_read(tmp_path):
    gallery = Gallery(tmp_path)
    gallery.record(answer(request()))
    script = """
    import json, os
    if os.getuid() == 0:
        os.setgid(65534); os.setuid(65534)  # root may write anywhere
    found = gallery.find(request())
    try:
        gallery.record(answer(request(seed=1)))
        error = None
    except OSError as raised:
        error = type(raised).__name__
    print(json.dumps([found.created, len(list(gallery)), error]))
    """
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(parent.stat().st_mode | 0o555)
    (tmp_path / files.DESK).chmod(0o555)
    tmp_path.chmod(0o555)
    try:
        out, _ = start(script, tmp_path).communicate(timeout=PATIENCE)
    finally:
        tmp_path.chmod(0o755)
        (tmp_path / files.DESK).chmod(0o755)
    assert json.loads(out) == [CREATED, 1, "PermissionError"]
