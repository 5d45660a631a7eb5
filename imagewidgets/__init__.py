"""Make and edit pictures from prompts inside a notebook.

Thin functions over the Images API (`generate`, `edit`, `create_variation`) sit underneath three widgets
(`PromptForm`, `MaskCanvas`, `ResultGrid`). Everything returns PIL images. With no key and no network it works at
once, on the embedded sketch engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imagewidgets.api import configure, create_variation, edit, generate, list_models, login, repeat
    from imagewidgets.client import Client, ImageStream
    from imagewidgets.errors import (
        APIConnectionError,
        APIError,
        APIResponseError,
        APIStatusError,
        APITimeoutError,
        AuthenticationError,
        BadRequestError,
        CancelledError,
        ConflictError,
        ContentPolicyError,
        ImagesError,
        InternalServerError,
        InvalidRequestError,
        NotFoundError,
        NotRecordedError,
        PermissionDeniedError,
        QuotaError,
        RateLimitError,
        UnprocessableEntityError,
    )
    from imagewidgets.gallery import Gallery
    from imagewidgets.images import read_recipe
    from imagewidgets.models import MODELS
    from imagewidgets.responses import ImageEvent, ImagesResponse
    from imagewidgets.sweeps import Sweep
    from imagewidgets.sweeps.making import sweep
    from imagewidgets.widgets.mask_canvas import MaskCanvas
    from imagewidgets.widgets.prompt_form import PromptForm
    from imagewidgets.widgets.result_grid import ResultGrid
    from imagewidgets.widgets.studio import ImageStudio
    from imagewidgets.widgets.sweep_grid import SweepGrid

__version__ = "0.1.0"

__all__ = [
    "MODELS",
    "APIConnectionError",
    "APIError",
    "APIResponseError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "CancelledError",
    "Client",
    "ConflictError",
    "ContentPolicyError",
    "Gallery",
    "ImageEvent",
    "ImageStream",
    "ImageStudio",
    "ImagesError",
    "ImagesResponse",
    "InternalServerError",
    "InvalidRequestError",
    "MaskCanvas",
    "NotFoundError",
    "NotRecordedError",
    "PermissionDeniedError",
    "PromptForm",
    "QuotaError",
    "RateLimitError",
    "ResultGrid",
    "Sweep",
    "SweepGrid",
    "UnprocessableEntityError",
    "configure",
    "create_variation",
    "edit",
    "generate",
    "list_models",
    "login",
    "read_recipe",
    "repeat",
    "sweep",
]

# Where each public name lives: it is imported when it is first used, so that ``import imagewidgets`` costs nothing.
_HOMES = {
    "MODELS": "models",
    "Client": "client",
    "Gallery": "gallery",
    "ImageEvent": "responses",
    "ImageStream": "client",
    "ImageStudio": "widgets.studio",
    "ImagesResponse": "responses",
    "MaskCanvas": "widgets.mask_canvas",
    "PromptForm": "widgets.prompt_form",
    "ResultGrid": "widgets.result_grid",
    "Sweep": "sweeps",
    "SweepGrid": "widgets.sweep_grid",
    "configure": "api",
    "create_variation": "api",
    "edit": "api",
    "generate": "api",
    "list_models": "api",
    "login": "api",
    "read_recipe": "images",
    "repeat": "api",
    "sweep": "sweeps.making",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"{__name__}.{_HOMES.get(name, 'errors')}")
    value = globals()[name] = getattr(home, name)
    return value


def __dir__() -> list[str]:
    return __all__
