"""What a prompt form says about money: the estimate before a run, the question above a limit, what was spent.

Prices are those of `imagewidgets.prices`. The embedded engine costs nothing; where no price is known, that is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from imagewidgets import prices
from imagewidgets.images.fitting import best_size
from imagewidgets.widgets import money
from imagewidgets.widgets.form_inputs import FormInputs

if TYPE_CHECKING:
    from imagewidgets.client import Destination
    from imagewidgets.responses import ImagesResponse

_COUNTS = ("prompt", "model", "size", "quality", "n", "partial_images", "output_format", "inputs", "operation")


class FormCosts(FormInputs):
    """Costs are in US dollars, and about what the service will bill."""

    cost = traitlets.Float(None, allow_none=True, read_only=True).tag(sync=True)
    """What the last run cost; None before it, and where no price is known."""
    session_cost = traitlets.Float(0.0, read_only=True).tag(sync=True)
    """What all runs of this form cost, as far as their prices are known."""

    _estimate = traitlets.Unicode().tag(sync=True)
    _question = traitlets.Dict().tag(sync=True)

    def __init__(self, *args: Any, **traits: Any) -> None:
        self._all_priced = True  # no run so far whose price is not known
        super().__init__(*args, **traits)
        self._show_estimate()
        self.observe(self._show_estimate, list(_COUNTS))

    def show_destination(self) -> None:
        """Show where requests go now, and what that costs."""
        super().show_destination()
        self._show_estimate()

    def estimate(self, parameters: Mapping[str, Any] | None = None) -> prices.Estimate | None:
        """Return what a run may cost, of the form as it is or with these parameters of a request.

        None where it costs nothing (the embedded engine), where no price is known, or only afterwards.
        """
        if self.place == "sketch":
            return None
        given = self.parameters if parameters is None else parameters
        if self.inputs and not given.get("size"):
            given = {**given, "size": self._size_of_input()}
        return prices.estimate(given, service=self.service.destination.host, pictures_sent=len(self.inputs))

    def _size_of_input(self) -> str | None:
        """Return the size that comes nearest to that of the first input; None where the service is to choose."""
        return best_size(self.model, *self.inputs[0].size)

    def _show_estimate(self, _change: object = None) -> None:
        self._estimate = "" if self.place == "sketch" else money.estimate(self.estimate(), later=self._later())

    def _later(self) -> bool:
        """Tell whether the price is known after the run, from what was used."""
        used = {"input_tokens": 1, "output_tokens": 1}
        return prices.cost(used, self.model, service=self.service.destination.host) is not None

    def _asks(self, parameters: Mapping[str, Any]) -> bool:
        """Tell whether a run is to be asked for again, and ask."""
        self._question = {}
        if self.limit is None or self.place == "sketch" or self.service.replay == "only":
            return False
        estimate = self.estimate(parameters)
        if estimate is None and self.place != "openai":
            return False  # a server of one's own has no price, and asking each time would say nothing
        if estimate is not None and estimate.most <= self.limit:
            return False
        self._question = money.above_limit(estimate, self.limit)
        return True

    def _spend(self, response: ImagesResponse, destination: Destination) -> float | None:
        """Add up what a run cost, and return that; 0 on the embedded engine, None where it is not known."""
        offline = destination.icon == "offline"
        spent = 0.0 if offline else prices.spent(response, service=destination.host)
        if spent is None:
            self._all_priced = False
        self._put(cost=spent, session_cost=self.session_cost + (spent or 0.0))
        return spent

    def _spend_unknown(self, destination: Destination) -> None:
        """Remember a run that may have been billed although it gave nothing."""
        if destination.icon != "offline":
            self._all_priced = False
            self._put(cost=None)
