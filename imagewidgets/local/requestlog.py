"""One line in the log for each request: what was asked, how it ended, how long it took.

No prompt, no key, no query and no name of a file is in it: whoever reads a log shall not read along. Prompts are there
only where the server was told so.
"""

from __future__ import annotations

import logging
import time
from urllib.parse import quote

from flask import Response, g, request

from imagewidgets.local.engine import Job

log = logging.getLogger(__name__)

LONGEST_PATH = 120  # characters
LONGEST_PROMPT = 300  # characters


class Entry:
    """The line of one request, filled in while it is served.

    Parameters
    ----------
    method, path
        As in the request; the path is decoded.
    name
        The answer's ``x-request-id``.
    """

    def __init__(self, method: str, path: str, name: str) -> None:
        self._what = f"{method} {shown(path)}"
        self.name = name
        self._started = time.perf_counter()
        self._facts: list[str] = []
        self._status = 0
        self._written = False

    @property
    def milliseconds(self) -> int:
        """How long the request has taken so far."""
        return round((time.perf_counter() - self._started) * 1000)

    def add(self, job: Job, model: str, *, prompt: bool) -> None:
        """Note what the pictures are to be; the `prompt` only where it is wanted."""
        self._facts.append(f"{job.n} of {job.size[0]}x{job.size[1]} by {quote(model)}")
        if prompt:
            self._facts.append(repr(job.prompt[:LONGEST_PROMPT]))

    def end_with(self, response: Response) -> None:
        """Write the line when the answer has been sent, or its client has gone."""
        self._status = response.status_code
        if not response.is_streamed:
            self._facts.append(f"{response.calculate_content_length() or 0:,} bytes")
        response.call_on_close(self.write)

    def write(self) -> None:
        """Write the line, once."""
        if not self._written:
            self._written = True
            facts = "".join(f", {fact}" for fact in self._facts)
            log.info("%s %s %d ms%s, %s", self._what, self._status, self.milliseconds, facts, self.name)


def begin(name: str) -> None:
    """Begin the line of the request that has come."""
    g.entry = Entry(request.method, request.path, name)


def entry() -> Entry:
    """Return the line of the request that is served."""
    found: Entry = g.entry
    return found


def shown(path: str) -> str:
    """Return a path as it may stand in a log: on one line, and without the name of a file, which opens it."""
    folder, slash, _ = path.rpartition("/files/")
    return quote(f"{folder}{slash}*" if slash else path[:LONGEST_PATH], safe="/*")
