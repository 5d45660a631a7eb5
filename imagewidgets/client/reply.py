"""From a good answer to pictures.

Nearly all of an answer is base64, so it is never made Python text: the pictures are decoded in one go where they stand
(`lifting`), and only what is left is read as JSON. A picture that does not come through this way (white space, a
``data:`` prefix, escaped slashes) is read the tolerant way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import msgspec
import pybase64

from imagewidgets.client.answers import Answer, error_parts, senseless, sentence, shown
from imagewidgets.client.lifting import lift
from imagewidgets.errors import APIError, InvalidRequestError
from imagewidgets.images import decode_data_url
from imagewidgets.images.whole import open_whole
from imagewidgets.responses import ImagesResponse

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.operations import AnyRequest

Download = Callable[[Sequence[str]], Sequence["bytes | APIError"]]


class _Item(msgspec.Struct):
    """One item of ``data``; unused keys may be there, empty or null."""

    b64_json: msgspec.Raw = msgspec.Raw(b"null")
    url: Any = None
    revised_prompt: Any = None


class _Reply(msgspec.Struct):
    data: list[_Item] | None = None
    created: Any = None
    usage: Any = None
    error: Any = None
    detail: Any = None  # where an error stands at some services, even under a good status
    message: Any = None


_reply = msgspec.json.Decoder(_Reply)


def decode(answer: Answer, request: AnyRequest, service: str, download: Download) -> ImagesResponse:
    """Return the pictures of a good answer.

    Parameters
    ----------
    answer
        Status below 300.
    request
        What was asked for.
    service
        The service's name, for messages.
    download
        Fetches pictures that come as addresses.

    Raises
    ------
    APIResponseError
        The answer is no reply of the Images API, or a picture in it cannot be read; the others are in its `images`.
    """
    value, pictures = _parsed(answer, service)
    wrong = _error_inside(value, answer, service)
    if wrong is not None and not value.data:
        raise wrong
    items = value.data or []
    found = [_file_or_url(item, pictures) for item in items]
    urls = {index: _joined(answer.url, url) for index, url in enumerate(found) if isinstance(url, str)}
    fetched = dict(zip(urls, download(list(urls.values())), strict=True)) if urls else {}
    files: list[bytes] = []
    images: list[Image.Image] = []
    failed: dict[int, Exception] = {}
    for index, file in enumerate(found):
        try:
            data = _whole(fetched.get(index, file))
            images.append(open_whole(data))
            files.append(data)
        except (APIError, ValueError) as error:
            failed[index] = error
    if wrong is not None:
        raise wrong.with_pictures(images, urls=[urls[index] for index in failed if index in urls])
    if failed:
        raise _incomplete(failed, images, urls, answer, service)
    return ImagesResponse(
        images,
        request=request,
        created=value.created if isinstance(value.created, int) else int(time.time()),
        files=files,
        model=request.model,
        usage=value.usage if isinstance(value.usage, dict) else None,
        request_id=answer.request_id,
        revised_prompts=[str(item.revised_prompt) if item.revised_prompt else None for item in items],
        service=service,
    )


def _error_inside(value: _Reply, answer: Answer, service: str) -> APIError | None:
    """Return the error that a reply tells of under a good status, or that it is without pictures; None for neither."""
    if value.data and not value.error:
        return None
    told = value.error or value.detail or value.message
    if not told:
        return senseless("there are no pictures in it.", service, answer=answer)
    message, code, param = error_parts({"error": told}, answer)
    return senseless(f"with an error inside: {message}", service, answer=answer, code=code, param=param)


def _joined(base: str, url: str) -> str:
    """Return the whole of a relative address; one that is none stays as it is, and is refused where it is fetched."""
    try:
        return urljoin(base, url)
    except ValueError:  # brackets that do not close
        return url


def _parsed(answer: Answer, service: str) -> tuple[_Reply, dict[bytes, bytes]]:
    """Return the reply, and those of its pictures that are decoded already, by what stands in their place."""
    outline, pictures = lift(answer.body, answer.pictures)
    with suppress(msgspec.DecodeError, UnicodeDecodeError):  # what is wrong is told of the answer as it came, below
        return _reply.decode(outline), pictures
    try:
        return decoded(_reply, answer, service), pictures
    except APIError as error:
        error.with_pictures(_opened(pictures.values()))
        raise


def rescued(body: bytes | bytearray, pictures: Mapping[bytes, bytes]) -> list[Image.Image]:
    """Return the pictures that are whole in an answer that broke off, and those taken out of it before."""
    return _opened(lift(body, pictures)[1].values())


def _opened(files: Iterable[bytes]) -> list[Image.Image]:
    """Open pictures out of a broken answer, those of them that can be: the answer's own error is the one to tell."""
    images = []
    for data in files:
        with suppress(ValueError):
            images.append(open_whole(data))
    return images


def decoded(decoder: msgspec.json.Decoder[Any], answer: Answer, service: str) -> Any:
    """Return what the decoder reads in an answer, or raise the error that says what came instead."""
    try:
        return decoder.decode(answer.body)
    except msgspec.ValidationError as error:
        raise senseless(f"it is no answer of the API: {sentence(str(error))}", service, answer=answer) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise senseless(f"what came is no whole JSON: {sentence(shown(answer))}", service, answer=answer) from error


def _file_or_url(item: _Item, pictures: dict[bytes, bytes]) -> bytes | str | Exception:
    """Return the file in an item, or the address of one, or why there is neither."""
    try:
        data = pictures.get(bytes(item.b64_json)) or from_base64(item.b64_json)
        if data:
            return data
        url = str(item.url or "")
        if url.startswith("data:"):
            return decode_data_url(url)
    except ValueError as error:
        return error
    return url or InvalidRequestError("it has neither b64_json nor url")


def from_base64(raw: msgspec.Raw) -> bytes:
    """Return the bytes of a picture that is base64 in JSON, the tolerant way; empty for null and for "".

    Raises
    ------
    ValueError
        It is no whole base64 text.
    """
    value = msgspec.json.decode(raw)
    if value is None:
        return b""
    if not isinstance(value, str):
        raise InvalidRequestError("its b64_json is no text")
    if value.startswith("data:"):
        return decode_data_url(value)
    try:
        return pybase64.b64decode("".join(value.split()), validate=True)
    except ValueError as error:
        raise InvalidRequestError("its base64 is not whole") from error


def _whole(file: bytes | str | Exception) -> bytes:
    if isinstance(file, bytes):
        return file
    if isinstance(file, Exception):
        raise file
    raise AssertionError("an address that was not fetched")


def _incomplete(
    failed: dict[int, Exception], images: list[Image.Image], urls: dict[int, str], answer: Answer, service: str
) -> Exception:
    """Return the error for a reply in which pictures cannot be read, with the others attached."""
    index, cause = next(iter(failed.items()))
    number = f"picture {index + 1} of {len(failed) + len(images)}"
    error = senseless(f"{number} cannot be used: {sentence(str(cause))}", service, answer=answer)
    if isinstance(cause, APIError) and len(failed) + len(images) == 1:
        cause.request_id = answer.request_id
        cause.with_pictures(images, urls=list(urls.values()))
        return cause
    error.with_pictures(images, urls=[urls[place] for place in failed if place in urls])
    error.__cause__ = cause
    return error
