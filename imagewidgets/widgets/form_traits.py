"""The settings of a prompt form as traits, each checked against the model table as a request is, in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import ImageFile
from imagewidgets.models import EDIT, GENERATE, MODELS, PARAMETERS
from imagewidgets.operations import AnyRequest, CreateImageEditRequest, CreateImageRequest
from imagewidgets.rules import check, split
from imagewidgets.widgets import controls
from imagewidgets.widgets.form_base import FormBase
from imagewidgets.widgets.form_extra import refuse_keys

MOST_OF_A_RUN = controls.MOST_BY_BUTTON  # pictures of a model of the table: each of them costs
MOST_STEPS = 1_000  # a slip of the finger must not keep a server busy for hours
LONGEST_NEGATIVE_PROMPT = 32_000  # characters: as long as the longest prompt

_ANY_PICTURE = ImageFile(b"", "image/png")  # of a request that is only checked for its parameters


class SettingTraits(FormBase):
    """Prompt, model and settings. None leaves a setting out of requests, except where it says otherwise."""

    prompt = traitlets.Unicode().tag(sync=True)
    """What the picture shall show; in an edit, the whole result in words."""
    model = traitlets.Unicode().tag(sync=True)
    """The model. Setting it keeps the settings that it takes too, changes the others, and says so in the form."""
    size = traitlets.Unicode().tag(sync=True)
    """``"WIDTHxHEIGHT"`` in px, or ``"auto"`` where the model has it; beside input pictures also ``""``: as the first
    of them, or as nearly as the model can."""
    quality = traitlets.Unicode(allow_none=True).tag(sync=True)
    """One of the model's qualities; None where it has none."""
    n = traitlets.Int(1).tag(sync=True)
    """How many pictures, 1 to 10. More than the model makes at a time are asked for in several requests."""
    negative_prompt = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """What the picture shall not show; for the embedded engine and servers other than OpenAI's."""
    style = traitlets.Unicode(None, allow_none=True)
    """``"vivid"`` or ``"natural"``."""
    background = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """``"auto"``, ``"transparent"`` or ``"opaque"``."""
    output_format = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """The file format that the service sends: ``"png"``, ``"webp"``, ``"jpeg"``, also ``"gif"`` and ``"svg"``."""
    output_compression = traitlets.Int(None, allow_none=True).tag(sync=True)
    """0 to 100; sent for webp and jpeg."""
    frame_count = traitlets.Int(None, allow_none=True).tag(sync=True)
    """Pictures of a GIF, 2 to 16; sent for gif."""
    frame_duration_ms = traitlets.Int(None, allow_none=True).tag(sync=True)
    """How long each of them is shown, in steps of 10 ms; sent for gif."""
    input_fidelity = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """How closely an edit keeps to its source: ``"low"`` or ``"high"``."""
    complexity = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """``"low"``, ``"medium"`` or ``"high"``."""
    partial_images = traitlets.Int(None, allow_none=True).tag(sync=True)
    """How many unfinished pictures of each are shown as they come, 0 to 3."""
    moderation = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """``"auto"`` or ``"low"``."""
    seed = traitlets.Int(None, allow_none=True).tag(sync=True)
    """The same prompt and seed give the same picture, where the service knows seeds."""
    steps = traitlets.Int(None, allow_none=True).tag(sync=True)
    """Steps of a diffusion model, 1 to 1,000; for servers other than OpenAI's, which get it as ``steps``."""
    fit = traitlets.Enum(["pad", "crop"], None, allow_none=True).tag(sync=True)
    """What is done to an input picture that the model does not take as it is: see ``iw.edit``."""
    user = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """An opaque name of the end user, for the service's abuse checks."""
    safety_identifier = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """The same by its newer name."""
    extra: traitlets.Dict[str, Any] = traitlets.Dict(key_trait=traitlets.Unicode())
    """Parameters that go out untouched, by name, for what gateways add. What looks like a key is refused."""

    operation = traitlets.Enum(controls.OPERATIONS, GENERATE, read_only=True).tag(sync=True)
    """What `submit` does: ``"generate"``, with input pictures ``"edit"``, or ``"variation"`` without a prompt."""

    _style = traitlets.Unicode(None, allow_none=True).tag(sync=True)  # front ends take a `style` for a widget's looks
    _extra = traitlets.Unicode().tag(sync=True)

    @property
    def settings(self) -> dict[str, Any]:
        """All settings beside prompt and model, by the API's names; None is left out of requests."""
        return {name: getattr(self, name) for name in controls.SETTINGS}

    @traitlets.validate(*(name for name in controls.SETTINGS if name not in ("extra", "fit")))
    def _check_setting(self, proposal: Mapping[str, Any]) -> Any:
        """Refuse what the model does not take, in the words of the request's own check."""
        name, value = proposal["trait"].name, proposal["value"]
        if value == "" and name != "size":
            return None
        if value is None or (name == "size" and value == "" and self.operation != GENERATE):
            return value
        try:
            refuse_keys("", value)
            if name in ("negative_prompt", "steps"):
                self._check_own(name, value)
            else:
                self._check_as_request(name, value)
        except InvalidRequestError as error:
            raise traitlets.TraitError(error.message) from error
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from error
        return value

    def _check_as_request(self, name: str, value: Any) -> None:
        if name == "n" and value > MOST_OF_A_RUN and self.model in MODELS:
            raise ValueError(
                f"A form asks for at most {MOST_OF_A_RUN} pictures at a time, not {value}. form.submit(n={value}) asks "
                "for more."
            )
        also = frozenset() if self.place == "openai" else frozenset({"seed"})
        values: dict[str, Any] = {name: value}
        if name.startswith("frame_") and controls.takes(name, self.model, place=self.place):
            values["output_format"] = "gif"  # which they need, but need not have before they are set
        request: AnyRequest
        if name in PARAMETERS[GENERATE]:
            request = CreateImageRequest(prompt=name, model=self.model or None, **values)
        else:
            request = CreateImageEditRequest(prompt=name, model=self.model or None, image=(_ANY_PICTURE,), **values)
        check(split(request)[0], also=also)

    def _check_own(self, name: str, value: Any) -> None:
        """Check what no request has a field for."""
        if not any(controls.takes(name, self.model, operation, self.place) for operation in (GENERATE, EDIT)):
            raise ValueError(f"{self.service.destination.name} has no parameter {name!r}. Leave it out.")
        if name == "steps" and not 1 <= value <= MOST_STEPS:
            raise ValueError(f"steps is {value}; it must be from 1 to {MOST_STEPS:,}.")
        if name == "negative_prompt" and len(value) > LONGEST_NEGATIVE_PROMPT:
            raise ValueError(
                f"The negative prompt has {len(value):,} characters; {LONGEST_NEGATIVE_PROMPT:,} are taken."
            )

    @traitlets.validate("extra")
    def _check_extra(self, proposal: Mapping[str, Any]) -> dict[str, Any]:
        value: dict[str, Any] = proposal["value"]
        try:
            refuse_keys("extra", value)
            if value and not controls.takes("extra", self.model, place=self.place):
                raise ValueError("The sketch engine refuses what it does not know, so it takes no extra parameters.")
            self.service.create_request("a fox", extra=value)
        except InvalidRequestError as error:
            raise traitlets.TraitError(error.message) from error
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from error
        return value
