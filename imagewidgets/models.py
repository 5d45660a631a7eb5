"""What each image model accepts, as data.

One table, three readers: the client refuses a bad request before it costs anything, the local server refuses it with
the API's own error body, the prompt form shows only the controls that the chosen model has. A model that is not in
the table is never refused: gateways and local servers have models of their own.

Source: the published description of the Images API of August 2026 and the documents of its models.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

PIXELS = 16_777_216  # nothing here handles larger pictures than 4096 × 4096
MEBIBYTE = 1024 * 1024

GENERATE, EDIT, VARIATION = "generate", "edit", "variation"

# Every parameter of each operation that this package sends by its own name.
PARAMETERS: dict[str, tuple[str, ...]] = {
    GENERATE: (
        "prompt",
        "model",
        "n",
        "size",
        "quality",
        "style",
        "background",
        "output_format",
        "output_compression",
        "moderation",
        "complexity",
        "frame_count",
        "frame_duration_ms",
        "svg",
        "watermark",
        "response_format",
        "stream",
        "partial_images",
        "user",
        "safety_identifier",
        "seed",
    ),
    EDIT: (
        "image",
        "prompt",
        "mask",
        "markup",
        "model",
        "n",
        "size",
        "quality",
        "background",
        "output_format",
        "output_compression",
        "input_fidelity",
        "complexity",
        "frame_count",
        "frame_duration_ms",
        "svg",
        "response_format",
        "stream",
        "partial_images",
        "user",
        "safety_identifier",
        "seed",
    ),
    VARIATION: ("image", "model", "n", "size", "response_format", "user", "seed"),
}

_GPT_QUALITY = ("auto", "low", "medium", "high")
_GPT_SIZES = ("auto", "1024x1024", "1536x1024", "1024x1536")
_GPT_ONLY = frozenset({"output_compression", "moderation", "stream", "partial_images", "safety_identifier"})
_NEWEST = frozenset({"complexity", "frame_count", "frame_duration_ms", "svg", "markup"})


@dataclass(frozen=True)
class FreeSize:
    """Any width × height within limits, all in px; `ratio` is the largest long side ÷ short side."""

    multiple: int
    smallest: int
    largest: int
    ratio: float
    pixels: int = PIXELS

    def accepts(self, width: int, height: int) -> bool:
        """Tell whether a picture of this size can be asked for."""
        short, long = sorted((width, height))
        return (
            short >= self.smallest
            and long <= self.largest
            and long <= self.ratio * short
            and width * height <= self.pixels
            and width % self.multiple == height % self.multiple == 0
        )

    def describe(self) -> str:
        """Say in words what is allowed."""
        step = f", both multiples of {self.multiple}" if self.multiple > 1 else ""
        shape = f", no longer than {self.ratio:g} times its width or height" if self.ratio < self.largest else ""
        return f"any WIDTHxHEIGHT from {self.smallest} to {self.largest} px a side{step}{shape}"


@dataclass(frozen=True, kw_only=True)
class Model:
    """What one model accepts.

    Parameters
    ----------
    name
        The name that requests carry.
    operations
        Which of generate, edit and variation the model does.
    sizes
        The named sizes, the usual one first; `free_size` where any width × height within limits is allowed as well.
    qualities, styles, backgrounds, output_formats, response_formats, input_fidelities
        The allowed values, the default first; empty where the model has no such parameter.
    max_n
        How many pictures one request may ask for.
    prompt_length
        Longest prompt in characters.
    parameters
        Parameters beyond prompt, model, n, size and user that the model takes (those with a list of values are
        known by their lists).
    max_images, image_bytes
        How many input pictures an edit takes, and the largest file of one in bytes.
    square_png
        True where input pictures must be square PNG files with an alpha channel or a mask.
    shutdown
        The day on which the hosted service stops or stopped offering it; gateways may go on. `successor` is the
        model to use instead.
    revises_prompt
        True where replies carry the prompt as the model rewrote it.
    """

    name: str
    operations: frozenset[str]
    sizes: tuple[str, ...]
    free_size: FreeSize | None = None
    qualities: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    backgrounds: tuple[str, ...] = ()
    output_formats: tuple[str, ...] = ()
    response_formats: tuple[str, ...] = ()
    input_fidelities: tuple[str, ...] = ()
    max_n: int = 10
    prompt_length: int = 32_000
    parameters: frozenset[str] = frozenset()
    max_images: int = 1
    image_bytes: int = 50 * MEBIBYTE
    square_png: bool = False
    shutdown: date | None = None
    successor: str | None = None
    revises_prompt: bool = False

    def choices(self, parameter: str) -> tuple[str, ...]:
        """Return the allowed values of a parameter that has a fixed list of them, the default first."""
        return {
            "quality": self.qualities,
            "style": self.styles,
            "background": self.backgrounds,
            "output_format": self.output_formats,
            "response_format": self.response_formats,
            "input_fidelity": self.input_fidelities,
            "moderation": ("auto", "low") if "moderation" in self.parameters else (),
            "complexity": ("medium", "low", "high") if "complexity" in self.parameters else (),
        }.get(parameter, ())

    def takes(self, parameter: str, operation: str = GENERATE) -> bool:
        """Tell whether a request for `operation` may carry `parameter`."""
        if parameter not in PARAMETERS[operation]:
            return False
        if parameter in {"prompt", "image", "mask", "model", "n", "size", "user"}:
            return True
        if parameter == "style" and operation != GENERATE:
            return False
        return bool(self.choices(parameter)) or parameter in self.parameters


_EVERYTHING = frozenset({GENERATE, EDIT, VARIATION})
_NO_VARIATION = frozenset({GENERATE, EDIT})

_DALL_E_2 = Model(
    name="dall-e-2",
    operations=_EVERYTHING,
    sizes=("1024x1024", "512x512", "256x256"),
    qualities=("standard",),
    response_formats=("url", "b64_json"),
    prompt_length=1_000,
    image_bytes=4 * MEBIBYTE,
    square_png=True,
    shutdown=date(2026, 5, 12),
    successor="gpt-image-2",
)
_DALL_E_3 = Model(
    name="dall-e-3",
    operations=frozenset({GENERATE}),
    sizes=("1024x1024", "1792x1024", "1024x1792"),
    qualities=("standard", "hd"),
    styles=("vivid", "natural"),
    response_formats=("url", "b64_json"),
    max_n=1,
    prompt_length=4_000,
    shutdown=date(2026, 5, 12),
    successor="gpt-image-2",
    revises_prompt=True,
)
_GPT_IMAGE_1 = Model(
    name="gpt-image-1",
    operations=_NO_VARIATION,
    sizes=_GPT_SIZES,
    qualities=_GPT_QUALITY,
    backgrounds=("auto", "transparent", "opaque"),
    output_formats=("png", "webp", "jpeg"),
    input_fidelities=("low", "high"),
    parameters=_GPT_ONLY,
    max_images=16,
    shutdown=date(2026, 10, 23),
    successor="gpt-image-2",
)
_GPT_IMAGE_1_5 = replace(_GPT_IMAGE_1, name="gpt-image-1.5", shutdown=date(2026, 12, 1))
_GPT_IMAGE_2 = replace(
    _GPT_IMAGE_1,
    name="gpt-image-2",
    free_size=FreeSize(multiple=16, smallest=16, largest=3840, ratio=3.0, pixels=3840 * 2160),
    input_fidelities=(),
    shutdown=None,
    successor=None,
)
_GPT_IMAGE_2_5 = replace(
    _GPT_IMAGE_2,
    qualities=(*_GPT_QUALITY, "xhigh", "max"),
    output_formats=("png", "webp", "jpeg", "gif", "svg"),
    parameters=_GPT_ONLY | _NEWEST,
)

SKETCH = Model(
    name="sketch",
    operations=_EVERYTHING,
    sizes=("1024x1024", "1536x1024", "1024x1536", "512x512", "256x256", "auto"),
    free_size=FreeSize(multiple=1, smallest=64, largest=4096, ratio=64.0),
    qualities=("auto", "low", "medium", "high", "standard", "hd"),
    styles=("vivid", "natural"),
    backgrounds=("auto", "transparent", "opaque"),
    output_formats=("png", "webp", "jpeg"),
    response_formats=("b64_json", "url"),
    parameters=_GPT_ONLY | {"seed", "markup"},
    max_images=16,
    revises_prompt=True,
)
"""The embedded engine under its own name: every option, any size, nothing to pay."""

MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        SKETCH,
        _GPT_IMAGE_2,
        replace(_GPT_IMAGE_2, name="gpt-image-2-2026-04-21"),
        replace(_GPT_IMAGE_2_5, name="gpt-image-2.6-flare"),
        replace(_GPT_IMAGE_2_5, name="gpt-image-2.6-sunburst"),
        replace(_GPT_IMAGE_2_5, name="gpt-image-2.5-flare"),
        replace(_GPT_IMAGE_2_5, name="gpt-image-2.5-flare-2026-09-08"),
        replace(_GPT_IMAGE_2_5, name="gpt-image-2.5-sunburst"),
        replace(_GPT_IMAGE_2_5, name="gpt-image-2.5-sunburst-2026-09-08"),
        _GPT_IMAGE_1_5,
        replace(_GPT_IMAGE_1, name="gpt-image-1-mini", input_fidelities=("low",), shutdown=date(2026, 12, 1)),
        replace(_GPT_IMAGE_1_5, name="chatgpt-image-latest"),
        _GPT_IMAGE_1,
        _DALL_E_3,
        _DALL_E_2,
    )
}
"""All models of the table by name: live ones first, retired ones last."""

EMBEDDED_URL = "http://sketch.invalid/v1"
"""Base URL of the embedded engine. ``.invalid`` is reserved (RFC 6761), so it can never be a real host."""

EMULATED_EXTRAS = frozenset({"seed", "negative_prompt"})
"""What the local server takes for every model, whether the hosted one has it or not."""

DEFAULT_MODEL = "dall-e-2"
"""Whose rules the API documents for a request that names no model."""


def parse_size(size: str) -> tuple[int, int] | None:
    """Return width and height of ``"1024x1536"``, or None where `size` does not have this form."""
    width, _, height = size.partition("x")
    if width.isascii() and height.isascii() and width.isdigit() and height.isdigit():
        return int(width), int(height)
    return None


def accepts_size(model: Model, size: str) -> bool:
    """Tell whether `model` makes pictures of this size."""
    if size in model.sizes:
        return True
    pair = parse_size(size)
    return pair is not None and model.free_size is not None and model.free_size.accepts(*pair)
