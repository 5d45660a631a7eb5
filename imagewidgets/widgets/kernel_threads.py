"""Threads and ipykernel 7.0: what its first releases lack, made good.

ipykernel 7.0.0 and 7.0.1 know which request they answer in the threads that answer it, and in no other one: there
`LookupError` ends whatever sets a trait of a widget or displays something, with any widget of any package
(https://github.com/ipython/ipykernel/issues/1450). From 7.1 on a thread that knows of no request answers the latest, as
it was up to 6.31. These two versions are given the same. They are out and change no more, so that it does no harm to
reach for members of theirs that are not documented.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from contextvars import Token

T = TypeVar("T")

AFFECTED = (7, 0)
"""The version of ipykernel, without its last part."""


class LatestOf(Generic[T]):
    """A context variable that has, where nothing has set it, the value it was given last anywhere.

    Parameters
    ----------
    variable
        The context variable in whose place this one steps.
    empty
        Its value until it is set, where it has none.
    """

    def __init__(self, variable: ContextVar[T], empty: T) -> None:
        self._variable = variable
        self._latest = variable.get(empty)

    def get(self) -> T:
        """Return the value in this context, else the latest."""
        return self._variable.get(self._latest)

    def set(self, value: T) -> Token[T]:
        """Set the value in this context; where there is none, it is the latest now."""
        self._latest = value
        return self._variable.set(value)


def let_threads_send(shell: Any) -> None:
    """Let every thread set traits and display, where `shell`, of `get_ipython`, is that of ipykernel 7.0."""
    ipykernel = sys.modules.get("ipykernel")
    kernel = getattr(shell, "kernel", None)
    if ipykernel is None or kernel is None or ipykernel.version_info[:2] != AFFECTED:
        return
    variables = [(kernel, "_shell_parent", {}), (kernel, "_shell_parent_ident", b"")]
    variables += [(holder, "_parent_header", {}) for holder in (shell, shell.display_pub, shell.displayhook)]
    for holder, name, empty in variables:
        variable = getattr(holder, name)
        if isinstance(variable, ContextVar):  # no longer, when the package is loaded once more
            setattr(holder, name, LatestOf(variable, empty))
