"""The models of a service, by its own list."""

from __future__ import annotations

import re
from datetime import date, datetime, timezone
from typing import Any

import msgspec

from imagewidgets.client.answers import Answer
from imagewidgets.client.reply import decoded
from imagewidgets.models import MODELS

# Names by which models that make pictures go, at hosted services and in the collections that local servers load.
# Words that read pictures (vision, vl) are not among them.
_PICTURE_NAME = re.compile(
    r"image|dall-?e|flux|diffusion|sdxl|\bsd[-_]?[123x]|kandinsky|recraft|ideogram|seedream|hidream|pixart|kolors|photon",
    re.IGNORECASE,
)
_PICTURE_KINDS = {"image", "image_generation", "text-to-image", "image-to-image"}


class ServiceModel(str):
    """The name of a model that a service offers; it goes wherever a name goes.

    Attributes
    ----------
    makes_pictures : bool or None
        True for models of `models.MODELS`, for those that the service says it of, and for names that such models have;
        False where the service says that they do something else; None where nothing is known.
    shutdown_date : datetime.date or None
        The day on which the service stops offering it, where it tells.
    """

    __slots__ = ("makes_pictures", "shutdown_date")

    makes_pictures: bool | None
    shutdown_date: date | None

    def __new__(
        cls, name: str, *, makes_pictures: bool | None = None, shutdown_date: date | None = None
    ) -> ServiceModel:
        """Make one."""
        model = super().__new__(cls, name)
        model.makes_pictures = makes_pictures
        model.shutdown_date = shutdown_date
        return model

    def __repr__(self) -> str:
        facts = [f", {name}={value}" for name in self.__slots__ if (value := getattr(self, name)) is not None]
        return f"ServiceModel({str(self)!r}{''.join(facts)})"

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (str(self),), {"makes_pictures": self.makes_pictures, "shutdown_date": self.shutdown_date}


class _Item(msgspec.Struct):
    """One item of the list; what else it says differs from service to service."""

    id: str
    shutdown_date: Any = None
    type: Any = None  # Together: "image", "chat"
    mode: Any = None  # LiteLLM: "image_generation", "chat"
    architecture: Any = None  # OpenRouter: {"output_modalities": ["image", "text"]}


class _List(msgspec.Struct):
    data: list[_Item]


_list = msgspec.json.Decoder(_List | list[_Item])  # Together sends the bare list


def models(answer: Answer, service: str) -> list[ServiceModel]:
    """Return the models in the answer to ``GET /models``."""
    value = decoded(_list, answer, service)
    return [
        ServiceModel(item.id, makes_pictures=_makes_pictures(item), shutdown_date=_day(item.shutdown_date))
        for item in (value.data if isinstance(value, _List) else value)
    ]


def _makes_pictures(item: _Item) -> bool | None:
    told = item.architecture.get("output_modalities") if isinstance(item.architecture, dict) else None
    kinds = told if isinstance(told, list) else [kind for kind in (item.type, item.mode) if isinstance(kind, str)]
    if item.id in MODELS or not _PICTURE_KINDS.isdisjoint(map(str, kinds)):
        return True
    if kinds and kinds != ["model"]:
        return False
    return True if _PICTURE_NAME.search(item.id) else None


def _day(told: object) -> date | None:
    """Return the day that a service names, as text that begins with it or as Unix time."""
    try:
        if isinstance(told, str):
            return date.fromisoformat(told[:10])
        if isinstance(told, int | float):
            return datetime.fromtimestamp(told, timezone.utc).date()
    except (ValueError, OverflowError, OSError):  # no day of this calendar
        pass
    return None
