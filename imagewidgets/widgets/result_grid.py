"""A grid of pictures to look at, choose from and go on with.

The pictures stay in the kernel. The browser gets small copies, once each, and asks for an original when a person opens
or downloads it. What is chosen is a trait, so every view shows the same, a reloaded page too.

Its parts are what every grid has: pictures (`grid_pictures`), what others listen to (`grid_actions`), files and code
(`grid_files`); then what is its own: pictures are put in (`grid_filling`) and chosen (`grid_choice`), and here is what
comes out.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets
from PIL import Image

from imagewidgets.display import contact_sheet, figures_of
from imagewidgets.display.captions import joined
from imagewidgets.widgets import assets, grid_files, grid_saved_view, grid_table, picture_files
from imagewidgets.widgets.grid_choice import GridChoice
from imagewidgets.widgets.grid_entries import Pictures, look_at
from imagewidgets.widgets.grid_files import GridFiles
from imagewidgets.widgets.grid_pictures import AT_ONCE
from imagewidgets.widgets.grid_tiles import summary_of

if TYPE_CHECKING:
    import pandas as pd

_SCRIPTS = ("order", "tiles", "bar", "empty", "keys", "pointer")


class ResultGrid(GridChoice, GridFiles):
    """A grid of pictures: select, star, sort, see one large, compare two, read recipes, download, go on from one.

    Parameters
    ----------
    images
        PIL images, an `ImagesResponse`, or a list of either.
    **kwargs
        Values of other traits, such as ``selected_indices``, ``sort`` and ``layout``.

    Raises
    ------
    TypeError
        Something is no picture, or there is no such trait.
    ValueError
        A picture has no pixels.
    OSError
        The file behind a picture cannot be read to its end.

    Examples
    --------
    >>> from PIL import Image
    >>> grid = ResultGrid([Image.new("RGB", (64, 64), color) for color in ("red", "green", "blue")])
    >>> grid.select(0, 2)
    >>> len(grid.selected)
    2
    >>> grid.star(1)
    >>> grid.starred_indices
    [1]
    """

    _esm = assets.module(*grid_files.SCRIPTS, *(f"result_grid_{part}" for part in _SCRIPTS), "result_grid")
    _css = assets.style(*grid_files.STYLES, "result_grid")

    def __init__(self, images: Pictures = (), **kwargs: Any) -> None:
        if unknown := ", ".join(sorted(set(kwargs) - set(self.trait_names()))):
            raise TypeError(
                f"ResultGrid has no {unknown}. It takes images, and selected_indices, starred_indices, starred_only, "
                "sort, show_recipe, layout."
            )
        super().__init__(images, **kwargs)

    def save(self, folder: str | os.PathLike[str] = ".") -> list[Path]:
        """Write every picture as a file with its recipe inside, and return the paths.

        They are PNG files; GIF and SVG stay what they are. Names are made of the prompt and the digest. A file that is
        there already is never written over: a number is added to the name. The folder is made where there is none.
        """
        self._look_at_all()
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        paths = []
        for entry in self._entries:
            suffix, data = picture_files.to_keep(entry.image)
            paths.append(picture_files.write_new((target / entry.facts.file_name).with_suffix(f".{suffix}"), data))
        return paths

    def contact_sheet(self, *, columns: int | None = None, tile: int = 256) -> Image.Image:
        """Return one RGB picture of all pictures with their captions, each at most `tile` px wide and high.

        Raises
        ------
        ValueError
            The grid is empty.
        """
        self._look_at_all()
        summary = summary_of(self._entries)
        figures = figures_of([entry.image for entry in self._entries], facts=[entry.facts for entry in self._entries])
        return contact_sheet(figures, columns=columns, tile=tile, title=joined([summary.title, summary.detail]))

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas table with a row for each picture, in the order of `images`.

        The columns are ``prompt``, ``revised_prompt``, ``model``, ``operation``, ``size`` (``WIDTHxHEIGHT`` in px),
        ``seed``, ``quality``, ``created`` (UTC), ``digest``, ``starred`` and ``parent`` (the digest of the picture that
        it was made from).

        Raises
        ------
        ImportError
            pandas is not installed.
        """
        self._look_at_all()
        return grid_table.frame(self._entries, starred=set(self.starred_indices))

    def __repr__(self) -> str:
        return f"ResultGrid({len(self._entries)} image{'' if len(self._entries) == 1 else 's'})"

    # ---- what stays when nothing runs

    def saved_view(self, *, head: str = "", footer: str = grid_saved_view.FOOTER) -> dict[str, str]:
        """Return the pictures as a notebook keeps them, by MIME type: text, HTML, and one PNG of the first.

        `head` is the first line of the text, `footer` the last one of the HTML.
        """
        with self._changing:
            entries = list(self._entries)
            look_at(entries[:AT_ONCE])
        return grid_saved_view.saved_view(entries, head=head or repr(self), footer=footer)

    @traitlets.observe("_tiles")
    def _show_saved(self, _change: object) -> None:
        self._save_soon()
