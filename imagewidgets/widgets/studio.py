"""`ImageStudio`: form, canvas and grid as one place, from the first word to the chosen picture.

The studio holds a form for each of its views (Create, Edit, Variations), one canvas and two grids, as widgets of their
own. What they make goes into one history, a tree of what came from what. Runs of different views do not wait for each
other; nothing blocks the kernel. Every click is a method that works without a browser.

Its parts, each on top of the one before: the pictures and the history (`studio_pictures`, `studio_history`), what the
Edit view works on (`studio_source`), runs (`studio_runs`), what is chosen (`studio_choice`), going back to a step
(`studio_steps`), its children (`studio_children`), and here the widget.

Between Python and the view
---------------------------
The children are traits (references to models); the view makes one view of each. The view sets ``tab`` itself. All else
it sends as messages: ``{"action": name, ...arguments}`` says what was clicked (`ImageStudio._act`);
``{"kind": "thumbnails", "ids"}`` asks for thumbnails; ``{"type": "image", "part", "parts", "name"}`` with a buffer each
is a file for the view in sight.

Traits that the view draws:

- ``_strip``: the pictures of the session, ``{id, alt}`` each; ``_thumbnails``: WebP files by id.
- ``_chosen``: ``{selected, edit, vary}``, ids of the chosen picture and of the sources, empty where there is none.
- ``_rows``, ``_details``: see `studio_view`; ``_summary``: "7 steps, 10 pictures".
- ``_variations``: ids of what was made of the source of variations.
- ``_last_edit``: ``{}`` or ``{ids, before, after, alt}``; ``_vary``: ``{}`` or ``{large, words, size}`` of the source.
- ``_notice``: a sentence for the person.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import traitlets as t
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import EDIT
from imagewidgets.widgets import assets, studio_view
from imagewidgets.widgets.mask_messages import LARGEST_FILE, Upload
from imagewidgets.widgets.messages import redact
from imagewidgets.widgets.studio_children import StudioChildren
from imagewidgets.widgets.studio_history import Place, Step

if TYPE_CHECKING:
    from imagewidgets.client import Client

SAVED_FOOTER = "Saved view. Run the notebook to go on from any of these pictures."
VARIATIONS = 4  # that are made at a time, unless the person wants another number

_SCRIPTS = ("store", "children", "tabs", "strip", "create", "edit", "vary", "tree", "history")


class ImageStudio(StudioChildren):
    """One place to create, edit and vary pictures, with a history of what came from what.

    Parameters
    ----------
    images
        Pictures to begin with: anything that `imagewidgets.images.load` opens, one or a list. The first is chosen.
    prompt
        The text to begin with.
    client
        Where requests go; left out, wherever ``iw.generate`` sends to at that time.
    model
        The model to begin with. A view whose operation it does not do begins with one that does.
    limit
        US dollars above which a run asks before it goes out; None never asks.
    **traits
        ``tab``, ``layout`` and other traits of every widget.

    Raises
    ------
    InvalidRequestError
        One of `images` is no picture.
    TypeError
        `client` is no `Client`, or there is no such trait.

    Examples
    --------
    >>> studio = ImageStudio()
    >>> made = studio.create("a red fox in the snow", size="256x256", seed=7).result()
    >>> studio.open(made[0])
    >>> edited = studio.edit(prompt="a red fox in the snow at night").result()
    >>> [row.label for row in studio.rows]
    ['a red fox in the snow', '… at night']
    """

    _esm = assets.module("compare", "upload", "clipboard", *(f"studio_{part}" for part in _SCRIPTS), "studio")
    _css = assets.style("compare", "studio")

    _rows = t.List(t.Dict()).tag(sync=True)
    _details = t.Dict().tag(sync=True)
    _summary = t.Unicode().tag(sync=True)
    _last_edit = t.Dict().tag(sync=True)
    _vary = t.Dict().tag(sync=True)
    _variations = t.List(t.Unicode()).tag(sync=True)
    _notice = t.Unicode().tag(sync=True)

    def __init__(
        self,
        images: Any = (),
        *,
        prompt: str = "",
        client: Client | None = None,
        model: str | None = None,
        limit: float | None = None,
        **traits: Any,
    ) -> None:
        if unknown := ", ".join(sorted(set(traits) - set(self.trait_names()))):
            raise TypeError(
                f"ImageStudio has no {unknown}. It takes images, prompt, client, model, limit, tab and layout."
            )
        self._upload = Upload()
        super().__init__(client, model, limit, **{name: value for name, value in traits.items() if name != "tab"})
        self.form.prompt = prompt
        self.vary_form.n = VARIATIONS
        self._connect()
        alone = isinstance(images, str | bytes | os.PathLike | Image.Image) or hasattr(images, "__array__")
        known = [self._known(image) for image in ([images] if alone else images)]
        if known:
            self.selected = known[0]
        self.tab = traits.get("tab", "create")

    def _connect(self) -> None:
        """Have the children follow each other."""
        self._join()
        self.vary_form.observe(self._follow_vary_inputs, "inputs")
        for form in self.forms:
            form.observe(self._follow_client, "_destination")
        for grid in (self.grid, self.vary_grid):
            grid.on_action(self._go_on)
            grid.observe(self._follow_selection, "selected_indices")
        self.grid.observe(self._show_pictures, "images")
        self.vary_grid.observe(self._show_variations, "images")
        self.on_msg(self._receive)

    # ---- what is shown ----------------------------------------------------------------------------------------------

    def _show_pictures(self, _change: object) -> None:
        self._show_strip(self.grid.images)
        self._save_soon()

    def _show_variations(self, _change: object) -> None:
        self._variations = [self._name(image) for image in self.vary_grid.images]

    @t.observe("vary_source")
    def _show_vary_source(self, _change: object) -> None:
        source = self.vary_source
        self._vary = {} if source is None else studio_view.source_shown(source, self._words(source))

    @t.observe("history")
    def _show_history(self, _change: object) -> None:
        with self.hold_sync():
            self._rows = studio_view.rows_shown(self._tree, self._name)
            self._summary = studio_view.summary(self._tree)
            self._show_details()
            edits = [step for step in self._tree.steps if step.operation == EDIT]
            if edits and edits[-1].parent is not None:
                self._show_last_edit(edits[-1].parent, edits[-1])

    def _show_last_edit(self, source: Place, step: Step) -> None:
        before, after = self._tree.image(source), step.images[0]
        names = [self._name(before), self._name(after)]
        if self._last_edit.get("ids") != names:
            shown = studio_view.comparison(before, after, words=(self._words(before), step.prompt))
            self._last_edit = {"ids": names, **shown}

    @t.observe("visited")
    def _show_details(self, _change: object = None) -> None:
        """Draw what stands beside the tree: the picture that was visited, or else the newest."""
        steps = self._tree.steps
        place = self.visited or Place(steps[-1].id, 0)
        code = self.code(place.step, place.picture)
        self._details = studio_view.details(self._tree, place, code=code, name=self._name)

    # ---- what views ask for -----------------------------------------------------------------------------------------

    def _receive(self, _widget: object, content: dict[str, Any], buffers: Sequence[memoryview]) -> None:
        """Do what a view asks for. What fails is told to the person before it."""
        if content.get("kind") == "thumbnails":
            self._send_thumbnails(content["ids"])
            return
        try:
            self._notice = ""
            if content.get("type") == "image":
                self._receive_image(content, bytes(buffers[0]))
            else:
                self._act(content)
        except (ValueError, LookupError, InvalidRequestError) as error:
            self._notice = redact(str(error.args[0] if error.args else error))

    def _act(self, content: Mapping[str, Any]) -> None:
        match content:
            case {"action": "select", "id": name}:
                self.select(self._picture(name))
            case {"action": "edit", "id": name}:
                self.open(self._picture(name))
            case {"action": "vary", "id": name}:
                self.open(self._picture(name), tab="variations")
            case {"action": "compare", "ids": [first, second]}:
                self.compare(self._picture(first), self._picture(second))
            case {"action": "revisit", "row": name, "picture": picture}:
                row = self._line(name)
                self.revisit(row.step, row.picture or int(picture))
            case {"action": "repeat", "row": name}:
                self.repeat(self._line(name).step)
            case {"action": "edit_again", "row": name}:
                self.edit_again(self._line(name).step)
            case {"action": "cancel"}:
                self.cancel()
            case {"action": "use_sketch_engine"}:
                self.use_sketch_engine()
            case {"action": "dismiss"}:
                pass  # the notice is gone already
            case _:
                raise ValueError(f"A studio knows no action {content.get('action')!r}.")

    def _receive_image(self, content: Mapping[str, Any], data: bytes) -> None:
        name = str(content["name"])
        try:
            file = self._upload.add(int(content["part"]), int(content["parts"]), data)
        except ValueError:
            limit = f"{LARGEST_FILE // 1_000_000} MB"
            raise ValueError(f"{name} did not arrive whole, or has more than {limit}. Add it again.") from None
        if file is not None:
            self.open(self._known(file, name), tab=self.tab)

    def _picture(self, name: str) -> Image.Image:
        """Return the picture that a view calls `name`."""
        if (image := self._named(name)) is None:
            raise LookupError("This picture is not in the session any more.")
        return image

    # ---- what stays when nothing runs -------------------------------------------------------------------------------

    def __repr__(self) -> str:
        if not self.images:
            return "ImageStudio(no pictures)"
        return f"ImageStudio({studio_view.summary(self._tree)})"

    def saved_view(self) -> dict[str, str]:
        """Return the pictures of the session as a notebook keeps them."""
        return self.grid.saved_view(head=repr(self), footer=SAVED_FOOTER)
