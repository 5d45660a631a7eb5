"""From what a cell is given to its request: typed and checked, by the client's own rules."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.inputs import edit_inputs, variation_inputs
from imagewidgets.models import EDIT, GENERATE, PARAMETERS, VARIATION
from imagewidgets.sweeps.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imagewidgets.client import Client
    from imagewidgets.images.inputs import Inputs
    from imagewidgets.operations import AnyRequest

_TEMPLATES = 1024  # prompts that are kept as they were read
_OWN = {
    GENERATE: frozenset({*PARAMETERS[GENERATE], "extra"}),
    EDIT: frozenset({*PARAMETERS[EDIT], "extra", "fit"}),
    VARIATION: frozenset({*PARAMETERS[VARIATION], "extra", "fit"}),
}
_WORDS = {GENERATE: "A request without image=", EDIT: "An edit", VARIATION: "A variation (image= without a prompt)"}

_PARAMETERS = (_OWN[GENERATE] | _OWN[EDIT] | _OWN[VARIATION]) - {"prompt"}

_template = lru_cache(_TEMPLATES)(Template.parse)


class Requests:
    """The requests of one sweep. Each picture is made ready to be sent once, however many cells work on it.

    Parameters
    ----------
    client
        It builds and checks them.
    places
        The names that stand in prompts: values that are words, and no parameters.
    """

    def __init__(self, client: Client, places: frozenset[str]) -> None:
        self._client = client
        self._parameters = _PARAMETERS - places
        self._edit_inputs = _Once(edit_inputs)
        self._variation_inputs = _Once(variation_inputs)

    def build(self, given: Mapping[str, Any]) -> AnyRequest:
        """Return the request of a cell.

        Parameters
        ----------
        given
            Its parameters, the words for its prompt and the prompt as it was written, by name.

        Raises
        ------
        InvalidRequestError
            It breaks a rule of its model.
        """
        written = given.get("prompt")
        words = None if written is None else _template(written).fill(given)
        options = {name: value for name, value in given.items() if value is not None and name in self._parameters}
        image = options.pop("image", None)
        operation = GENERATE if image is None else VARIATION if words is None else EDIT
        for name in sorted(options.keys() - _OWN[operation]):
            raise InvalidRequestError(f"{_WORDS[operation]} has no {name}. Leave it out there.", param=name)
        if operation == GENERATE:
            return self._client.create_request(words or "", **options)
        if operation == EDIT:
            return self._client.edit_request(image, words or "", prepare=self._edit_inputs, **options)
        return self._client.variation_request(image, prepare=self._variation_inputs, **options)


class _Once:
    """Makes pictures ready to be sent, and remembers how that ended; they are told apart by what they are given as.

    The axes keep what they are given as, so that no other object takes its place.
    """

    def __init__(self, prepare: Callable[..., Inputs]) -> None:
        self._prepare = prepare
        self._known: dict[object, Inputs | InvalidRequestError] = {}

    def __call__(self, pictures: Any, **options: Any) -> Inputs:
        each = tuple(map(id, pictures)) if isinstance(pictures, list | tuple) else id(pictures)
        key = (each, *((name, value if isinstance(value, str) else id(value)) for name, value in options.items()))
        if key not in self._known:
            try:
                made = self._prepare(pictures, **options)
                # A request wants files alone. The pixels would be kept as long as the sweep.
                self._known[key] = replace(made, source=made.images[0].image, selection=None, soft_selection=None)
            except InvalidRequestError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, InvalidRequestError):
            raise found.with_traceback(None)
        return found
