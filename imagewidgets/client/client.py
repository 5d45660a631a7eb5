"""`Client`: one service of the Images API, and the way to it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from imagewidgets.cancellation import Cancellation, running
from imagewidgets.client import reply, wire
from imagewidgets.client.connection import Connection
from imagewidgets.images import mask_to_file, to_file
from imagewidgets.models import EMBEDDED_URL, MODELS, SKETCH
from imagewidgets.operations import (
    AnyRequest,
    CreateImageEditRequest,
    CreateImageRequest,
    CreateImageVariationRequest,
    check,
)
from imagewidgets.responses import ImagesResponse

if TYPE_CHECKING:
    from imagewidgets.images import ImageLike

OPENAI_URL = "https://api.openai.com/v1"
TIMEOUT = 600.0  # s; pictures of high quality take minutes


class Destination(NamedTuple):
    """Where requests go, in the words that widgets show: `icon` is offline, cloud or server."""

    icon: str
    name: str
    detail: str


class Client:
    """A service of the Images API.

    Nothing given, and neither OPENAI_API_KEY nor OPENAI_BASE_URL set: the embedded sketch engine, which needs no key
    and no network. A key alone leads to OpenAI, a base URL to whatever answers there.

    Parameters
    ----------
    base_url
        Where the API is, up to and including its version: ``"http://127.0.0.1:8000/v1"``. ``"sketch"`` names the
        embedded engine, whatever the environment says.
    api_key
        Sent as a bearer token. Kept out of every repr, log and message.
    organization, project
        OpenAI's account headers.
    timeout
        How long to wait for an answer, in s.
    headers, query
        Sent with every request: what gateways want beside the key (``{"api-key": …}``, ``{"api-version": …}``).
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        organization: str | None = None,
        project: str | None = None,
        timeout: float = TIMEOUT,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> None:
        env = os.environ
        key = api_key or env.get("OPENAI_API_KEY")
        url = base_url or env.get("OPENAI_BASE_URL") or (OPENAI_URL if key else EMBEDDED_URL)
        self.base_url = EMBEDDED_URL if url == SKETCH.name else url.rstrip("/")
        account = {
            "Authorization": f"Bearer {key}" if key else None,
            "OpenAI-Organization": organization or env.get("OPENAI_ORG_ID"),
            "OpenAI-Project": project or env.get("OPENAI_PROJECT_ID"),
        }
        sent = {} if self.embedded else {**account, **dict(headers or {})}
        self._connection = Connection(
            self.base_url, self.destination.name, headers=sent, query=dict(query or {}), timeout=timeout
        )

    @property
    def embedded(self) -> bool:
        """Whether this is the embedded engine."""
        return self.base_url == EMBEDDED_URL

    @property
    def on_this_machine(self) -> bool:
        """Whether what is sent stays on this machine."""
        return self.embedded or urlsplit(self.base_url).hostname in ("localhost", "127.0.0.1", "::1")

    @property
    def default_model(self) -> str | None:
        """The model of a request that names none: ``"sketch"`` here, else None, and the service chooses."""
        return SKETCH.name if self.embedded else None

    @property
    def destination(self) -> Destination:
        """Where requests go, for people."""
        if self.embedded:
            return Destination("offline", "Sketch engine", "offline")
        parts = urlsplit(self.base_url)
        host = parts.netloc.rpartition("@")[2]
        if host == urlsplit(OPENAI_URL).netloc:
            return Destination("cloud", "OpenAI", host)
        return Destination("server", host, "")

    def __repr__(self) -> str:
        """Say where requests go; never with what key."""
        where = self.destination
        return f"Client({where.name}{', ' + where.detail if where.detail else ''})"

    def generate(
        self,
        prompt: str,
        *,
        model: str | None = None,
        n: int | None = None,
        size: str | None = None,
        quality: str | None = None,
        style: str | None = None,
        background: str | None = None,
        output_format: str | None = None,
        output_compression: int | None = None,
        moderation: str | None = None,
        response_format: str | None = None,
        user: str | None = None,
        seed: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> ImagesResponse:
        """Make pictures from a prompt.

        Parameters
        ----------
        prompt
            What the picture shall show.
        model
            Left out, the service chooses; the embedded engine is ``"sketch"``.
        n
            How many pictures, 1 to 10; 1 for dall-e-3.
        size
            ``"1024x1024"`` and so on, in px; what is allowed depends on the model (`models.MODELS`).
        quality, style, background, output_format, output_compression, moderation, response_format, user
            As in the API; each model takes some of them.
        seed
            The same prompt and seed give the same picture; left out, each call gives a fresh one.
        extra
            Parameters that are sent untouched and unchecked, for what gateways add.

        Returns
        -------
        ImagesResponse
            A sequence of PIL images.

        Raises
        ------
        InvalidRequestError
            A value breaks a rule of the model; nothing was sent.
        APIError
            One of its subclasses; see `imagewidgets.errors`.

        Examples
        --------
        >>> import imagewidgets as iw
        >>> images = iw.generate("a red fox in the snow", size="256x256", seed=7)
        >>> images[0].size
        (256, 256)
        """
        return self.send(
            self.create_request(
                prompt,
                model=model,
                n=n,
                size=size,
                quality=quality,
                style=style,
                background=background,
                output_format=output_format,
                output_compression=output_compression,
                moderation=moderation,
                response_format=response_format,
                user=user,
                seed=seed,
                extra=extra,
            )
        )

    def edit(
        self,
        image: ImageLike | Sequence[ImageLike],
        prompt: str,
        *,
        mask: ImageLike | None = None,
        model: str | None = None,
        n: int | None = None,
        size: str | None = None,
        quality: str | None = None,
        background: str | None = None,
        output_format: str | None = None,
        output_compression: int | None = None,
        input_fidelity: str | None = None,
        response_format: str | None = None,
        user: str | None = None,
        seed: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> ImagesResponse:
        """Change a picture as a prompt says.

        Parameters
        ----------
        image
            What to work on: one picture or a list, each anything that `images.load` opens.
        prompt
            The whole result in words, not just the change.
        mask
            Where the first picture may change, in its size: RGBA with alpha 0 = edit here (``canvas.mask``), or a
            grey or boolean selection with white = edit here. Left out, all of it may change.
        model, n, size, quality, background, output_format, output_compression, response_format, user, seed, extra
            As for `generate`.
        input_fidelity
            How closely to keep to the source, ``"high"`` or ``"low"``, for models that have it.

        Returns
        -------
        ImagesResponse
            A sequence of PIL images.

        Raises
        ------
        InvalidRequestError
            A value breaks a rule of the model; nothing was sent.
        APIError
            One of its subclasses; see `imagewidgets.errors`.
        """
        return self.send(
            self.edit_request(
                image,
                prompt,
                mask=mask,
                model=model,
                n=n,
                size=size,
                quality=quality,
                background=background,
                output_format=output_format,
                output_compression=output_compression,
                input_fidelity=input_fidelity,
                response_format=response_format,
                user=user,
                seed=seed,
                extra=extra,
            )
        )

    def create_variation(
        self,
        image: ImageLike,
        *,
        model: str | None = None,
        n: int | None = None,
        size: str | None = None,
        response_format: str | None = None,
        user: str | None = None,
        seed: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> ImagesResponse:
        """Make pictures like a given one.

        Parameters
        ----------
        image
            Anything that `images.load` opens.
        model, n, size, response_format, user, seed, extra
            As for `generate`.

        Returns
        -------
        ImagesResponse
            A sequence of PIL images.

        Raises
        ------
        InvalidRequestError
            The model makes no variations, or a value breaks a rule; nothing was sent.
        APIError
            One of its subclasses; see `imagewidgets.errors`.
        """
        return self.send(
            self.variation_request(
                image, model=model, n=n, size=size, response_format=response_format, user=user, seed=seed, extra=extra
            )
        )

    def create_request(
        self, prompt: str, *, extra: Mapping[str, Any] | None = None, **parameters: Any
    ) -> CreateImageRequest:
        """Build and check the request that `generate` sends."""
        request = CreateImageRequest(prompt=prompt, extra=dict(extra or {}), **self._with_model(parameters))
        check(request)
        return request

    def edit_request(
        self,
        image: ImageLike | Sequence[ImageLike],
        prompt: str,
        *,
        mask: ImageLike | None = None,
        extra: Mapping[str, Any] | None = None,
        **parameters: Any,
    ) -> CreateImageEditRequest:
        """Build and check the request that `edit` sends."""
        values = self._with_model(parameters)
        several = isinstance(image, list | tuple)
        sources: Sequence[Any] = image if isinstance(image, list | tuple) else [image]
        rules = MODELS.get(values["model"] or "")
        strict = rules is not None and rules.square_png
        request = CreateImageEditRequest(
            image=tuple(to_file(one, png=strict, alpha=strict, recipe=self.on_this_machine) for one in sources),
            prompt=prompt,
            mask=None if mask is None else mask_to_file(mask),
            several=several,
            extra=dict(extra or {}),
            **values,
        )
        check(request)
        return request

    def variation_request(
        self, image: ImageLike, *, extra: Mapping[str, Any] | None = None, **parameters: Any
    ) -> CreateImageVariationRequest:
        """Build and check the request that `create_variation` sends."""
        values = self._with_model(parameters)
        file = to_file(image, png=True, recipe=self.on_this_machine)
        request = CreateImageVariationRequest(image=(file,), extra=dict(extra or {}), **values)
        check(request)
        return request

    def _with_model(self, parameters: dict[str, Any]) -> dict[str, Any]:
        return {**parameters, "model": parameters.get("model") or self.default_model}

    def send(self, request: AnyRequest, *, cancel: Cancellation | None = None) -> ImagesResponse:
        """Send a request that was checked, and return its pictures.

        Parameters
        ----------
        request
            From `create_request`, `edit_request` or `variation_request`.
        cancel
            A switch to stop it from another thread.

        Raises
        ------
        CancelledError
            `cancel` was thrown before the answer was there.
        APIError
            One of its subclasses; see `imagewidgets.errors`.
        """
        connection, service = self._connection, self.destination.name
        with running(cancel), connection.errors(cancel):
            answer = connection.answer("POST", wire.PATHS[request.operation], **wire.body(request))
            reply.raise_for_status(answer, service)
            return reply.decode(answer, request, service, connection.download)

    def list_models(self) -> list[str]:
        """Return the names of the models that the service offers, as it tells them."""
        connection, service = self._connection, self.destination.name
        with connection.errors():
            answer = connection.answer("GET", "/models")
            reply.raise_for_status(answer, service)
            return reply.model_names(answer, service)
