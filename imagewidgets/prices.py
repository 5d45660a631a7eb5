"""What pictures cost: an estimate before a request is sent, and the price of what was used after it.

The prices are data, `prices.json`, each with its source and the month it is of; `load` puts others in their place. They
are those of the services that the file names: elsewhere, and for models that are not listed, no price is known, and
none is guessed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from imagewidgets.models import MODELS, parse_size

if TYPE_CHECKING:
    from imagewidgets.responses import ImagesResponse

MILLION = 1_000_000
CENT = 0.01
CHARACTERS_OF_A_TOKEN = 4  # of English text: OpenAI's rule of thumb; a prompt is a small part of any price
TOKENS_OF_A_PROMPT = 6  # are added to each, and each picture of a request pays for its own: OpenAI's forum, June 2026

Price = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(gt=0)]

_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class Estimate:
    """What a request may cost.

    Attributes
    ----------
    least, most
        US dollars. They differ where the service is to choose the size or the quality.
    date
        The month that the prices are of, ``"2026-09"``.
    complete
        False where something is left out: nobody publishes how many tokens a picture has that is sent along.
    """

    least: float
    most: float
    date: str
    complete: bool = True

    def __str__(self) -> str:
        """Say it: ``about $0.42 · prices of 2026-09``."""
        least, most = dollars(self.least), dollars(self.most)
        if not self.complete:
            amount = f"at least {least}"  # what is left out comes on top
        else:
            amount = f"about {least}" if least == most else f"about {least} to {most}"
        return f"{amount} · prices of {self.date}"


class Rates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a million tokens cost, in US dollars; None where it is not known, or there are no such tokens."""

    image_out: Price
    text_in: Price
    image_in: Price | None = None
    text_out: Price | None = None
    text_in_cached: Price | None = None
    image_in_cached: Price | None = None


