"""The peers that the widgets are measured beside, in an environment of their own: ``.venvs/peers``.

They are no dependency of anything. The first run installs them; where that cannot be done the benchmark says so and
measures ours alone.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ENVIRONMENT = Path(__file__).parents[2] / ".venvs" / "peers"
REQUIREMENTS = ("wigglystuff==0.5.36", "gradio==6.31.0", "ipyplot==1.1.2", "ipykernel>=6.29")
PATIENCE = 600  # s


def install() -> tuple[Path | None, str]:
    """Return the Python that has the peers, or None; and a sentence that says which they are, or why there are none."""
    python = ENVIRONMENT / "bin" / "python"
    stamp = ENVIRONMENT / "requirements.txt"
    wanted = "\n".join(REQUIREMENTS)
    if not (python.exists() and stamp.exists() and stamp.read_text() == wanted):
        commands = (
            [sys.executable, "-m", "venv", str(ENVIRONMENT)],
            [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--prefer-binary", *REQUIREMENTS],
        )
        for command in commands:
            try:
                subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                return None, f"the peers could not be installed within {PATIENCE} s"
            except (OSError, subprocess.CalledProcessError) as error:
                said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
                return None, f"the peers could not be installed: {said[-1] if said else error}"
        stamp.write_text(wanted)
    return python, "peers: " + ", ".join(REQUIREMENTS[:3])
