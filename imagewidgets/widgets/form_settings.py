"""The half of a prompt form that is about what is asked for: prompt, model, settings, and who gets the request.

Nothing here runs anything. `PromptForm` adds the runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from imagewidgets import api
from imagewidgets.client import Client
from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import MODELS, SKETCH
from imagewidgets.operations import CreateImageRequest
from imagewidgets.rules import check
from imagewidgets.widgets import controls, messages, report

HOSTED_MODEL = "gpt-image-2"
"""The model that a form starts with where the service is not the embedded engine."""


class FormSettings(anywidget.AnyWidget):
    """Prompt, model and settings as traits that are checked against the model table."""

    prompt = traitlets.Unicode().tag(sync=True)
    """What the picture shall show."""
    model = traitlets.Unicode().tag(sync=True)
    """The model. Setting it keeps the settings that it takes too, changes the others, and says so in the form."""
    size = traitlets.Unicode().tag(sync=True)
    """``"WIDTHxHEIGHT"`` in px, or ``"auto"`` where the model has it."""
    quality = traitlets.Unicode(allow_none=True).tag(sync=True)
    """One of the model's qualities; None where it has none."""
    n = traitlets.Int(1).tag(sync=True)
    """How many pictures, from 1 to what the model makes at a time."""
    style = traitlets.Unicode(None, allow_none=True)
    """``"vivid"`` or ``"natural"``; None leaves it out, as with all that follow."""
    background = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """``"auto"``, ``"transparent"`` or ``"opaque"``."""
    output_format = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """The file format that the service sends: ``"png"``, ``"webp"`` or ``"jpeg"``."""
    output_compression = traitlets.Int(None, allow_none=True).tag(sync=True)
    """0 to 100; sent for webp and jpeg."""
    moderation = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """``"auto"`` or ``"low"``."""
    seed = traitlets.Int(None, allow_none=True).tag(sync=True)
    """The same prompt and seed give the same picture, where the service knows seeds."""
    user = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """An opaque name of the end user, for the service's abuse checks."""
    more_options = traitlets.Bool(False).tag(sync=True)
    """Whether the further options are in sight."""

    # What the view draws. None of it holds a key: the client is no trait.
    _style = traitlets.Unicode(None, allow_none=True).tag(sync=True)  # front ends take a `style` for a widget's looks
    _menu: traitlets.List[dict[str, str]] = traitlets.List().tag(sync=True)
    _controls = traitlets.Dict().tag(sync=True)
    _destination = traitlets.Dict().tag(sync=True)
    _changed: traitlets.List[str] = traitlets.List().tag(sync=True)
    _note: traitlets.List[list[Any]] = traitlets.List().tag(sync=True)
    _complaint = traitlets.Dict().tag(sync=True)

    def __init__(self, client: Client | None, *, prompt: str, model: str | None, settings: Mapping[str, Any]) -> None:
        self._client = _checked(client)
        self._suggested = self._suggestion()
        self._before: dict[str, Any] | None = None  # model and settings before the last change of model
        chosen = model or self._suggested
        super().__init__(prompt=prompt, model=chosen, **controls.defaults(chosen))
        traitlets.dlink((self, "style"), (self, "_style"))
        for name, value in settings.items():
            if value is not None:
                setattr(self, name, value)
        self._controls = controls.describe(chosen)
        self._show_destination()
        self.observe(self._fit_to_model, "model")
        self.observe(self._forget_change, list(controls.SETTINGS))

    # ---- where requests go ------------------------------------------------------------------------------------------

    @property
    def client(self) -> Client | None:
        """The client that was given; None means the one that ``iw.generate`` uses."""
        return self._client

    @client.setter
    def client(self, client: Client | None) -> None:
        self._client = _checked(client)
        self._show_destination()

    @property
    def service(self) -> Client:
        """The client that the next request goes to."""
        return self._client or api.default_client()

    def use_sketch_engine(self) -> None:
        """Send to the embedded engine from now on. It emulates the models of the table; another becomes ``sketch``."""
        self.client = Client(SKETCH.name)
        if self.model not in MODELS:
            self.model = SKETCH.name

    def _suggestion(self) -> str:
        return self.service.default_model or HOSTED_MODEL

    def _show_destination(self) -> None:
        """Show where requests go now; a model that the form chose by itself follows."""
        where = self.service.destination
        offline = where.icon == "offline"
        suggested = self._suggestion()
        if suggested != self._suggested and self.model == self._suggested:
            self.model = suggested
        self._suggested = suggested
        self._destination = {**where._asdict(), "hint": messages.OFFLINE_HINT if offline else ""}
        self._menu = controls.menu(self.model, offline=offline)

    # ---- settings ---------------------------------------------------------------------------------------------------

    @property
    def settings(self) -> dict[str, Any]:
        """All settings beside prompt and model, by the API's names; None is left out of requests."""
        return {name: getattr(self, name) for name in controls.SETTINGS}

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters that a request of this form has, the prompt first."""
        model = {"model": self.model} if self.model else {}
        return {"prompt": self.prompt, **model, **controls.parameters(self.settings)}

    def to_code(self) -> str:
        """Return the Python code that does what the form would do now."""
        return report.code(self.parameters)

    @traitlets.validate(*controls.SETTINGS)
    def _check_setting(self, proposal: Mapping[str, Any]) -> Any:
        """Refuse what the model does not take, in the words of the request's own check."""
        name, value = proposal["trait"].name, proposal["value"]
        if value == "" and name != "size":
            return None
        try:
            check(CreateImageRequest(prompt=name, model=self.model or None, **{name: value}))
        except InvalidRequestError as error:
            raise traitlets.TraitError(error.message) from error
        return value

    def set(self, name: str, value: object) -> None:
        """Set the model or a setting as a person does: text from a box will do, and a complaint is shown in the form.

        Raises
        ------
        ValueError
            `name` is no setting.
        """
        if name not in ("model", *controls.SETTINGS):
            raise ValueError(f"{name!r} is no setting of the form. Its settings are {', '.join(controls.SETTINGS)}.")
        try:
            setattr(self, name, controls.typed(name, value))
        except (traitlets.TraitError, ValueError) as error:
            rule, text = error.__cause__, str(error)
            if isinstance(rule, InvalidRequestError):
                text = " ".join(messages.refused(rule, offline=self.service.destination.icon == "offline"))
            # A number makes every complaint a new one, so that a view draws again what holds.
            self._complaint = {"name": name, "text": text, "number": self._complaint.get("number", 0) + 1}
        else:
            self._complaint = {}

    # ---- a change of model ------------------------------------------------------------------------------------------

    def _fit_to_model(self, change: Mapping[str, Any]) -> None:
        """Keep the settings that the new model takes too, change the others, and say so."""
        before = self.settings
        fitted, changes = controls.adapt(before, self.model)
        with self.hold_sync():
            for name, value in fitted.items():
                setattr(self, name, value)
            self._controls = controls.describe(self.model)
            self._menu = controls.menu(self.model, offline=self._destination.get("icon") == "offline")
            self._changed = [one.name for one in changes if one.new is not None]
            self._note = controls.change_note(self.model, changes) if changes else []
            self._complaint = {}
        self._before = {"model": change["old"], **before} if changes else None

    def undo_model(self) -> None:
        """Go back to the model and the settings before the last change of model, where that changed any."""
        if self._before is None:
            return
        before = self._before
        with self.hold_sync():
            for name in ("model", *controls.SETTINGS):
                setattr(self, name, before[name])
            self.dismiss_note()

    def dismiss_note(self) -> None:
        """Put away what was said about the last change of model."""
        self._note, self._changed, self._before = [], [], None

    def _forget_change(self, change: Mapping[str, Any]) -> None:
        """Take the word "changed" from a setting that was touched since."""
        if change["name"] in self._changed:
            self._changed = [name for name in self._changed if name != change["name"]]


def _checked(client: object) -> Client | None:
    if client is None or isinstance(client, Client):
        return client
    # Only its type is named: it may be a key.
    raise TypeError(
        f"client must be a Client, such as imagewidgets.Client('sketch'), or None, not a {type(client).__name__}."
    )
