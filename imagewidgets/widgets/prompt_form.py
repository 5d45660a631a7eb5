"""`PromptForm`: type what you want to see, choose how, and watch it come.

Python owns the truth. What the form sends is in its traits, and every click is a method that works without a browser;
the view (`static/prompt_form*.js`) draws traits and names methods. Pictures are made in the background: the kernel
stays free, and runs that are asked for meanwhile wait for their turn.

Its parts, each on top of the one before: what is asked for (`form_settings`), what it starts from (`form_inputs`), what
it costs (`form_costs`), what it would do now (`form_now`), how it runs (`form_runs`), what comes of it
(`form_results`), and here what a person sees of all that.

Between Python and the view
---------------------------
Traits that a view may set itself: ``prompt``, ``more_options``, ``keep_outside``, ``starred_indices``. Everything else
it changes by a message ``{"action": name, ...arguments}``, which names one of `ACTIONS`:

- ``submit(prompt)``: the box's own, for values of traits may come later; ``vary`` (variations of the first input,
  whatever the prompt); ``cancel``; ``cancel_waiting(number)``; ``confirm`` and ``decline`` answer ``_question``;
- ``set(name, value)``: the model or a setting, text or null will do; ``undo_model``, ``dismiss_note``;
- ``use_prompt(text)``, ``earlier_prompt``, ``later_prompt``; ``use_sketch_engine``;
- ``remove_input(index)``, ``clear_inputs``, ``clear_mask``, ``draw_mask``.

Of a finished picture, ``{"kind": "act", "id", "action"}`` says which button was clicked,
``{"kind": "file", "id", "form", "ticket"}`` asks for it as a file, and ``{"kind": "text", "id", "what", "ticket"}`` for
its prompt or the code that makes it again. The answer is ``{"kind": "answer", "ticket"}`` and with it ``name``,
``type`` and the bytes, or ``text``, or an ``error``.

A picture to start from comes as ``{"type": "image", "part", "parts", "name"}`` with a buffer each, parts from 0; what
is wrong with it stands in ``_complaint`` under the name ``"inputs"``.

Traits that the view draws, beside one for each setting (``size``, ``quality``, … ; ``style`` as ``_style``, ``extra``
as the text ``_extra``):

- ``status``: idle, running, finished, error, cancelled. ``operation``: generate, edit or variation, what ``submit``
  does. ``cost`` and ``session_cost`` in US dollars; ``limit``, set like a setting.
- ``_menu``: models as ``{value, label}``. ``_destination``: ``{icon, name, detail, hint}``.
- ``_controls``: ``{prompt_length, max_n, vary, main, more}``: ``max_n`` pictures of a run, ``vary`` whether the model
  makes variations, and the fields as `controls.describe` says: ``{name, label, kind, choices?, custom?, needs?, ...}``.
  ``custom`` of a size is null or ``{hint, step, min, max}``: two numbers, sent as ``"WIDTHxHEIGHT"``. ``needs`` is
  ``{setting: [values]}``: the field counts only with one of these. ``""`` stands for "left out" in ``choices``.
- ``_changed``: names of settings that a change of model changed; ``_note``: pairs of text and whether it is emphasised;
  ``_undoable``: whether ``undo_model`` can take it back. ``_complaint``: ``{name, text, number}`` about a setting that
  was refused.
- ``_inputs``: ``{name, size, thumbnail, alt}`` each. ``_mask``: ``{}`` or ``{text, masked}``; ``masked`` is whether a
  mask will be sent. ``keep_outside``: whether pixels outside the mask are put back. ``_draws_masks``: whether somebody
  listens to "Draw a mask".
- ``_estimate``: what a run costs, in words, empty where there is nothing to say. ``_question``: ``{}`` or
  ``{text, yes}``, to be asked before a run goes out; ``yes`` is the word on its button.
- ``_run``: ``{}`` or ``{number, count, title, started, ratio, facts, streams}``. ``_partials``: one entry a picture,
  ``{}`` where none has come, else ``{text, thumbnail, ratio, alt, final}``. ``_progress``: ``{}`` or ``{done, of}``.
  ``_waiting``: words about runs that wait; ``_queue``: ``{number, text}`` of each, the next first.
- ``_report``: ``{}`` or ``{text, detail, code, pictures, revised, left_out, failed}`` of the last run that gave
  pictures, ``{id, thumbnail, title, size, ratio, alpha, alt, recipe}`` each, the last as `grid_tiles` says.
  ``show_results``: whether its pictures are shown here (its line always is).
- ``_problem`` and ``_callback_problem``: ``{}``, ``{text}`` (cancelled), or ``{headline, advice, details, traceback,
  sketch, partial}``; ``partial`` is null or the thumbnail of the last unfinished picture.

Thumbnails are WebP files as bytes. No trait holds a key: clients are no traits, and settings that look like a key are
refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import traitlets

from imagewidgets import display
from imagewidgets.display.captions import joined, shortened
from imagewidgets.widgets import assets, controls
from imagewidgets.widgets.form_results import FormResults

if TYPE_CHECKING:
    from imagewidgets.client import Client
    from imagewidgets.images.pictures import ImageLike

_SHARED = ("upload", "clipboard", "onpicture", "picture_files")
_LIGHTBOX = ("acts", "panel", "zoom", "dialog", "film", "lightbox")  # static/grid_*.js: parts that grids have as well
_SCRIPTS = (
    *("view", "parts", "fields", "size", "controls"),
    *("inputs", "prompt", "footer", "notices", "queue", "running", "large", "results"),
)  # static/prompt_form_*.js, joined in this order in front of prompt_form.js

HISTORY = 50  # prompts kept for Alt+↑
SHOWN_OF_A_PROMPT = 40  # characters in the repr
SAVED_FOOTER = "Saved view. Run the notebook to make more pictures."

ACTIONS = frozenset(
    {
        "submit",
        "vary",
        "cancel",
        "cancel_waiting",
        "confirm",
        "decline",
        "set",
        "undo_model",
        "dismiss_note",
        "use_prompt",
        "use_sketch_engine",
        "earlier_prompt",
        "later_prompt",
        "remove_input",
        "clear_inputs",
        "clear_mask",
        "draw_mask",
    }
)
"""The methods that a view may call."""

_ALSO_TAKEN = frozenset({"limit", "keep_outside", "more_options", "show_results", "history", "layout"})


class PromptForm(FormResults):
    """A form that makes pictures from a prompt, and edits and varies those that it is given.

    Show it at the end of a cell, type, and press Ctrl+Enter; or set its traits and call `submit`. The pictures are in
    `images` when they have come. Everything is observable and can be linked: ``form.observe(f, "images")``.

    Parameters
    ----------
    prompt
        The text to begin with.
    client
        Where requests go; left out, wherever ``iw.generate`` sends to at that time.
    model
        The model to begin with; left out, ``"sketch"`` on the embedded engine and ``"gpt-image-2"`` elsewhere.
    inputs
        Pictures to start from, each anything that `imagewidgets.images.load` opens.
    mask
        Where the first of them may change; a `MaskCanvas` is read when a run is asked for.
    **settings
        Settings to begin with, by the API's names: ``size``, ``quality``, ``n``, ``seed``, … (see `form_traits`); each
        must be one that the model takes. ``limit``, ``keep_outside``, ``show_results`` and ``layout`` as well.

    Raises
    ------
    traitlets.TraitError
        A setting breaks a rule of the model; so does setting the trait later.
    InvalidRequestError
        An input or the mask is no picture.
    TypeError
        `client` is no `Client`, or there is no such setting.

    Examples
    --------
    >>> form = PromptForm("a red fox in the snow", size="256x256", seed=7)
    >>> form.submit().result()[0].size
    (256, 256)
    >>> form.status
    'finished'
    """

    _esm = assets.module(
        *_SHARED,
        *(f"grid_{part}" for part in _LIGHTBOX),
        *(f"prompt_form_{part}" for part in _SCRIPTS),
        "prompt_form",
    )
    _css = assets.style("onpicture", "grid", "prompt_form", "prompt_form_runs", "prompt_form_panel")

    history: traitlets.List[str] = traitlets.List(traitlets.Unicode())
    """The prompts that were sent, each once, the newest last. They stay in the kernel, out of the saved notebook."""
    show_results = traitlets.Bool(True).tag(sync=True)
    """Whether the form shows the pictures of its last run; False where something else does."""

    def __init__(
        self,
        prompt: str = "",
        *,
        client: Client | None = None,
        model: str | None = None,
        inputs: Sequence[ImageLike] = (),
        mask: Any = None,
        **settings: Any,
    ) -> None:
        traits = {name: settings.pop(name) for name in _ALSO_TAKEN & settings.keys()}
        if unknown := ", ".join(sorted(settings.keys() - set(controls.SETTINGS))):
            raise TypeError(f"PromptForm has no setting {unknown}. Its settings are {', '.join(controls.SETTINGS)}.")
        self._steps_back = 0  # how many prompts back in the history
        self._draft = ""  # what was in the box before looking back
        super().__init__(client, prompt=prompt, model=model, settings=settings, **traits)
        self.on_msg(self._receive)
        for image in inputs:
            self.add_input(image)
        self.mask = mask

    # ---- earlier prompts --------------------------------------------------------------------------------------------

    def use_prompt(self, text: str) -> None:
        """Put a prompt into the box: a revised one, for example."""
        self.prompt = text
        self._steps_back = 0

    def earlier_prompt(self) -> None:
        """Put the prompt before this one into the box (Alt+↑)."""
        self._look_back(self._steps_back + 1)

    def later_prompt(self) -> None:
        """Put the prompt after this one into the box, in the end what was being written (Alt+↓)."""
        self._look_back(self._steps_back - 1)

    def _look_back(self, place: int) -> None:
        if not 0 <= place <= len(self.history):
            return
        if self._steps_back == 0:
            self._draft = self.prompt
        self._steps_back = place
        self.prompt = self.history[-place] if place else self._draft

    def _remember(self, prompt: str) -> None:
        self._steps_back = 0
        if prompt:
            self.history = [*(text for text in self.history if text != prompt), prompt][-HISTORY:]

    # ---- the view ---------------------------------------------------------------------------------------------------

    def _receive(self, _widget: object, content: dict[str, Any], buffers: Sequence[memoryview]) -> None:
        """Do what was clicked: a message names a method and its arguments, or brings a part of a file."""
        arguments = dict(content)
        action = arguments.pop("action", None)
        try:
            if content.get("type") == "image":
                self._receive_image(content, buffers)
            elif "kind" in content:
                self._go_on(content)
            elif action in ACTIONS:
                getattr(self, action)(**arguments)
        except Exception as error:
            self._show_callback_error(error, f"form.{action or 'add_input'}()")

    def __repr__(self) -> str:
        """Return a text that stays the same while the form does."""
        text = self.prompt
        shown = text if len(text) <= SHOWN_OF_A_PROMPT else f"{text[: SHOWN_OF_A_PROMPT - 1].rstrip()}…"
        made = f", {len(self.images)} image{'' if len(self.images) == 1 else 's'}" if self.images else ""
        return f"PromptForm({shown!r}, model={self.model!r}{made})"

    # ---- what stays when nothing runs -------------------------------------------------------------------------------

    def saved_view(self) -> dict[str, str]:
        """Return the pictures of the last run, and what went wrong with a later one; without any, what is asked for."""
        problem = [self._problem.get(name, "") for name in ("headline", "advice")]
        footer = joined([*problem, SAVED_FOOTER], " ")
        if self.images:
            return display.saved_view(self.images, head=repr(self), footer=footer)
        asked = joined([shortened(self.prompt), self.model])
        html = display.saved_view_html([], title="No pictures yet", detail=asked, footer=footer)
        return {"text/plain": repr(self), "text/html": html}

    def _live_view(self) -> tuple[dict[str, Any], dict[str, Any]]:
        self.show_destination()
        return super()._live_view()

    @traitlets.observe("images", "_problem", "prompt", "model")
    def _show_saved(self, change: Mapping[str, Any]) -> None:
        # Pictures tell by themselves what was asked for; so nothing large is sent while the next prompt is typed.
        if change["name"] in ("images", "_problem") or not self.images:
            self._save_soon()
