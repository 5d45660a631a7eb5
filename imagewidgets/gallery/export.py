"""Pictures as a page that works from disk: no server, no network, no script needed to see them.

A folder with ``index.html``, the picture files as they are in the gallery (``pictures/``) and small copies for the page
(``small/``). It is written aside first, and the page last: where something goes wrong, an older page still stands.
"""

from __future__ import annotations

import html
import json
import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from imagewidgets.display import thumbnail
from imagewidgets.display.captions import Facts, count_pictures, joined, local_time, shortened
from imagewidgets.errors import InvalidRequestError
from imagewidgets.gallery.stars import Stars

if TYPE_CHECKING:
    from imagewidgets.gallery.pictures import Picture, Pictures

SMALL = 640  # px, the longest side of the small copies: rows are 236 CSS px high, and screens may be dense
WORKERS = 4  # threads: Pillow works outside Python's lock
_STATIC = Path(__file__).with_name("static")
_SHAPES = (0.4, 2.5)  # width ÷ height of a tile, least and most: a panorama does not fill the page
_STAR = (
    '<svg class="star" viewBox="0 0 16 16" role="img" aria-label="Starred"><path d="M8 1.8l1.9 4 4.3.6-3.1 3 .8 4.3L8 '
    '11.6l-3.9 2.1.8-4.3-3.1-3 4.3-.6z"/></svg>'
)


@dataclass(frozen=True)
class _Shown:
    """A picture of the page: `name` is its file's, `small` that of its copy."""

    picture: Picture
    facts: Facts
    name: str
    small: str
    ratio: float
    clear: bool
    starred: bool


def export(pictures: Pictures, folder: Path, *, title: str) -> Path:
    """Write the page, and return its path; see `Pictures.export`."""
    target = folder.absolute()
    if pictures.folder == target or pictures.folder in target.parents:
        raise InvalidRequestError(
            f"{str(folder)!r} lies in the gallery, where the page's copies would be pictures of the gallery too. Give "
            "a folder beside it.",
            param="folder",
        )
    for name in ("pictures", "small"):
        (target / name).mkdir(parents=True, exist_ok=True)
    stars = Stars(pictures.folder).all()
    with ThreadPoolExecutor(WORKERS) as pool:
        made = list(pool.map(lambda picture: _copy(picture, target, stars), pictures))
    shown = [each for each in made if each is not None]
    page = target / "index.html"
    aside = target / "index.html.part"
    aside.write_text(_page(shown, title=title, unreadable=len(made) - len(shown)), "utf-8")
    aside.replace(page)
    return page


def _copy(picture: Picture, target: Path, stars: frozenset[str]) -> _Shown | None:
    """Put a picture and a small copy of it into the folder; None for a file that is no picture."""
    try:
        image = picture.image
        data = thumbnail(image, SMALL)
    except (InvalidRequestError, OSError, SyntaxError, ValueError):
        return None
    name = picture.name
    small = f"{name}.webp"
    for path in (target / "pictures" / name, target / "small" / small):
        path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(picture.path, target / "pictures" / name)
    (target / "small" / small).write_bytes(data)
    return _Shown(
        picture,
        Facts.of(image, pixels=False),
        name,
        small,
        ratio=max(_SHAPES[0], min(image.width / image.height, _SHAPES[1])),
        clear=image.has_transparency_data,
        starred=picture.digest in stars,
    )


def _page(shown: Sequence[_Shown], *, title: str, unreadable: int) -> str:
    models = sorted({each.facts.model for each in shown if each.facts.model})
    left_out = f" {unreadable} of the files could not be read and are left out." if unreadable else ""
    return Template((_STATIC / "page.html").read_text("utf-8")).substitute(
        title=html.escape(title),
        style=(_STATIC / "page.css").read_text("utf-8"),
        script=(_STATIC / "page.js").read_text("utf-8"),
        summary=html.escape(joined([count_pictures(len(shown)), _models(models), _days(shown)])),
        models="".join(f"<option>{html.escape(model)}</option>" for model in models),
        figures="\n".join(map(_figure, shown)),
        footer=html.escape(f"The files have their recipes inside: iw.read_recipe(…), iw.repeat(…).{left_out}"),
        data=_script_json([_data(each) for each in shown]),
    )


def _models(models: Sequence[str]) -> str:
    return ", ".join(models) if len(models) <= 3 else f"{len(models)} models"


def _days(shown: Iterable[_Shown]) -> str:
    days = [local_time(each.facts.created).date() for each in shown if each.facts.created is not None]
    if not days:
        return ""
    first, last = (f"{day.day} {day:%B %Y}" for day in (min(days), max(days)))
    return first if first == last else f"{first} to {last}"


def _figure(each: _Shown) -> str:
    facts = each.facts
    words = facts.prompt or facts.words or each.name
    detail = joined([facts.model, facts.size])
    small, whole = (f"{folder}/{quote(name)}" for folder, name in (("small", each.small), ("pictures", each.name)))
    return (
        f'<figure style="--ratio:{each.ratio:.4f}"><a href="{whole}">'
        f'<img src="{small}" alt="{html.escape(shortened(words))}" loading="lazy" decoding="async"'
        f"{' class=clear' if each.clear else ''}>{_STAR if each.starred else ''}</a>"
        f"<figcaption><b>{html.escape(shortened(words))}</b><span>{html.escape(detail)}</span></figcaption></figure>"
    )


def _data(each: _Shown) -> dict[str, Any]:
    """Return what the script knows of a picture: `facts` are shown as they stand, in their order."""
    facts, picture = each.facts, each.picture
    made = picture.created
    told = {
        "Model": facts.model,
        "Service": str(picture.recipe.get("service") or picture.recipe.get("software") or ""),
        "Size": facts.size,
        **{name.capitalize(): value for name, value in facts.settings.items()},
        "Kind": {"edit": "Edit", "variation": "Variation"}.get(facts.operation, ""),
        "Made": "" if made is None else f"{made.day} {made:%B %Y, %H:%M} UTC",
        "Take": str(picture.take) if picture.take else "",
        "Digest": picture.digest[:16],
        "Parent": str(picture.recipe.get("parent") or "")[:16],
        "File": each.name,
    }
    return {
        "prompt": picture.prompt or facts.words,
        "revised": picture.revised_prompt,
        "alt": shortened(facts.prompt or facts.words or each.name),
        "file": f"pictures/{quote(each.name)}",
        "facts": {name: value for name, value in told.items() if value},
        "starred": each.starred,
        "clear": each.clear,
    }


def _script_json(value: object) -> str:
    """Return JSON that may stand in a script element: nothing in it can end that."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
