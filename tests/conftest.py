"""What every test stands on: an environment with no key and no personal folder in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pathlib import Path

# Rules are tested for what they say, not for how quickly: machines that run tests are busy. The same examples are drawn
# each time, so that a test speaks of a change and not of chance; `make fuzz` draws new ones, and more.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("new", deadline=None, max_examples=500)
settings.load_profile("same")

# Variables by which the toolkit, Jupyter or the platform would find a person's key or folders.
PERSONAL = ("OPENAI_", "IMAGEWIDGETS_", "JUPYTER", "IPYTHON", "XDG_")


@pytest.fixture(autouse=True)
def isolated_environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test an empty home folder and no personal variable; return the folder."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(PERSONAL):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    return home
