"""What a request gives back: pictures that know where they came from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from imagewidgets.images import digest, own_recipe, to_saved, write_recipe

if TYPE_CHECKING:
    import pandas as pd
    from PIL import Image

    from imagewidgets.errors import ImagesError
    from imagewidgets.operations import AnyRequest

SHORT_DIGEST = 8  # hex digits shown of a digest: enough to tell the pictures of a report apart


@dataclass(frozen=True)
class ImageEvent:
    """One picture of a stream: an unfinished one, or at the end a finished one.

    Parameters
    ----------
    type
        The API's name of the event, such as ``image_generation.partial_image``.
    image
        The picture.
    partial_image_index
        Which unfinished picture it is, from 0; None for a finished one.
    facts
        What else the event says: ``created_at``, ``size``, ``quality``, ``usage``.
    data
        The image file as it came.
    """

    type: str
    image: Image.Image
    partial_image_index: int | None
    facts: dict[str, Any]
    data: bytes = b""

    @property
    def final(self) -> bool:
        """Whether the picture is finished."""
        return self.partial_image_index is None and not self.type.endswith(".partial_image")


class ImagesResponse(Sequence["Image.Image"]):
    """The pictures of one reply: a sequence of PIL images.

    Shown at the end of a cell it is a compact grid with captions, stored in the notebook itself: it needs neither a
    kernel nor a script to be seen again.

    Attributes
    ----------
    request : CreateImageRequest, CreateImageEditRequest or CreateImageVariationRequest
        What was asked for.
    created : int
        When, as Unix time in s.
    model : str or None
        Who made them; None where the request named no model.
    files : tuple of bytes
        The image files as they came, in the order of the pictures.
    usage : dict or None
        Tokens used, where the service tells.
    request_id : str or None
        The service's name for the request.
    service : str or None
        Who answered, such as ``"OpenAI"`` or ``"localhost:8000"``.
    replayed : bool
        Whether all of it comes from a gallery: nothing was sent, and nothing is charged.
    take : int or None
        Which of several answers to the request it is in the client's gallery; None where there is none.
    recorded : bool
        Whether its pictures are files of a gallery, be it that they came from there or that they were recorded.
    errors : tuple of ImagesError
        Where more pictures were wanted than the model makes at a time, several requests went out, and these failed;
        the pictures are those of the others. Empty where nothing did.
    missing : tuple of requests
        What would bring the pictures of those that failed.
    """

    def __init__(
        self,
        images: Sequence[Image.Image],
        *,
        request: AnyRequest,
        created: int,
        files: Sequence[bytes] = (),
        model: str | None = None,
        usage: dict[str, Any] | None = None,
        request_id: str | None = None,
        revised_prompts: Sequence[str | None] = (),
        errors: Sequence[ImagesError] = (),
        missing: Sequence[AnyRequest] = (),
        service: str | None = None,
        replayed: bool = False,
        recorded: bool = False,
        take: int | None = None,
    ) -> None:
        self._images = list(images)
        self.request = request
        self.created = created
        self.files = tuple(files)
        self.model = model
        self.usage = usage
        self.request_id = request_id
        self.revised_prompts = tuple(revised_prompts) or (None,) * len(self._images)
        self.errors = tuple(errors)
        self.missing = tuple(missing)
        self.service = service
        self.replayed = replayed
        self.recorded = recorded
        self.take = take
        for index, image in enumerate(self._images):
            write_recipe(image, {**(own_recipe(image) or {}), **self._recipe(index)})

    @classmethod
    def joined(
        cls,
        request: AnyRequest,
        responses: Sequence[ImagesResponse],
        errors: Sequence[ImagesError],
        missing: Sequence[AnyRequest] = (),
    ) -> ImagesResponse:
        """Return the pictures of several replies to parts of one request as one, in their order."""
        return cls(
            [image for response in responses for image in response],
            request=request,
            created=max(response.created for response in responses),
            files=[file for response in responses for file in response.files],
            model=request.model,
            usage=_sum([response.usage for response in responses if response.usage]),
            request_id=responses[0].request_id,
            revised_prompts=[prompt for response in responses for prompt in response.revised_prompts],
            errors=errors,
            missing=missing,
            service=responses[0].service,
            replayed=all(response.replayed for response in responses),
            recorded=all(response.recorded for response in responses),
            take=responses[0].take,
        )

    def with_images(self, images: Sequence[Image.Image]) -> ImagesResponse:
        """Return the same response with its pictures worked over, one for one; as they are now, no gallery has them."""
        return self._with(images, self.request, recorded=False)

    def _with(self, images: Sequence[Image.Image], request: AnyRequest, *, recorded: bool) -> ImagesResponse:
        return ImagesResponse(
            images,
            request=request,
            created=self.created,
            files=self.files,
            model=self.model,
            usage=self.usage,
            request_id=self.request_id,
            revised_prompts=self.revised_prompts,
            errors=self.errors,
            missing=self.missing,
            service=self.service,
            replayed=self.replayed,
            recorded=recorded,
            take=self.take,
        )

    def answering(self, request: AnyRequest) -> ImagesResponse:
        """Return the same response as the answer to a request that asks for the same in other words."""
        return self._with(self._images, request, recorded=self.recorded)

    def load(self, threads: int | None = None) -> ImagesResponse:
        """Decode all pictures now, in threads (as many as there are processors), and return the response itself.

        Pictures are opened when they come and decoded when their pixels are first asked for. Where all are wanted at
        once, this takes about half the time on two processors.
        """
        threads = min(threads or os.cpu_count() or 1, len(self._images))
        if threads < 2:
            for image in self._images:
                image.load()
            return self
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda image: image.load(), self._images))
        return self

    @cached_property
    def digests(self) -> tuple[str, ...]:
        """The digest of each picture (`images.digest`). It needs the pixels, so it is made when first asked for."""
        return tuple(digest(image) for image in self._images)

    def _recipe(self, index: int) -> dict[str, Any]:
        recipe = {
            "request": self.request.describe(),
            "model": self.model,
            "service": self.service,
            "created": self.created,
            "index": index,
            "revised_prompt": self.revised_prompts[index],
            "usage": self.usage,
            "request_id": self.request_id,
            **self.request.origin,
        }
        return {key: value for key, value in recipe.items() if value is not None}

    @overload
    def __getitem__(self, index: int) -> Image.Image: ...
    @overload
    def __getitem__(self, index: slice) -> list[Image.Image]: ...
    def __getitem__(self, index: int | slice) -> Image.Image | list[Image.Image]:
        """Return one picture, or a list of several."""
        return self._images[index]

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return len(self._images)

    @property
    def prompt(self) -> str:
        """The words that were asked for; empty for a variation."""
        return getattr(self.request, "prompt", "")

    def save(self, folder: str | os.PathLike[str] = ".") -> list[Path]:
        """Write each picture as a PNG file with its recipe inside (GIF and SVG stay what they are); return the paths.

        The names are made of the prompt and the digest, so the same picture is written to the same file and no other
        picture is ever overwritten. The folder is made where there is none.
        """
        from imagewidgets.display.captions import Facts

        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        paths = []
        for image, original in zip_longest(self._images, self.files):
            suffix, data = to_saved(image, original)
            path = (target / Facts.of(image).file_name).with_suffix(f".{suffix}")
            path.write_bytes(data)
            paths.append(path)
        return paths

    def contact_sheet(self, *, columns: int | None = None, tile: int = 256) -> Image.Image:
        """Return one RGB picture with all pictures and their captions, `tile` px wide each."""
        from imagewidgets.display import figures_of
        from imagewidgets.display.sheet import contact_sheet

        return contact_sheet(figures_of(self._images), columns=columns, tile=tile)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas table with a row for each picture: what was asked, what came, and the picture itself."""
        import pandas as pd

        from imagewidgets.display.captions import utc_time

        rows = [
            {
                **self.request.parameters(),
                "created": utc_time(self.created),
                "revised_prompt": revised,
                "width": image.width,
                "height": image.height,
                "digest": code,
                "image": image,
            }
            for image, revised, code in zip(self._images, self.revised_prompts, self.digests, strict=True)
        ]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        """Return a text that is the same for the same pictures, so that a notebook's test can compare it."""
        rows = [f"  {index}  {code[:SHORT_DIGEST]}  {self.prompt}".rstrip() for index, code in enumerate(self.digests)]
        return "\n".join([self._head(), *rows])

    def _head(self) -> str:
        sizes = sorted({f"{image.width}x{image.height}" for image in self._images})
        count = f"{len(self)} image{'s' if len(self) != 1 else ''}"
        failed = f", {len(self.errors)} failed" if self.errors else ""
        return f"ImagesResponse({count}{failed}, model={self.model!r}, size={', '.join(sizes)!r})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from imagewidgets.display import saved_view
        from imagewidgets.display.captions import count_pictures

        failed = ""
        if self.errors:
            failed = f"{count_pictures(len(self))}, {len(self.errors)} failed: {self.errors[0].message}"
        return {**saved_view(self._images, head=self._head(), footer=failed), "text/plain": repr(self)}


def _sum(usages: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Add up the tokens of several replies, details included."""
    total: dict[str, Any] = {}
    for usage in usages:
        for key, value in usage.items():
            if isinstance(value, dict):
                total[key] = _sum([total.get(key, {}), value])
            elif isinstance(value, int):
                total[key] = total.get(key, 0) + value
    return total or None
