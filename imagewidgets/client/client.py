"""`Client`: one service of the Images API, and the three things to ask of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from imagewidgets.client.connection import Connection
from imagewidgets.client.destination import Destination, resolve
from imagewidgets.client.retries import MAX_RETRIES
from imagewidgets.client.settings import (
    check_edits,
    check_mapping,
    check_max_retries,
    check_recipes,
    check_timeout,
    make_replay,
)
from imagewidgets.models import SKETCH

if TYPE_CHECKING:
    from imagewidgets.cancellation import Cancellation
    from imagewidgets.client.listing import ServiceModel
    from imagewidgets.client.portable import Settings
    from imagewidgets.client.streams import ImageStream
    from imagewidgets.client.wire import EditForm
    from imagewidgets.gallery import Gallery, ReplayMode, Take
    from imagewidgets.images.fitting import Fit
    from imagewidgets.images.pictures import ImageLike
    from imagewidgets.images.selections import MaskLike
    from imagewidgets.operations import (
        AnyRequest,
        CreateImageEditRequest,
        CreateImageRequest,
        CreateImageVariationRequest,
    )
    from imagewidgets.responses import ImagesResponse

# What builds requests and reads replies is imported by the methods that need it: it takes PIL and more, about half of
# the time until there is a client.

TIMEOUT = 600.0  # s; pictures of high quality take minutes


class Client:
    """A service of the Images API. Any number of threads may use one.

    Nothing given, and neither OPENAI_API_KEY nor OPENAI_BASE_URL set: the embedded sketch engine, which needs no key
    and no network. A key alone leads to OpenAI, a base URL to whatever answers there.

    HTTP_PROXY, HTTPS_PROXY, NO_PROXY and REQUESTS_CA_BUNDLE are read when the client is made: after a change to them,
    make another.

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
        How long a request may take in s, from its start to the last byte of its answer, each try anew. Of a stream, to
        the end of its last picture.
    max_retries
        How often to try again what is safe to try again (`imagewidgets.client.retries`).
    headers
        Sent with every request. One that says who asks (``{"api-key": …}`` of Azure, ``Authorization``) stands in for
        OPENAI_API_KEY, which then stays here; an `api_key` given beside it is sent too. Kept out of sight like the key.
    query
        Added to every address (``{"api-version": …}``). Put no secret there: addresses are logged.
    edits
        How pictures to edit are sent: ``"multipart"``, or in JSON as ``"json"`` (the published description's) or
        ``"xai"``. Left out, multipart, and xAI's form where `base_url` is xAI's.
    gallery
        A folder (or a `Gallery`) in which answers are recorded; left out, nothing is.
    replay
        What is done with it. ``"auto"``: a request that is recorded is answered from the folder, at no cost; what is
        not, is sent and recorded. ``"only"``: nothing is ever sent. ``"refresh"``: everything is sent, and recorded
        anew. ``"off"``: the folder is left alone.
    recipes
        ``"minimal"`` keeps words out of files: recipes are written without prompts, and names are made without them.

    Raises
    ------
    InvalidRequestError
        A parameter is not of its kind; a value that may be a key is not repeated.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        organization: str | None = None,
        project: str | None = None,
        timeout: float = TIMEOUT,
        max_retries: int = MAX_RETRIES,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        edits: EditForm | None = None,
        gallery: Gallery | str | os.PathLike[str] | None = None,
        replay: ReplayMode = "auto",
        recipes: Literal["full", "minimal"] = "full",
    ) -> None:
        check_mapping("query", query)
        self._address = resolve(base_url, api_key, organization, project, headers)
        self._recipes = check_recipes(recipes)
        self._origin = {} if self._recipes == "full" else {"recipes": self._recipes}  # of every request that it builds
        self._replay = make_replay(gallery, replay, anyone=self.embedded and not base_url)
        self._connection = Connection(
            self.base_url,
            self.destination.name,
            headers=self._address.headers,
            query=query or {},
            timeout=check_timeout(timeout),
            max_retries=check_max_retries(max_retries),
            edits=check_edits(edits) or self._address.edit_form,
        )

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return self._address.base_url

    @property
    def embedded(self) -> bool:
        """Whether this is the embedded engine."""
        return self._address.embedded

    @property
    def default_model(self) -> str | None:
        """The model of a request that names none: ``"sketch"`` here, else None, and the service chooses."""
        return SKETCH.name if self.embedded else None

    @property
    def gallery(self) -> Gallery | None:
        """The folder in which answers are recorded."""
        return None if self._replay is None else self._replay.gallery

    @property
    def replay(self) -> ReplayMode | None:
        """What is done with it; None where there is none."""
        return None if self._replay is None else self._replay.mode

    @property
    def recipes(self) -> Literal["full", "minimal"]:
        """How much of a recipe goes into files."""
        return self._recipes

    def portable(self) -> Settings:
        """Return what it was set to, for processes elsewhere to make one like it, which takes its key from there.

        Raises
        ------
        InvalidRequestError
            It was set to something that may hold a secret: headers, or a password in the address.
        """
        from imagewidgets.client.portable import settings_of

        return settings_of(self._address, self._connection, self._replay, self._recipes)

    @property
    def destination(self) -> Destination:
        """Where requests go, for people."""
        return self._address.destination

    def __reduce__(self) -> str:
        raise TypeError("A client is not pickled: its key would be written with it. Make one where it is used.")

    def __deepcopy__(self, memo: dict[int, Any]) -> Client:
        """Return the client itself: nothing about it changes, and its key is kept once."""
        return self

    def __repr__(self) -> str:
        """Say where requests go; never with what key."""
        where = self.destination
        return f"Client({where.name}{', ' + where.detail if where.detail else ''})"

    @overload
    def generate(self, prompt: str, *, stream: Literal[True], **options: Any) -> ImageStream: ...
    @overload
    def generate(self, prompt: str, *, stream: Literal[False] | None = None, **options: Any) -> ImagesResponse: ...
    def generate(  # type: ignore[misc]  # the overloads leave the options to this signature
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
        complexity: str | None = None,
        frame_count: int | None = None,
        frame_duration_ms: int | None = None,
        svg: Mapping[str, Any] | None = None,
        watermark: bool | None = None,
        response_format: str | None = None,
        user: str | None = None,
        safety_identifier: str | None = None,
        seed: int | None = None,
        stream: bool | None = None,
        partial_images: int | None = None,
        extra: Mapping[str, Any] | None = None,
        take: Take = 0,
    ) -> ImagesResponse | ImageStream:
        """Make pictures from a prompt.

        Parameters
        ----------
        prompt
            What the picture shall show.
        model
            Left out, the service chooses; the embedded engine is ``"sketch"``.
        n
            How many pictures. More than the model makes at a time are asked for in several requests, side by side.
        size
            ``"1024x1024"`` and so on, in px; what is allowed depends on the model (`models.MODELS`).
        seed
            The same prompt and seed give the same picture; left out, each call gives a fresh one.
        stream, partial_images
            ``stream=True`` returns an `ImageStream` that gives up to 3 unfinished pictures as they come.
        extra
            Parameters that are sent untouched and unchecked, for what gateways add.
        take
            Which of several answers to the same request, where there is a gallery: a number from 0 on, ``"next"`` or
            ``"new"`` (`imagewidgets.gallery.replay`). As long as it is the same, so are the pictures.
        quality, style, background, output_format, output_compression, moderation, complexity, frame_count, \
        frame_duration_ms, svg, watermark, response_format, user, safety_identifier
            As in the API; each model takes some of them.

        Returns
        -------
        ImagesResponse or ImageStream
            A sequence of PIL images; with ``stream=True``, an iterator of events that ends with one.

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
        options = {**locals()}  # all parameters by their names; those left out are None and are not sent
        del options["self"], options["take"]
        request = self.create_request(**options)
        return self.stream(request, take=take) if stream else self.send(request, take=take)

    @overload
    def edit(self, image: Any, prompt: str, *, stream: Literal[True], **options: Any) -> ImageStream: ...
    @overload
    def edit(
        self, image: Any, prompt: str, *, stream: Literal[False] | None = None, **options: Any
    ) -> ImagesResponse: ...
    def edit(  # type: ignore[misc]  # as above
        self,
        image: ImageLike | Sequence[ImageLike],
        prompt: str,
        *,
        mask: MaskLike | None = None,
        markup: ImageLike | None = None,
        fit: Fit | None = None,
        paste_back: float | bool | None = None,
        model: str | None = None,
        n: int | None = None,
        size: str | None = None,
        quality: str | None = None,
        background: str | None = None,
        output_format: str | None = None,
        output_compression: int | None = None,
        input_fidelity: str | None = None,
        complexity: str | None = None,
        frame_count: int | None = None,
        frame_duration_ms: int | None = None,
        svg: Mapping[str, Any] | None = None,
        response_format: str | None = None,
        user: str | None = None,
        safety_identifier: str | None = None,
        seed: int | None = None,
        stream: bool | None = None,
        partial_images: int | None = None,
        extra: Mapping[str, Any] | None = None,
        take: Take = 0,
    ) -> ImagesResponse | ImageStream:
        """Change a picture as a prompt says.

        Parameters
        ----------
        image
            What to work on: one picture or a list, each anything that `images.load` opens.
        prompt
            The whole result in words, not just the change.
        mask
            Where the first picture may change, in its size: a `MaskCanvas`, RGBA with alpha 0 = edit here, or a grey or
            boolean selection with white = edit here. Left out, all of it may change.
        markup
            Arrows, circles and notes drawn over the first picture: a transparent RGBA picture of its size, for models
            that take one, and not together with a mask.
        fit
            What may be done to a picture that the model does not take as it is (dall-e-2 wants square ones under 4
            MB): ``"pad"`` or ``"crop"``. Left out, such a picture is refused.
        paste_back
            Put the original's pixels back outside the mask, so that they are exactly unchanged whatever the service
            did; inside, over this many px from the edge, the original passes into the result (0 to 256). True: as
            softly as the mask canvas draws it.
        input_fidelity
            How closely to keep to the source, ``"high"`` or ``"low"``, for models that have it.
        size
            Left out, the model's size that is nearest to the picture's.
        model, n, quality, background, output_format, output_compression, complexity, frame_count, \
        frame_duration_ms, svg, response_format, user, safety_identifier, seed, stream, partial_images, extra, take
            As for `generate`.

        Returns
        -------
        ImagesResponse or ImageStream
            A sequence of PIL images; with ``stream=True``, an iterator of events that ends with one.

        Raises
        ------
        InvalidRequestError
            A value breaks a rule of the model; nothing was sent.
        APIError
            One of its subclasses; see `imagewidgets.errors`.
        """
        options = {**locals()}
        del options["self"], options["paste_back"], options["take"]
        from imagewidgets.client import building, sending

        request, inputs = building.edit(self._address, origin=self._origin, **options)
        finish = None if paste_back is None or paste_back is False else sending.pasting(inputs, paste_back)
        if stream:
            return sending.stream(self._connection, request, finish=finish, replay=self._replay, take=take)
        return sending.send(self._connection, request, finish=finish, replay=self._replay, take=take)

    def create_variation(
        self,
        image: ImageLike,
        *,
        fit: Fit | None = None,
        model: str | None = None,
        n: int | None = None,
        size: str | None = None,
        response_format: str | None = None,
        user: str | None = None,
        seed: int | None = None,
        extra: Mapping[str, Any] | None = None,
        take: Take = 0,
    ) -> ImagesResponse:
        """Make pictures like a given one.

        Parameters
        ----------
        image
            Anything that `images.load` opens.
        fit
            As for `edit`.
        model, n, size, response_format, user, seed, extra, take
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
        options = {**locals()}
        del options["self"], options["take"]
        return self.send(self.variation_request(**options), take=take)

    def repeat(self, picture: ImageLike, **changes: Any) -> ImagesResponse:
        """Make the request again that a picture came from, as its recipe tells.

        Parameters
        ----------
        picture
            A picture with a recipe, or a file of one; anything that `images.load` opens. Recipes of A1111, ComfyUI and
            InvokeAI are repeated as far as they map.
        changes
            Parameters of `generate` (`edit`, `create_variation`) that take the place of the recipe's: ``seed=8``,
            ``take="new"``; with None, one is left out. Input pictures are looked for in the gallery and beside the
            file, and a mask is drawn again where it is known how; otherwise they are given here, as ``image`` and
            ``mask``.

        Returns
        -------
        ImagesResponse
            All pictures of the request. Where it is recorded in the client's gallery, they come from there.

        Raises
        ------
        InvalidRequestError
            There is no recipe, or it lacks something that is not given; nothing was sent.
        APIError
            One of its subclasses; see `imagewidgets.errors`.

        Examples
        --------
        >>> import imagewidgets as iw
        >>> fox = iw.generate("a red fox", size="256x256", seed=7)
        >>> iw.repeat(fox[0]).digests == fox.digests
        True
        """
        from imagewidgets.client import repeating

        return repeating.repeat(self, picture, changes)

    def create_request(self, prompt: str, **options: Any) -> CreateImageRequest:
        """Build and check the request that `generate` sends."""
        from imagewidgets.client import building

        return building.create(self._address, prompt, origin=self._origin, **options)

    def edit_request(
        self, image: ImageLike | Sequence[ImageLike], prompt: str, **options: Any
    ) -> CreateImageEditRequest:
        """Build and check the request that `edit` sends."""
        from imagewidgets.client import building

        return building.edit(self._address, image, prompt, origin=self._origin, **options).request

    def variation_request(self, image: ImageLike, **options: Any) -> CreateImageVariationRequest:
        """Build and check the request that `create_variation` sends."""
        from imagewidgets.client import building

        return building.variation(self._address, image, origin=self._origin, **options)

    def send(self, request: AnyRequest, *, cancel: Cancellation | None = None, take: Take = 0) -> ImagesResponse:
        """Send a request that was checked, and return its pictures; where it is recorded, it is not sent.

        Parameters
        ----------
        request
            From `create_request`, `edit_request` or `variation_request`.
        cancel
            A switch to stop it from another thread.
        take
            As for `generate`.

        Raises
        ------
        CancelledError
            `cancel` was thrown before the answer was there.
        NotRecordedError
            It is not recorded, and nothing may be sent (``replay="only"``).
        APIError
            One of its subclasses; see `imagewidgets.errors`.
        """
        from imagewidgets.client import sending

        return sending.send(self._connection, request, cancel=cancel, replay=self._replay, take=take)

    def recorded(self, request: AnyRequest, take: int = 0) -> ImagesResponse | None:
        """Return the answer to a request that the gallery has, whatever `replay` is; None where it has none.

        Parameters
        ----------
        request
            From `create_request`, `edit_request` or `variation_request`.
        take
            Which of several answers to it, from 0.
        """
        return None if self._replay is None else self._replay.recorded(request, take)

    def seem_recorded(self, asked: Sequence[tuple[AnyRequest, int]]) -> list[bool]:
        """Tell of each request, with its take, whether it will be answered from the gallery; none is where nothing is.

        The gallery is asked once for all, and goes by the names of its files: quick for 10,000, and not quite sure.
        """
        return [False] * len(asked) if self._replay is None else self._replay.seem_recorded(asked)

    def record(self, response: ImagesResponse, take: int = 0) -> None:
        """Keep an answer in the gallery, where there is one and `replay` does not leave it alone.

        That is for answers that came by another way; what `send` returns is recorded already. Where it cannot be
        written, a warning says so.
        """
        if self._replay is not None and self._replay.mode != "only":
            self._replay.record(response, take)

    def stream(self, request: AnyRequest, *, cancel: Cancellation | None = None, take: Take = 0) -> ImageStream:
        """Send a request with ``stream=True``, and return its pictures as they come; otherwise like `send`."""
        from imagewidgets.client import sending

        return sending.stream(self._connection, request, cancel=cancel, replay=self._replay, take=take)

    def list_models(self) -> list[ServiceModel]:
        """Return the models that the service offers, as it tells them: names that know whether they make pictures.

        Examples
        --------
        >>> import imagewidgets as iw
        >>> iw.configure("sketch").list_models()[0].makes_pictures
        True
        """
        from imagewidgets.client import listing

        return listing.models(self._connection.answer("GET", "/models"), self._connection.service)
