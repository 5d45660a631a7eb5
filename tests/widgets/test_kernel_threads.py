"""Threads in ipykernel 7.0: they answer the latest request. A stand-in has the variables of that kernel."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from types import SimpleNamespace
from typing import Any

import pytest

from imagewidgets.widgets.kernel_threads import let_threads_send


class Holder:
    """What keeps the header of the request that is answered, as the display publisher does."""

    def __init__(self) -> None:
        self._parent_header: ContextVar[dict[str, str]] = ContextVar("parent_header")
        self._parent_header.set({})

    @property
    def parent(self) -> dict[str, str]:
        return self._parent_header.get()

    @parent.setter
    def parent(self, header: dict[str, str]) -> None:
        self._parent_header.set(header)


class Shell(Holder):
    """A shell of ipykernel 7.0, as far as it matters."""

    def __init__(self) -> None:
        super().__init__()
        self.display_pub = Holder()
        self.displayhook = Holder()
        self.kernel = Kernel()

    def answer(self, message: str) -> None:
        """Begin to answer a request."""
        self.parent = self.display_pub.parent = self.displayhook.parent = {"msg_id": message}
        self.kernel._shell_parent.set({"msg_id": message})
        self.kernel._shell_parent_ident.set(message.encode())

    def answered(self) -> list[Any]:
        """Return what the calling thread answers, as each part of the kernel says it."""
        said = [holder.parent.get("msg_id") for holder in (self, self.display_pub, self.displayhook)]
        return [*said, self.kernel._shell_parent.get().get("msg_id"), self.kernel._shell_parent_ident.get().decode()]


class Kernel:
    def __init__(self) -> None:
        self._shell_parent: ContextVar[dict[str, str]] = ContextVar("shell_parent")
        self._shell_parent.set({})
        self._shell_parent_ident: ContextVar[bytes] = ContextVar("shell_parent_ident")
        self._shell_parent_ident.set(b"")


@pytest.fixture
def shell() -> Shell:
    return Shell()


def in_a_thread(shell: Shell) -> list[Any]:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(shell.answered).result()


def use_version(monkeypatch: pytest.MonkeyPatch, *version: int) -> None:
    monkeypatch.setitem(sys.modules, "ipykernel", SimpleNamespace(version_info=version))


@pytest.mark.parametrize("patch", [0, 1])
def test_a_thread_answers_the_latest_request(monkeypatch: pytest.MonkeyPatch, shell: Shell, patch: int) -> None:
    use_version(monkeypatch, 7, 0, patch)
    shell.answer("cell 1")
    let_threads_send(shell)
    assert in_a_thread(shell) == ["cell 1"] * 5
    shell.answer("cell 2")
    assert in_a_thread(shell) == ["cell 2"] * 5


def test_a_thread_that_answers_a_request_goes_on_with_it(monkeypatch: pytest.MonkeyPatch, shell: Shell) -> None:
    use_version(monkeypatch, 7, 0, 1)
    let_threads_send(shell)
    subshell = copy_context()
    subshell.run(shell.answer, "click")
    shell.answer("cell")
    assert subshell.run(shell.answered) == ["click"] * 5
    assert shell.answered() == ["cell"] * 5


def test_a_package_that_is_loaded_again_in_a_thread_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    use_version(monkeypatch, 7, 0, 1)
    shell.answer("cell")
    let_threads_send(shell)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(let_threads_send, shell).result()
    assert in_a_thread(shell) == ["cell"] * 5


def test_a_thread_may_be_the_first_to_load_the_package(monkeypatch: pytest.MonkeyPatch, shell: Shell) -> None:
    use_version(monkeypatch, 7, 0, 1)
    shell.answer("cell 1")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(let_threads_send, shell).result()
    assert shell.answered() == ["cell 1"] * 5
    assert in_a_thread(shell) == [None] * 4 + [""]  # nothing that it could know of
    shell.answer("cell 2")
    assert in_a_thread(shell) == ["cell 2"] * 5


@pytest.mark.parametrize("version", [(6, 29, 5), (6, 31, 0), (7, 1, 0), (7, 4, 0)])
def test_other_versions_stay_as_they_are(
    monkeypatch: pytest.MonkeyPatch, shell: Shell, version: tuple[int, int, int]
) -> None:
    use_version(monkeypatch, *version)
    let_threads_send(shell)
    variables = (shell._parent_header, shell.display_pub._parent_header, shell.kernel._shell_parent)
    assert all(isinstance(variable, ContextVar) for variable in variables)
    with pytest.raises(LookupError):
        in_a_thread(shell)


def test_there_may_be_no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    use_version(monkeypatch, 7, 0, 1)
    let_threads_send(None)
    let_threads_send(SimpleNamespace())  # IPython in a terminal
