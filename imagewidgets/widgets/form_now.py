"""What a prompt form would do now: its settings, prompt and pictures as one order, and the cell that repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from imagewidgets.models import EDIT, GENERATE, VARIATION
from imagewidgets.widgets import controls, form_code
from imagewidgets.widgets.form_costs import FormCosts
from imagewidgets.widgets.form_orders import Order
from imagewidgets.widgets.form_pictures import read_mask

# Settings of a form that no request has by this name, or not by itself: see `controls.parameters`.
_SENT_OTHERWISE = ("negative_prompt", "steps", "partial_images")


class FormNow(FormCosts):
    """A form that can be asked what it would do."""

    def to_code(self) -> str:
        """Return the Python cell that does what the form would do now.

        Pictures that came from a file are named by its path; for others, and for masks, it has a line to fill in.
        """
        return form_code.code(replace(self._order(self.operation, {}), given=self.client))

    def _order(self, operation: str, overrides: Mapping[str, Any]) -> Order:
        """Return what the form would do now."""
        where = self.service.destination
        settings = self.settings
        given = dict(overrides)
        for name in _SENT_OTHERWISE:
            if name in given and controls.takes(name, self.model, operation, self.place):
                settings[name] = given.pop(name)
        own_n = {"n": given["n"]} if isinstance(given.get("n"), int) else {}
        sent = controls.parameters({**settings, **own_n}, self.model, operation, self.place)
        if isinstance(given.get("extra"), Mapping):
            given["extra"] = {**sent.get("extra", {}), **given["extra"]}
        prompt = {} if operation == VARIATION else {"prompt": self.prompt}
        parameters = {**prompt, **({"model": self.model} if self.model else {}), **sent, **given}
        if operation == GENERATE:
            return Order(operation, parameters, where)
        if operation == VARIATION and self.inputs and (size := self._size_of_input()) and not parameters.get("size"):
            parameters["size"] = size  # for an edit, the client does this by itself
        mask, markup = read_mask(self.mask) if operation == EDIT else (None, None)
        return Order(operation, parameters, where, tuple(self._pictures), mask, markup, keep_outside=self.keep_outside)
