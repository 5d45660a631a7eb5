"""What is asked for a cell in one go, and what its cell gets out of what came.

Where a request goes out in parts and some of them fail, the pictures of the others are kept in the cell. When it is
tried again, only what is missing is asked for: a gallery has the other parts recorded, and where there is none the
answer itself says what is missing (`ImagesResponse.missing`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from imagewidgets.cancellation import Cancellation
from imagewidgets.client.sending import REQUESTS_AT_ONCE
from imagewidgets.errors import CancelledError, ImagesError
from imagewidgets.responses import ImagesResponse
from imagewidgets.rules import split

if TYPE_CHECKING:
    from imagewidgets.client import Client
    from imagewidgets.operations import AnyRequest
    from imagewidgets.sweeps.cells import Cell


@dataclass(eq=False)
class Order:
    """What is asked for a cell in one go.

    Attributes
    ----------
    cell
        For which it is.
    requests
        Its request, or those for what is missing of it.
    earlier
        The pictures that are there already, where the requests are for what is missing.
    cancel
        Stops it.
    attempt
        A name that no other order has.
    seconds
        How long it took, where somebody else knows it better than the cell; set when it has come back.
    """

    cell: Cell
    requests: tuple[AnyRequest, ...]
    earlier: ImagesResponse | None = None
    cancel: Cancellation = field(default_factory=Cancellation)
    attempt: str = field(default_factory=lambda: token_hex(12))
    seconds: float | None = None


def weight(cell: Cell) -> int:
    """Return how many requests are under way at once for a cell: one that goes out in parts is several."""
    return 1 if cell.request is None else min(REQUESTS_AT_ONCE, len(split(cell.request)))


def order(cell: Cell, request: AnyRequest, client: Client) -> Order:
    """Return what is to be asked for a cell with this request."""
    earlier = cell.response
    if earlier is None or not earlier.missing or (earlier.recorded and client.replay == "auto"):
        return Order(cell, (request,))
    return Order(cell, earlier.missing, earlier)


def ask(client: Client, requests: tuple[AnyRequest, ...], take: int, cancel: Cancellation | None) -> ImagesResponse:
    """Send what an order asks for, one after the other, and return the pictures as one answer.

    Raises
    ------
    CancelledError
        `cancel` was thrown.
    ImagesError
        All of it failed.
    """
    if cancel is not None and cancel.cancelled:
        raise CancelledError("The request was cancelled before it was sent.")
    if len(requests) == 1:
        return client.send(requests[0], cancel=cancel, take=take)
    responses: list[ImagesResponse] = []
    errors: list[ImagesError] = []
    missing: list[AnyRequest] = []
    for request in requests:
        try:
            responses.append(client.send(request, cancel=cancel, take=take))
        except ImagesError as error:
            errors.append(error)
            missing.append(request)
    if not responses:
        raise errors[0]
    return ImagesResponse.joined(requests[0], responses, errors, missing)


def outcome(
    order: Order, came: ImagesResponse | Exception, client: Client
) -> tuple[ImagesResponse | None, Exception | None]:
    """Return the answer that the cell has now, and what went wrong; where all pictures are there, nothing did."""
    if isinstance(came, ImagesResponse):
        response = came
    elif isinstance(came, ImagesError) and came.images:
        response = _rescued(order, came, client)
    else:
        return None, came
    if order.earlier is not None and order.cell.request is not None:
        both = [order.earlier, response]
        response = ImagesResponse.joined(order.cell.request, both, response.errors, response.missing)
    if not response.missing and response is not came:  # put together here, so nobody has recorded it as one
        response.recorded = False
        client.record(response, order.cell.take)
    return response, response.errors[0] if response.errors else None


def _rescued(order: Order, error: ImagesError, client: Client) -> ImagesResponse:
    """Return the pictures that came before something went wrong as an answer that lacks the others."""
    first = order.requests[0]
    count = len(error.images)
    left = sum(request.n or 1 for request in order.requests) - count
    missing = []
    if left > 0:  # a seed is counted up, as for the parts of a request, so that they are other pictures
        seed = None if first.seed is None else first.seed + count
        missing.append(msgspec.structs.replace(first, n=left, seed=seed))
    return ImagesResponse(
        error.images,
        request=first,
        created=int(time.time()),
        model=first.model,
        service=client.destination.name,
        request_id=error.request_id,
        errors=[error] if missing else [],
        missing=missing,
    )