class Formula(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many output tokens a picture has, at any size.

    It lies on a grid whose longer side has ``grid[quality]`` cells; of each cell, `pixels_added` and the picture's own
    pixels make ``1 / pixels_per_cell`` token each.
    """

    grid: dict[str, Count]
    pixels_added: Count
    pixels_per_cell: Count

    def tokens(self, quality: str, width: int, height: int) -> int:
        """Return the tokens of a picture of ``width`` × ``height`` px; `quality` is one of the grid's."""
        cells = self.grid[quality]
        long, short = max(width, height), min(width, height)
        across = (2 * cells * short + long) // (2 * long)  # rounded to the nearest, half up
        return -(-cells * across * (self.pixels_added + width * height) // self.pixels_per_cell)


class ModelPrices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one model costs: by tokens, by pictures, or both. `date` is the month that it is of."""

    date: str
    sources: tuple[str, ...] = ()
    per_million_tokens: Rates | None = None
    picture_tokens: Formula | None = None
    per_picture: dict[str, dict[str, Price]] = {}
    partial_tokens: int = 0

    def picture(self, quality: str, size: str) -> list[float]:
        """Return the price of a picture, or those of all qualities where it is "auto"; empty where none is known."""
        grid = self.picture_tokens.grid if self.picture_tokens else {}
        names = {**self.per_picture, **grid} if quality == "auto" else [quality]
        found = [self._picture(name, size) for name in names]
        return [price for price in found if price is not None]

    def _picture(self, quality: str, size: str) -> float | None:
        if (price := self.per_picture.get(quality, {}).get(size)) is not None:
            return price
        formula, rates, pair = self.picture_tokens, self.per_million_tokens, parse_size(size)
        if formula is None or rates is None or pair is None or 0 in pair or quality not in formula.grid:
            return None
        return formula.tokens(quality, *pair) * rates.image_out / MILLION


class PriceList(msgspec.Struct, frozen=True, kw_only=True):
    """Prices of models, and the hosts that they hold for: empty for all of them."""

    models: dict[str, ModelPrices]
    services: tuple[str, ...] = ()

    def of(self, model: str | None, service: str | None) -> ModelPrices | None:
        """Return the prices of a model at a host, those of a dated snapshot by its plain name; None where unknown."""
        if self.services and service is not None and service not in self.services:
            return None
        name = model or ""
        return self.models.get(name) or self.models.get(_SNAPSHOT.sub("", name))


@cache
def _own() -> PriceList:
    return msgspec.json.decode(resources.files("imagewidgets").joinpath("prices.json").read_bytes(), type=PriceList)


_loaded: PriceList | None = None


def load(source: str | os.PathLike[str] | Mapping[str, Any] | None) -> None:
    """Take prices from elsewhere, from now on.

    Parameters
    ----------
    source
        A path of a JSON file, or a mapping, of the form that ``prices.json`` in this package has. Models that it does
        not list have no price then. Without ``services`` its prices hold for every service. None goes back to the
        package's own.

    Raises
    ------
    ValueError
        It is not of that form; the sentence says where. The prices stay as they were.
    OSError
        The file cannot be read.

    Examples
    --------
    >>> from imagewidgets import prices
    >>> prices.load({"models": {"flux": {"date": "2026-11", "per_picture": {"": {"1024x1024": 0.02}}}}})
    >>> prices.estimate({"model": "flux", "size": "1024x1024", "n": 2}).most
    0.04
    >>> prices.load(None)
    """
    global _loaded
    try:
        if source is None:
            _loaded = None
        elif isinstance(source, Mapping):
            _loaded = msgspec.convert(source, PriceList)
        else:
            _loaded = msgspec.json.decode(Path(source).read_bytes(), type=PriceList)
    except msgspec.MsgspecError as error:
        where = f" in {os.fspath(source)}" if isinstance(source, str | os.PathLike) else ""
        raise ValueError(f"The price list{where} cannot be used: {error}.") from error


def current() -> PriceList:
    """Return the prices that hold now."""
    return _loaded or _own()


def estimate(parameters: Mapping[str, Any], *, service: str | None = None, pictures_sent: int = 0) -> Estimate | None:
    """Return what a request may cost, before it is sent.

    Parameters
    ----------
    parameters
        Those of the request by the API's names (``request.parameters()``): model, n, size, quality, partial_images and
        prompt count. However many requests n is split into, each picture costs the same.
    service
        The host that it goes to, such as ``"api.openai.com"``; None stands for one that the prices are of.
    pictures_sent
        How many pictures go along.

    Returns
    -------
    Estimate or None
        None where no price is known, or it can only be told afterwards.
    """
    name = parameters.get("model")
    entry = current().of(name, service)
    if entry is None:
        return None
    quality = parameters.get("quality") or "auto"
    prices = [price for size in _sizes(str(name), parameters.get("size")) for price in entry.picture(quality, size)]
    if not prices:
        return None
    n, rates = parameters.get("n") or 1, entry.per_million_tokens
    more = 0.0
    if rates is not None:
        partials = n * (parameters.get("partial_images") or 0) * entry.partial_tokens
        prompt = parameters.get("prompt") or ""
        words = n * (len(prompt) / CHARACTERS_OF_A_TOKEN + TOKENS_OF_A_PROMPT) if prompt else 0
        more = (partials * rates.image_out + words * rates.text_in) / MILLION
    sent_is_free = rates is None or rates.image_in is None
    return Estimate(min(prices) * n + more, max(prices) * n + more, entry.date, sent_is_free or not pictures_sent)


def cost(usage: Mapping[str, Any] | None, model: str | None, *, service: str | None = None) -> float | None:
    """Return what the tokens that a service reports cost, in US dollars; None where no price of them is known.

    Tokens that it does not tell apart, text from pictures, are counted at the dearer rate of the two.
    """
    entry = current().of(model, service)
    rates = entry.per_million_tokens if entry else None
    if not usage or rates is None:
        return None
    try:
        into = _priced(usage, "input_tokens", rates.text_in, rates.image_in)
        out = _priced(usage, "output_tokens", rates.text_out, rates.image_out)
    except (KeyError, TypeError, AttributeError):
        return None  # a service may report anything
    return (into + out) / MILLION


def spent(response: ImagesResponse, *, service: str | None = None) -> float | None:
    """Return what a reply cost: by its usage, or by its pictures where these have a price; None where unknown.

    One that was replayed from a gallery cost nothing.
    """
    if response.replayed:
        return 0.0
    if (known := cost(response.usage, response.model, service=service)) is not None:
        return known
    parameters = {**response.request.parameters(), "n": len(response)}
    found = estimate(parameters, service=service, pictures_sent=sum(map(len, response.request.files().values())))
    return found.most if found is not None and found.complete and found.least == found.most else None


def dollars(amount: float) -> str:
    """Return an amount: ``"$4.20"``, below a cent ``"$0.006"``, and ``"< $0.001"`` for what is less than that."""
    if 0 < amount < CENT / 10:
        return "< $0.001"
    return f"${amount:,.3f}" if 0 < amount < CENT else f"${amount:,.2f}"


def _sizes(model: str, size: str | None) -> list[str]:
    """Return the size, or all named sizes of a model where the service is to choose one."""
    if size and parse_size(size):
        return [size]
    rules = MODELS.get(_SNAPSHOT.sub("", model))
    return [named for named in rules.sizes if parse_size(named)] if rules else []


def _priced(usage: Mapping[str, Any], name: str, text: float | None, image: float | None) -> float:
    """Return what the tokens of this name cost, times a million."""
    dearer = max(rate for rate in (text, image) if rate is not None)
    split = usage.get(f"{name}_details") or {}
    words, pictures = split.get("text_tokens") or 0, split.get("image_tokens") or 0
    text, image = dearer if text is None else text, dearer if image is None else image
    return float(words * text + pictures * image + (usage[name] - words - pictures) * dearer)
