"""The half of a prompt form that is about what is asked for: what is set, and what a change of model does to it.

Nothing here runs anything. `form_inputs`, `form_costs` and `form_runs` stand on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets

from imagewidgets.client import Client
from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import MODELS, SKETCH, VARIATION
from imagewidgets.widgets import controls, form_extra, form_fitting, messages
from imagewidgets.widgets.form_traits import SettingTraits

HOSTED_MODEL = "gpt-image-2"
"""The model that a form starts with where the service is not the embedded engine."""


class FormSettings(SettingTraits):
    """Settings, the controls that the model has for them, and the note about what did not fit."""

    more_options = traitlets.Bool(False).tag(sync=True)
    """Whether the further options are in sight."""
    limit = traitlets.Float(None, allow_none=True, min=0).tag(sync=True)
    """US dollars above which a run asks before it goes out; None never asks."""

    _menu: traitlets.List[dict[str, str]] = traitlets.List().tag(sync=True)
    _controls = traitlets.Dict().tag(sync=True)
    _changed: traitlets.List[str] = traitlets.List().tag(sync=True)
    _note: traitlets.List[list[Any]] = traitlets.List().tag(sync=True)
    _undoable = traitlets.Bool(False).tag(sync=True)
    _complaint = traitlets.Dict().tag(sync=True)

    def __init__(self, client: Client | None, *, model: str | None, settings: Mapping[str, Any], **traits: Any) -> None:
        self._before: dict[str, Any] | None = None  # model and settings before the last change of model
        self._suggested = ""
        self._described: tuple[str, str, str] = ("", "", "")
        super().__init__(client, **traits)
        with self.hold_sync():  # one message: a page paints the form when all of them have been read
            self._begin(model, settings)
        self.observe(self._fit_to_model, "model")
        self.observe(self._describe, "operation")
        self.observe(self._forget_change, list(controls.SETTINGS))

    def _begin(self, model: str | None, settings: Mapping[str, Any]) -> None:
        """Take what the form begins with."""
        self._suggested = self._suggestion()
        chosen = model or self._suggested
        self._draw(model=chosen, **controls.defaults(chosen))
        traitlets.dlink((self, "style"), (self, "_style"))
        traitlets.dlink((self, "extra"), (self, "_extra"), form_extra.show_extra)
        for name, value in settings.items():
            if value is not None:
                setattr(self, name, value)
        self.show_destination()

    # ---- where requests go ------------------------------------------------------------------------------------------

    def use_sketch_engine(self) -> None:
        """Send to the embedded engine from now on. It emulates the models of the table; another becomes ``sketch``."""
        now = self.service
        self.client = Client(SKETCH.name, gallery=now.gallery, replay=now.replay or "auto", recipes=now.recipes)
        if self.model not in MODELS:
            self.model = SKETCH.name

    def show_destination(self) -> None:
        """Show where requests go now; a model that the form chose by itself follows, and settings that fit stay."""
        super().show_destination()
        suggested = self._suggestion()
        if suggested != self._suggested and self.model == self._suggested:
            self.model = suggested
        self._suggested = suggested
        if self._described[2] not in ("", self.place):  # it goes elsewhere than before
            self._fit(self.service.destination.name)
            self._before, self._undoable = None, False  # what the server does not take cannot come back
        self._describe()

    def _suggestion(self) -> str:
        return self.service.default_model or HOSTED_MODEL

    def _describe(self, _change: object = None) -> None:
        """Show the controls of the model in this operation at this server."""
        described = (self.model, self.operation, self.place)
        menu = controls.menu(self.model, offline=self.place == "sketch")
        if described != self._described or menu != self._menu:
            self._described = described
            self._draw(_controls=controls.describe(self.model, self.operation, self.place), _menu=menu)

    # ---- settings ---------------------------------------------------------------------------------------------------

    @property
    def parameters(self) -> dict[str, Any]:
        """What the client's method is given for this form, the prompt first, without pictures."""
        model = {"model": self.model} if self.model else {}
        sent = controls.parameters(self.settings, self.model, self.operation, self.place)
        prompt = {} if self.operation == VARIATION else {"prompt": self.prompt}
        return {**prompt, **model, **sent}

    def set(self, name: str, value: object) -> None:
        """Set the model or a setting as a person does: text from a box will do, and a complaint is shown in the form.

        Raises
        ------
        ValueError
            `name` is no setting.
        """
        if name not in ("model", "limit", *controls.SETTINGS):
            raise ValueError(f"{name!r} is no setting of the form. Its settings are {', '.join(controls.SETTINGS)}.")
        try:
            if name == "extra" and isinstance(value, str):
                value = form_extra.parse_extra(value)
            setattr(self, name, controls.typed(name, value))
        except (traitlets.TraitError, ValueError) as error:
            rule, text = error.__cause__, str(error)
            if isinstance(rule, InvalidRequestError):
                text = rule.message
            self._complain(name, text)
        else:
            self._complaint = {}

    def _complain(self, name: str, text: str) -> None:
        # A number makes every complaint a new one, so that a view draws again what holds.
        number = self._complaint.get("number", 0) + 1
        self._complaint = {"name": name, "text": messages.redact(text), "number": number}

    # ---- a change of model ------------------------------------------------------------------------------------------

    def _fit_to_model(self, change: Mapping[str, Any]) -> None:
        before = self.settings
        changed = self._fit(self.model)
        self._before = {"model": change["old"], **before} if changed else None
        self._undoable = changed
        self._describe()

    def _fit(self, changed_to: str) -> bool:
        """Keep the settings that the model and the server take, change the others, and say so; return whether any."""
        fitted, changes = form_fitting.adapt(self.settings, self.model, self.place)
        self._draw(
            **fitted,
            _changed=[one.name for one in changes if one.new not in (None, {})],
            _note=form_fitting.change_note(changed_to, changes) if changes else [],
            _complaint={},
        )
        return bool(changes)

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
        self._draw(_note=[], _changed=[], _undoable=False)
        self._before = None

    def _forget_change(self, change: Mapping[str, Any]) -> None:
        """Take the word "changed" from a setting that was touched since."""
        if change["name"] in self._changed:
            self._changed = [name for name in self._changed if name != change["name"]]
