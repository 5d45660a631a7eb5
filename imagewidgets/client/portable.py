"""The settings of a client that travel to other processes, so that one like it is made there. Never a key.

The process that they come to takes the key from its own environment (OPENAI_API_KEY). What may hold a secret in another
way (headers of one's own, a password in the address) does not travel: such a client is refused.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

import msgspec

from imagewidgets.client.credentials import SECRET_NAME
from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import SKETCH

if TYPE_CHECKING:
    from imagewidgets.client.client import Client
    from imagewidgets.client.connection import Connection
    from imagewidgets.client.destination import Address
    from imagewidgets.client.wire import EditForm
    from imagewidgets.gallery import Replay, ReplayMode

KEY = "Authorization"
BEARER = "Bearer "
ACCOUNT = ("OpenAI-Organization", "OpenAI-Project")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a client was set to.

    `keyed` tells whether it has a key; the others are the parameters of `Client`. `query` is sorted.
    """

    base_url: str
    organization: str | None
    project: str | None
    timeout: float
    max_retries: int
    query: tuple[tuple[str, str], ...]
    edits: EditForm
    gallery: str | None
    replay: ReplayMode
    recipes: Literal["full", "minimal"]
    keyed: bool

    def client(self, *, gallery: bool = True) -> Client:
        """Make a client with these settings, and the key of this process's environment.

        Parameters
        ----------
        gallery
            Whether it is to have one.

        Raises
        ------
        InvalidRequestError
            There is no key in this environment.
        """
        from imagewidgets.client.client import Client  # which makes these

        if self.keyed and not os.environ.get("OPENAI_API_KEY", "").strip():
            raise InvalidRequestError(
                "The worker has no key: keys do not travel. Set OPENAI_API_KEY in the environment of the executor's "
                "workers, and start them again.",
                param="executor",
                code="no_key",
            )
        return Client(
            self.base_url,
            organization=self.organization,
            project=self.project,
            timeout=self.timeout,
            max_retries=self.max_retries,
            headers=None if self.keyed else {KEY: ""},  # or it would take a key that this service is not meant to get
            query=dict(self.query),
            edits=self.edits,
            gallery=self.gallery if gallery else None,
            replay=self.replay if gallery else "auto",
            recipes=self.recipes,
        )


def settings_of(
    address: Address, connection: Connection, replay: Replay | None, recipes: Literal["full", "minimal"]
) -> Settings:
    """Return the settings of a client, of which these are the parts.

    Raises
    ------
    InvalidRequestError
        It has some that do not travel, because they may hold a secret.
    """
    headers = {name: value for name, value in address.headers.items() if value}
    others = headers.keys() - {KEY, *ACCOUNT}
    if others:
        raise _refused(f"It has headers of its own ({', '.join(sorted(others))}), which may hold a key.")
    proof = headers.get(KEY)
    if proof is not None and not proof.startswith(BEARER):
        raise _refused("It proves who asks by a user name and a password, and these stay where they are.")
    secret = sorted(name for name in connection.query if SECRET_NAME.search(name))
    if secret:
        raise _refused(f"Its query has a parameter that may be a key ({', '.join(secret)}).")
    return Settings(
        base_url=SKETCH.name if address.embedded else address.base_url,
        organization=headers.get(ACCOUNT[0]),
        project=headers.get(ACCOUNT[1]),
        timeout=connection.timeout,
        max_retries=connection.max_retries,
        query=tuple(sorted(connection.query.items())),
        edits=connection.edits,
        gallery=None if replay is None else str(replay.gallery.folder),
        replay="auto" if replay is None else replay.mode,
        recipes=recipes,
        keyed=proof is not None,
    )


def _refused(reason: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"This client cannot be used from other processes. {reason} Use threads (leave executor out), or a client "
        "whose key stands in OPENAI_API_KEY.",
        param="executor",
    )
