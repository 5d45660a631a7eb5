"""`PromptForm`: type what you want to see, choose how, and watch it come.

Python owns the truth. What the form sends is in its traits, and every click is a method that works without a browser;
the view (`static/prompt_form*.js`) draws traits and names methods. Pictures are made in the background: the kernel stays
free, and runs that are asked for meanwhile wait for their turn.

Its parts, each on top of the one before: what is asked for (`form_settings`), what it starts from (`form_inputs`), what
it costs (`form_costs`), how it runs (`form_runs`), and here what a person sees of all that.

Between Python and the view
---------------------------
Traits that a view may set itself: ``prompt``, ``more_options``, ``keep_outside``. Everything else it changes by a
message ``{"action": name, ...arguments}``, which names one of `ACTIONS`:

- ``submit``; ``vary`` (variations of the first input, whatever the prompt); ``cancel``; ``confirm`` and ``decline``
  answer ``_question``;
- ``set(name, value)``: the model or a setting, text or null will do; ``undo_model``, ``dismiss_note``;
- ``use_prompt(text)``, ``earlier_prompt``, ``later_prompt``; ``use_sketch_engine``;
- ``remove_input(index)``, ``clear_inputs``, ``clear_mask``, ``draw_mask``.

A picture to start from comes as ``{"type": "image", "part", "parts", "name"}`` with a buffer each, parts from 0; what is
wrong with it stands in ``_complaint`` under the name ``"inputs"``.

Traits that the view draws, beside one for each setting (``size``, ``quality``, … ; ``style`` as ``_style``, ``extra`` as
the text ``_extra``):

- ``status``: idle, running, finished, error, cancelled. ``operation``: generate, edit or variation, what ``submit`` does.
- ``_menu``: models as ``{value, label}``. ``_destination``: ``{icon, name, detail, hint}``.
- ``_controls``: ``{prompt_length, max_n, vary, main, more}``: ``max_n`` pictures of a run, ``vary`` whether the model
  makes variations, and the fields as `controls.describe` says: ``{name, label, kind, choices?, custom?, needs?, ...}``.
  ``custom`` of a size is null or ``{hint, step, min, max}``: two numbers, sent as ``"WIDTHxHEIGHT"``. ``needs`` is
  ``{setting: [values]}``: the field counts only with one of these. ``""`` stands for "left out" in ``choices``.
- ``_changed``: names of settings that a change of model changed; ``_note``: pairs of text and whether it is emphasised;
  ``_complaint``: ``{name, text, number}`` about a setting that was refused.
- ``_inputs``: ``{name, size, thumbnail, alt}`` each. ``_mask``: ``{}`` or ``{text}``. ``keep_outside``: whether pixels
  outside the mask are put back. ``_draws_masks``: whether somebody listens to "Draw a mask".
- ``_estimate``: what a run costs, in words, empty where there is nothing to say. ``_question``: ``{}`` or
  ``{text, yes}``, to be asked before a run goes out; ``yes`` is the word on its button.
- ``_run``: ``{}`` or ``{number, count, title, started, ratio, facts, streams}``. ``_partials``: one entry a picture,
  ``{}`` where none has come, else ``{text, thumbnail, ratio, alt, final}``. ``_progress``: ``{}`` or ``{done, of}``.
  ``_waiting``: words about runs that wait.
- ``_report``: ``{}`` or ``{text, detail, code, pictures, revised, left_out, failed}`` of the last run that gave
  pictures. ``show_results``: whether its pictures are shown here (its line always is).
- ``_problem`` and ``_callback_problem``: ``{}``, ``{text}`` (cancelled), or ``{headline, advice, details, traceback,
  sketch, partial}``; ``partial`` is null or the thumbnail of the last unfinished picture.

Thumbnails are WebP files as bytes. No trait holds a key: clients are no traits, and settings that look like a key are
refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, NamedTuple

import traitlets

from imagewidgets import display
from imagewidgets.errors import ImagesError
from imagewidgets.models import MODELS
from imagewidgets.rules import check_count
from imagewidgets.widgets import assets, messages, report
from imagewidgets.widgets.form_settings import FormSettings
from imagewidgets.widgets.tasks import Task, TaskRunner

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.client import Client, Destination
    from imagewidgets.operations import CreateImageRequest
    from imagewidgets.responses import ImagesResponse

HISTORY = 50  # prompts kept for Alt+↑
SHOWN_OF_A_PROMPT = 40  # characters in the repr

ACTIONS = frozenset(
    {
        "submit",
        "cancel",
        "set",
        "undo_model",
        "dismiss_note",
        "use_prompt",
        "use_sketch_engine",
        "earlier_prompt",
        "later_prompt",
    }
)
"""The methods that a view may call."""


class Sent(NamedTuple):
    """What a run is about."""

    request: CreateImageRequest
    destination: Destination

    @property
    def offline(self) -> bool:
        """Whether the embedded engine is at work."""
        return self.destination.icon == "offline"


class PromptForm(FormSettings):
    """A form that makes pictures from a prompt.

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
    size, quality, n, style, background, output_format, output_compression, moderation, seed, user
        Settings to begin with, by the API's names; each must be one that the model takes.

    Raises
    ------
    traitlets.TraitError
        A setting breaks a rule of the model; so does setting the trait later.
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

    _esm = assets.module("prompt_form")
    _css = assets.style("prompt_form")

    status = traitlets.Enum(["idle", "running", "finished", "error", "cancelled"], "idle", read_only=True).tag(
        sync=True
    )
    """How the last run stands; "running" as long as there is one under way."""
    images: traitlets.List[Image.Image] = traitlets.List(read_only=True)
    """The PIL images of the last run that gave some."""
    response = traitlets.Any(None, allow_none=True, read_only=True)
    """The `ImagesResponse` of that run."""
    responses: traitlets.List[ImagesResponse] = traitlets.List(read_only=True)
    """All of them, the newest last."""
    error = traitlets.Any(None, allow_none=True, read_only=True)
    """The exception of the last run; None after one that went well or was cancelled."""
    request = traitlets.Any(None, allow_none=True, read_only=True)
    """The typed request that was sent last."""
    history: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """The prompts that were sent, each once, the newest last."""

    # What the view draws of the runs.
    _run = traitlets.Dict().tag(sync=True)
    _report = traitlets.Dict().tag(sync=True)
    _problem = traitlets.Dict().tag(sync=True)
    _callback_problem = traitlets.Dict().tag(sync=True)
    _waiting = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        prompt: str = "",
        *,
        client: Client | None = None,
        model: str | None = None,
        size: str | None = None,
        quality: str | None = None,
        n: int | None = None,
        style: str | None = None,
        background: str | None = None,
        output_format: str | None = None,
        output_compression: int | None = None,
        moderation: str | None = None,
        seed: int | None = None,
        user: str | None = None,
    ) -> None:
        self.callback_error: BaseException | None = None
        """What a function that was given to `on_result`, or observes the form, raised in the last run."""
        self._place = 0  # how many prompts back in the history
        self._draft = ""  # what was in the box before looking back
        self._runs = 0
        self._callbacks: list[Callable[[ImagesResponse], object]] = []
        self._future: Future[ImagesResponse] | None = None
        self._runner: TaskRunner[ImagesResponse] = TaskRunner(
            on_start=self._show_start, on_end=self._show_end, on_waiting=self._show_waiting, after=self._call_back
        )
        settings = {
            "size": size,
            "quality": quality,
            "n": n,
            "style": style,
            "background": background,
            "output_format": output_format,
            "output_compression": output_compression,
            "moderation": moderation,
            "seed": seed,
            "user": user,
        }
        super().__init__(client, prompt=prompt, model=model, settings=settings)
        self.on_msg(self._receive)

    # ---- runs -------------------------------------------------------------------------------------------------------

    def submit(self, **overrides: Any) -> Future[ImagesResponse]:
        """Make pictures from what the form says, in the background.

        Parameters
        ----------
        **overrides
            Parameters of ``iw.generate`` that take the place of the form's own for this run: ``form.submit(n=4)``.
            ``extra`` goes along untouched.

        Returns
        -------
        concurrent.futures.Future
            Of the `ImagesResponse`. Its errors are those of ``iw.generate``; that of a request which was refused
            before sending is there at once. It can be cancelled at any time. In a notebook,
            ``form.submit().result()`` waits for it.

        Raises
        ------
        TypeError
            `overrides` holds a name that no request has.
        """
        self._show_destination()
        client = self.service
        try:
            request = client.create_request(**{**self.parameters, **overrides})
            if request.model in MODELS:
                check_count(request, MODELS[request.model])  # a run of the form is one request
        except ImagesError as error:
            return self._refuse(error, client.destination)
        self._place = 0
        self.history = [*(text for text in self.history if text != request.prompt), request.prompt][-HISTORY:]
        self._future = self._runner.submit(
            Sent(request, client.destination), lambda cancel: client.send(request, cancel=cancel)
        )
        return self._future

    def cancel(self, *, waiting: bool = False) -> bool:
        """Cancel the run under way, at once; the next one begins.

        Parameters
        ----------
        waiting
            Cancel those that wait for their turn as well.

        Returns
        -------
        bool
            Whether there was anything to cancel.
        """
        return self._runner.cancel(waiting=waiting)

    def on_result(self, callback: Callable[[ImagesResponse], object], *, remove: bool = False) -> None:
        """Call a function with each `ImagesResponse`, in the thread that made it, before its future is done.

        What it raises is shown in the form and kept in `callback_error`. `remove` takes it out again.

        Raises
        ------
        TypeError
            `callback` cannot be called.
        """
        if not callable(callback):
            raise TypeError(f"on_result takes a function that is called with each response, not {callback!r}.")
        if remove:
            self._callbacks.remove(callback)
        else:
            self._callbacks.append(callback)

    def __await__(self) -> Generator[Any, None, ImagesResponse]:
        """Wait for the last run: ``response = await form``.

        Needs ipykernel 7.3 or newer while a cell awaits: 6.31 handles no clicks and no news meanwhile, so that the
        cell may never end. ``form.submit().result()`` works on all.
        """
        if self._future is None:
            raise RuntimeError("There is no run to wait for. Call form.submit(), or click Generate.")
        return asyncio.wrap_future(self._future).__await__()

    def use_sketch_engine(self) -> None:
        """Send to the embedded engine from now on. It emulates the models of the table; another becomes ``sketch``."""
        super().use_sketch_engine()
        self._problem = {}

    def _refuse(self, error: ImagesError, destination: Destination) -> Future[ImagesResponse]:
        """Show the error of a request that was not sent; runs under way go on."""
        self._problem = messages.explain(error, destination=destination).as_dict()
        self.set_trait("error", error)
        if self.status != "running":
            self.set_trait("status", "error")
        refused: Future[ImagesResponse] = Future()
        refused.set_exception(error)
        self._future = refused
        return refused

    # ---- earlier prompts --------------------------------------------------------------------------------------------

    def use_prompt(self, text: str) -> None:
        """Put a prompt into the box: a revised one, for example."""
        self.prompt = text
        self._place = 0

    def earlier_prompt(self) -> None:
        """Put the prompt before this one into the box (Alt+↑)."""
        self._look_back(self._place + 1)

    def later_prompt(self) -> None:
        """Put the prompt after this one into the box, in the end what was being written (Alt+↓)."""
        self._look_back(self._place - 1)

    def _look_back(self, place: int) -> None:
        if not 0 <= place <= len(self.history):
            return
        if self._place == 0:
            self._draft = self.prompt
        self._place = place
        self.prompt = self.history[-place] if place else self._draft

    # ---- what a run does to the form: called by the runner, one at a time, from any thread --------------------------

    def _show_start(self, task: Task[ImagesResponse]) -> None:
        sent: Sent = task.subject
        self._runs += 1
        self.callback_error = None
        run = report.running(sent.request, number=self._runs, started=task.started_at or 0.0, offline=sent.offline)
        self._draw(_run=run, _note=[], _changed=[], _complaint={}, _problem={}, _callback_problem={})
        self._put(request=sent.request, status="running")

    def _show_end(
        self, task: Task[ImagesResponse], response: ImagesResponse | None, error: BaseException | None
    ) -> None:
        sent: Sent = task.subject
        seconds = task.seconds
        if response is not None:
            shown = report.finished(response, seconds=seconds, offline=sent.offline)
            self._draw(_report=shown, _run={})
            responses = [*self.responses, response]
            self._put(images=list(response), response=response, responses=responses, error=None, status="finished")
        elif error is not None:
            told = messages.explain(error, destination=sent.destination, seconds=seconds)
            self._draw(_problem=told.as_dict(), _run={})
            self._put(error=error, status="error")
        else:
            self._draw(_problem={"text": messages.cancelled(seconds)}, _run={})
            self._put(error=None, status="cancelled")

    def _show_waiting(self, count: int) -> None:
        self._draw(_waiting=messages.waiting(count))

    def _draw(self, **values: Any) -> None:
        """Set traits of the view, as one message."""
        with self.hold_sync():
            for name, value in values.items():
                setattr(self, name, value)

    def _put(self, **values: Any) -> None:
        """Set traits that people observe, in this order; an observer that raises is shown and stops nothing."""
        for name, value in values.items():
            try:
                self.set_trait(name, value)
            except Exception as error:
                self._show_callback_error(error, f"A function observing {name!r}")

    def _call_back(self, _task: Task[ImagesResponse], response: ImagesResponse) -> None:
        for callback in list(self._callbacks):
            try:
                callback(response)
            except Exception as error:
                self._show_callback_error(error, getattr(callback, "__name__", repr(callback)))

    def _show_callback_error(self, error: BaseException, who: str) -> None:
        self.callback_error = error
        self._callback_problem = messages.callback_failed(error, who).as_dict()

    # ---- the view ---------------------------------------------------------------------------------------------------

    def _receive(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        """Do what was clicked: a message names a method and its arguments."""
        arguments = dict(content)
        action = arguments.pop("action", None)
        if action not in ACTIONS:
            return
        try:
            getattr(self, action)(**arguments)
        except Exception as error:
            self._show_callback_error(error, f"form.{action}()")

    def __repr__(self) -> str:
        """Return a text that stays the same while the form does."""
        text = self.prompt
        shown = text if len(text) <= SHOWN_OF_A_PROMPT else f"{text[: SHOWN_OF_A_PROMPT - 1].rstrip()}…"
        made = f", {len(self.images)} image{'' if len(self.images) == 1 else 's'}" if self.images else ""
        return f"PromptForm({shown!r}, model={self.model!r}{made})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Return the live view, and the pictures of the last run for readers where nothing is running."""
        self._show_destination()
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live or {}, {})
        return {**data, **display.saved_view(self.images, head=repr(self))}, metadata
