"""What actors wear, hold, ride, sit on and fly, joined at the anchors of their drawings."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from imagewidgets.local.sketch import exact, strokes
from imagewidgets.local.sketch.actors import UMBRELLAS, Actor
from imagewidgets.local.sketch.canvas import Canvas, Placed, rgb
from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.drawings import worn_by
from imagewidgets.local.sketch.looks import color_of, look
from imagewidgets.local.sketch.sprites import Sprite, sprite
from imagewidgets.local.sketch.subjects import Subject
from imagewidgets.local.sketch.vocabulary import glyph

EYES_ROOM, NECK_ROOM, HAT_ROOM = 1.15, 0.85, 1.25  # width of what is worn, in widths of the eyes and the head
FACE_ROOM, BODY_ROOM, SHOULDERS = 1.35, 1.1, 1.32  # widths of helmets and of coats, in widths of the head
GLOVE_ROOM, LEAST_GLOVE = 0.5, 0.17  # of the width of the head, of the body
ON_ALL_FOURS = 0.93  # width by height from which an animal stands on four feet
MOUTH = 0.42  # of the width of the head below the eyes
SHOE_ROOM = 0.34  # of the width of the body for one shoe
HELD_SIZE, HELD_TURN = 0.36, -8  # of the actor's size; degrees
UMBRELLA_SIZE, UMBRELLA_ROOF = 1.4, 0.45  # of the actor's size; of its height that is over the head
UMBRELLA_OUTWARDS = 0.03  # of the body's width from hand or face
TALLEST = 0.03  # of the picture's height that stays free above a rider
HUNG_HAT, DEEP_HAT = 0.22, 0.36  # of a hat's width that lies below the crown


def dress(canvas: Canvas, actor: Actor, body: Sprite, placed: Placed, size: float, *, first: bool) -> None:
    """Draw what one copy of an actor wears, holds, flies and does."""
    for item in (*_usual_clothes(actor), *actor.worn):
        _wear(canvas, body, placed, item)
    for n, item in enumerate(actor.held or _usual_tools(actor)):
        _hold(canvas, actor.subject.glyph, (body, placed), item, size, other_hand=n > 0)
    if actor.flown is not None and first:
        _fly(canvas, body, placed, actor.flown, size)
    for mark in actor.subject.marks[:1]:
        x, y = body.points["crown"]
        side = 1 if x < body.width * 0.6 else -1
        drawn = sprite(mark, int(size * 0.26))
        lift = drawn.height * 0.55
        canvas.paste(drawn.image, placed.x + x + side * body.head_width * 0.75, placed.y + y - lift, tinted=False)
    if actor.subject.glyph == "🧑‍🚀" and not actor.worn:
        x, y = body.points["eyes"]
        radius = body.head_width * 0.72
        canvas.paste(helmet(max(8, int(radius * 2.2))), placed.x + x, placed.y + y - radius * 0.08)


def _role(actor: Actor) -> str:
    """Give whose clothes an actor wears that are not part of its drawing; "" for its own."""
    key = actor.subject.glyph
    return actor.subject.role or (key if key in table("artwork")["characters"] else "")


def _usual_clothes(actor: Actor) -> tuple[Subject, ...]:
    """Give what a pirate or a koala astronaut wears besides their suit; a hat that the words name takes its place."""
    role = _role(actor)
    given = {_where_worn(item.glyph) for item in actor.worn}
    return tuple(Subject((key,), key) for key in worn_by(role).get("wears", ()) if _where_worn(key) not in given)


def _usual_tools(actor: Actor) -> tuple[Subject, ...]:
    role = _role(actor)
    busy = actor.mount is not None or actor.flown is not None
    return () if busy else tuple(Subject((key,), key) for key in worn_by(role).get("holds", ()))


def _where_worn(key: str) -> str:
    """Give the part of the body on which something is worn."""
    for part in ("eyewear", "neckwear", "bodywear"):
        if key in kind(part):
            return part
    return "hat"


def _wear(canvas: Canvas, body: Sprite, placed: Placed, item: Subject) -> None:
    on_eyes, on_neck = item.glyph in kind("eyewear"), item.glyph in kind("neckwear")
    if item.glyph in kind("handwear"):
        _put_gloves_on(canvas, body, placed, item)
        return
    if item.glyph in kind("footwear"):
        _put_shoes_on(canvas, body, placed, item)
        return
    on_body, on_face = item.glyph in kind("bodywear"), item.glyph in kind("facewear")
    room = (EYES_ROOM * body.eyes_width) if on_eyes else body.head_width * (NECK_ROOM if on_neck else HAT_ROOM)
    stands = body.height > body.width * 1.35  # a figure with shoulders
    if on_face or on_body:
        room = body.head_width * (FACE_ROOM if on_face else SHOULDERS if stands else BODY_ROOM)
    width = room * item.scale * item.touch.size
    probe = sprite(item.glyph, 128, color_of(item.color))
    longest = int(128 * width / probe.width)  # a sprite's size is that of its box, not of its ink
    deep = item.glyph in kind("deep_hats")
    jaunty = 0 if deep or on_eyes or on_neck or on_body or on_face else 5 if body.tilt >= 0 else -5  # degrees
    drawn = look(item, longest)
    drawn = drawn.flipped() if item.touch.mirrored else drawn
    lean = body.tilt + jaunty
    height = drawn.turned(lean).height  # a touch turns it where it is
    drawn = drawn.turned(lean + item.touch.lean)
    if on_eyes or on_face:
        x, y = body.points["eyes"]
    elif on_neck or on_body:
        x, y = body.points["neck"]
        y += height * (0.22 if on_neck else 0.46 if stands else 0.4)
    else:  # a hat sits on the crown, its lower edge a little under it, along the tilt of the head
        x, y = body.points["crown"]
        lift = height * 0.5 - width * (DEEP_HAT if deep else HUNG_HAT)
        cosine, sine = exact.direction(math.radians(body.tilt))
        x, y = x - sine * lift, y - cosine * lift
    canvas.paste(drawn.image, placed.x + x, placed.y + y)


def _put_shoes_on(canvas: Canvas, body: Sprite, placed: Placed, item: Subject) -> None:
    """Put two shoes where the feet are."""
    drawn = look(item, max(8.0, body.width * SHOE_ROOM * item.scale))
    for side in (-1, 1):
        x = placed.x + body.width * (0.5 + side * SHOE_ROOM * 0.55)
        canvas.paste(
            drawn.flipped().image if side > 0 else drawn.image, x, placed.y + body.height * 1.02, standing=True
        )


def _put_gloves_on(canvas: Canvas, body: Sprite, placed: Placed, item: Subject) -> None:
    """Put gloves on both hands."""
    drawn = look(item, max(body.width * LEAST_GLOVE, body.head_width * GLOVE_ROOM) * item.scale)
    x, y = body.points["hand"]
    for glove, at in ((drawn, x), (drawn.flipped(), body.width - x)):
        canvas.paste(glove.image, placed.x + min(at, body.width), placed.y + y)


def _hold(
    canvas: Canvas, actor_key: str, drawn_at: tuple[Sprite, Placed], item: Subject, size: float, *, other_hand: bool
) -> None:
    body, placed = drawn_at
    share = table("artwork")["held_size"].get(item.glyph, HELD_SIZE)
    if glyph(item.glyph).is_alive:
        share = 0.6
    longest = int(size * share * item.scale * item.touch.size)
    drawn = look(item, longest, whole=True).turned(HELD_TURN + item.touch.lean)
    x, y = body.points["hand"]
    if item.relation == "breathing":
        _breathe(canvas, body, placed, item, size)
        return
    if item.relation == "reading":  # before the chest
        x, y = body.width * 0.5, (body.points["neck"][1] + body.points["hand"][1]) / 2 + drawn.height * 0.3
    elif item.relation == "eating" or _has_no_hands(actor_key, body):
        x, y = _mouth(body)
        canvas.paste(drawn.image, placed.x + x, placed.y + y)
        return
    elif other_hand:
        x = body.width - x
    elif item.glyph in UMBRELLAS:  # over the head, the handle in the hand
        drawn = look(item, size * UMBRELLA_SIZE * item.scale * item.touch.size, whole=True).flipped()
        drawn = drawn.turned(item.touch.lean)  # its hook away from the face
        crown_x, crown_y = body.points["crown"]
        x = max(min(x, body.width), crown_x + body.head_width * 0.5) + body.width * UMBRELLA_OUTWARDS
        canvas.paste(drawn.image, placed.x + x, placed.y + crown_y + drawn.height * (0.5 - UMBRELLA_ROOF))
        return
    up = drawn.height * (0.38 if item.glyph in kind("upright_held") else 0.1)
    canvas.paste(drawn.image, placed.x + min(x, body.width), placed.y + y - up)


def _looks_to(body: Sprite) -> int:
    """Give 1 for a head that looks to the right, -1 to the left: its eyes lie on the far side of the crown."""
    return 1 if body.points["eyes"][0] > body.points["crown"][0] else -1


def _has_no_hands(key: str, body: Sprite) -> bool:
    """Whether an animal stands on all fours and carries things in its mouth."""
    return glyph(key).is_animal and body.width > body.height * ON_ALL_FOURS


def _mouth(body: Sprite) -> tuple[float, float]:
    """Give where the mouth is in px: below the eyes, of a head in profile before them."""
    x, y = body.points["eyes"]
    profile = abs(x - body.points["crown"][0]) > body.head_width * 0.05
    return x + _looks_to(body) * body.head_width * 0.35 * profile, y + body.head_width * MOUTH


def _breathe(canvas: Canvas, body: Sprite, placed: Placed, item: Subject, size: float) -> None:
    """Let fire come out of the mouth: it lies on the far side of the eyes, seen from the crown."""
    side = _looks_to(body)
    x, y = body.points["eyes"]
    drawn = look(item, size * 0.45).turned(side * 105)
    reach = body.head_width * 0.6 + drawn.width * 0.35
    canvas.paste(drawn.image, placed.x + x + side * reach, placed.y + y + body.head_width * 0.35, tinted=False)


def _fly(canvas: Canvas, body: Sprite, placed: Placed, item: Subject, size: float) -> None:
    """Let a kite or a balloon fly on a string from the hand."""
    drawn = look(item, size * 0.45 * item.scale * item.touch.size)
    drawn = drawn.turned(item.touch.lean)
    hand = placed.x + min(body.points["hand"][0], body.width), placed.y + body.points["hand"][1]
    side = 1 if body.points["hand"][0] > body.width / 2 else -1
    x = float(np.clip(hand[0] + side * canvas.width * 0.1, drawn.width * 0.6, canvas.width - drawn.width * 0.6))
    y = max(canvas.height * 0.13, drawn.height * 0.55)
    sheet = Image.new("L", (canvas.width, canvas.height))
    bend = (hand[0] + x) / 2 + side * canvas.width * 0.03, (hand[1] + y) / 2 + canvas.height * 0.06
    steps = np.linspace(0, 1, 24).tolist()
    line = [(_bent(hand[0], bend[0], x, t), _bent(hand[1], bend[1], y, t)) for t in steps]
    strokes.line(sheet, line, fill=220, width=max(1, canvas.short // 300))
    amount = (np.asarray(sheet, np.float32) / 255)[..., None]
    canvas.over(rgb("#f4f1e6"), amount)
    if canvas.alpha is not None:
        canvas.alpha += (1 - canvas.alpha) * amount
    canvas.paste(drawn.image, x, y)


def _bent(first: float, middle: float, last: float, t: float) -> float:
    """Give one coordinate of a quadratic curve at `t`, 0 to 1."""
    return (1 - t) * (1 - t) * first + 2 * t * (1 - t) * middle + t * t * last


def sit(canvas: Canvas, seat: Subject, x: float, y: float, size: float) -> float:
    """Draw what an actor sits on; give the y of its feet."""
    wide = seat.glyph in kind("furniture") and seat.glyph != "🪑"
    longest = int(size * (1.5 if wide else 1.05) * seat.scale * seat.touch.size)
    drawn = look(seat, longest)
    canvas.paste(drawn.image, x, y, standing=True, shadow=True)
    return y - drawn.height * float(table("artwork")["seat_heights"].get(seat.glyph, 0.5))


def ride(canvas: Canvas, actor: Actor, body: Sprite, x: float, y: float, size: float) -> tuple[Placed, Sprite]:
    """Draw an actor on its mount; give where the rider is and the rider as drawn."""
    mount = actor.mount or actor.subject
    on_board = mount.glyph in kind("boards")
    turn = table("artwork")["turn"].get(mount.glyph, 0)
    longest = int(size * (0.85 if on_board else 1.3) * mount.touch.size)
    drawn = look(mount, longest, whole=True).turned(turn)
    if on_board:
        canvas.paste(drawn.image, x, y, standing=True, shadow=True)
        deck = y - drawn.height * (0.8 if mount.glyph == "🛹" else 0.4)
        return canvas.paste(body.image, x, deck, standing=True), body
    person = glyph(actor.subject.glyph).is_person or actor.subject.glyph == "🤖" or actor.subject.role is not None
    rider = look(actor.subject, size * (0.85 if person else 0.6), whole=True)
    back_x, back_y = drawn.points["back"]
    seat_x = x - drawn.width / 2 + back_x
    seat_y = y - drawn.height + back_y + rider.height * (0.3 if person else 0.08)
    top = seat_y - rider.height
    if top < canvas.height * TALLEST and y > canvas.height * 0.2:  # too tall together: once more, smaller
        smaller = size * 0.95 * (y - canvas.height * TALLEST) / (y - top)
        return ride(canvas, actor, body, x, y, smaller)
    if not person:
        canvas.paste(drawn.image, x, y, standing=True, shadow=True)
        return canvas.paste(rider.image, seat_x, seat_y, standing=True), rider
    placed = canvas.paste(rider.image, seat_x, seat_y, standing=True)  # the legs vanish behind the mount
    canvas.paste(drawn.image, x, y, standing=True, shadow=True)
    unit = rider.height / 63  # and one comes back in front of it
    middle = rider.width / 2
    leg = (int(middle + 0.5 * unit), int(rider.height * 0.78), int(middle + 10.5 * unit), rider.height)
    canvas.paste(rider.image.crop(leg), seat_x + 2 * unit, seat_y - rider.height * 0.3 + 5 * unit)
    return placed, rider


def helmet(width: int) -> Image.Image:
    """Draw a glass bubble `width` px wide: the artwork's astronaut carries the helmet under the arm."""
    size = width * 2
    image = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(image)
    rim = [size * 0.05, size * 0.05, size * 0.95, size * 0.95]
    draw.ellipse(rim, fill=(190, 225, 250, 70), outline=(225, 232, 237, 255), width=max(2, size // 24))
    shine = [size * 0.15, size * 0.15, size * 0.85, size * 0.85]
    draw.arc(shine, 190, 250, fill=(255, 255, 255, 210), width=max(2, size // 20))
    return exact.resize(image, (width, width), Image.Resampling.LANCZOS)
