"""From a parsed prompt and a seed to the plan of a picture: where, in what light, who, and how it is framed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from imagewidgets.local.sketch.actors import Actor, cast
from imagewidgets.local.sketch.data import kind, table
from imagewidgets.local.sketch.links import find_links
from imagewidgets.local.sketch.prompt import Prompt
from imagewidgets.local.sketch.seeds import stream
from imagewidgets.local.sketch.vocabulary import glyph, habitat

INDOORS = frozenset(("table", "library", "studio", "plain", "pool", "stage", "cave", *table("places")["rooms"]))
AIRLESS = frozenset(("space", "moon", "mars"))
AFLOAT = frozenset(("space", "sky", "underwater", "plain"))
WATERS = frozenset(("sea", "lake", "pool", "river", "harbor", "waterfall", "island"))
SHORES = {"lake": 0.95, "river": 0.95, "harbor": 0.95, "waterfall": 0.95, "island": 0.86}  # where feet stand on land
IN_WATER = 0.84  # where swimmers are in places whose floor is on land
CARRIED = ("on", "in", "bars", "through", "under", "shoulder", "head")  # by what decides where both are
FAR_SHORE = 0.1  # of the height below the horizon: where stands what the water mirrors
WATER_HABITATS = ("sea", "underwater", "lake", "pool", "harbor", "river")
DULL_WEATHER = ("rain", "cloud", "fog", "snow")
# Where nothing is said, most days are blue and some are golden.
UNSAID_MOODS = ("day",) * 4 + ("sunrise", "sunset")
HORIZON_SHIFT, SIDE_SHIFT, ZOOM = 0.07, 0.16, 0.3  # ranges, as fractions of height, width and size


@dataclass(frozen=True)
class Plan:
    """All decisions about a picture before anything is painted.

    `horizon` and `floor` (where feet stand) are fractions of the height. `shift` moves a single subject sideways, as a
    fraction of the width; `zoom` multiplies sizes; `mirrored` lets it look the other way. `shore` is dry ground in
    front of water; `mirror` says that the water shows who stands at its far side. `hidden` are drawings that keep their
    place but are not drawn. `part_seeds` are the seeds of parts of the scenery that do not follow `seed`.
    """

    prompt: Prompt
    actors: tuple[Actor, ...]
    place: str
    mood: str
    seed: int
    horizon: float
    floor: float
    shift: float
    zoom: float
    mirrored: bool
    shore: bool = False
    mirror: bool = False
    transparent: bool = False
    hidden: frozenset[str] = frozenset()
    part_seeds: tuple[tuple[str, int], ...] = ()

    def seed_of(self, part: str) -> int:
        """Give the seed of a part of the scenery: "place", "sky", "weather" or "style"."""
        return dict(self.part_seeds).get(part, self.seed)

    @property
    def portrait(self) -> bool:
        """Whether only heads and shoulders are drawn."""
        return "portrait" in self.prompt.styles

    @property
    def whole_bodies(self) -> bool:
        """Whether heads get a body."""
        return not self.portrait and (self.place != "plain" or self.transparent)

    @property
    def wet(self) -> bool:
        """Whether subjects stand in water."""
        return self.place in WATERS and not (self.shore or self.mirror or self.transparent)


def make_plan(
    prompt: Prompt,
    seed: int,
    *,
    place: str | None = None,
    mood: str | None = None,
    transparent: bool = False,
    hidden: frozenset[str] = frozenset(),
    staged: Prompt | None = None,
) -> Plan:
    """Plan a picture; `place` and `mood` are used where the prompt names none.

    With `staged`, that prompt's actors keep their places and are drawn as `prompt` describes them; those that it does
    not name are hidden.
    """
    actors = cast(prompt.subjects)
    if staged is not None:
        actors, missing = _restaged(cast(staged.subjects), actors)
        hidden = hidden | missing
    where = "plain" if transparent else prompt.place or place or _implied_place(prompt, actors)
    carried = {link.child for link in find_links(actors) if link.how in CARRIED}
    dry = any(not is_aquatic(actor) for i, actor in enumerate(actors) if i not in carried)
    mirror = prompt.reflected and where in WATERS
    if where == "sea" and dry:
        where = "beach"
    rng = stream(seed, "framing")
    horizon_shift, shift, zoom, turn = rng.random(4).tolist()
    places = table("places")["places"]
    horizon = places[where]["horizon"]
    if where not in INDOORS and where not in ("space", "sky", "underwater"):
        horizon += HORIZON_SHIFT * (horizon_shift - 0.6)
    shore = where in SHORES and dry and not mirror
    floor = SHORES[where] if shore else IN_WATER if where in SHORES else places[where]["floor"]
    floor = horizon + FAR_SHORE if mirror else floor
    if "portrait" in prompt.styles and where == "studio":
        floor = 1.02
    return Plan(
        prompt=prompt,
        actors=actors,
        place=where,
        mood="space" if where in AIRLESS else _mood(prompt, where, mood, seed),
        seed=seed,
        horizon=horizon,
        floor=floor,
        shift=SIDE_SHIFT * (shift - 0.5) * (0.3 if where == "plain" else 1),
        zoom=1 + ZOOM * (zoom - 0.6) * (0.4 if where == "plain" else 1),
        mirrored=turn < 0.5,
        shore=shore,
        mirror=mirror,
        transparent=transparent,
        hidden=hidden,
    )


def _restaged(old: tuple[Actor, ...], new: tuple[Actor, ...]) -> tuple[tuple[Actor, ...], frozenset[str]]:
    """Give the old actors as the new ones describe them, and the drawings of those that nobody names any more."""
    named = {actor.subject.glyph: actor for actor in reversed(new)}
    actors: list[Actor] = []
    missing: set[str] = set()
    for actor in old:
        again = named.get(actor.subject.glyph)
        if again is None:
            missing.update(actor.glyphs, (part.glyph for part in actor.parts))
            actors.append(actor)
        else:
            as_many = replace(again.subject, count=actor.subject.count, relation=actor.subject.relation)
            actors.append(replace(again, subject=as_many))
    return tuple(actors), frozenset(missing)


def is_aquatic(actor: Actor) -> bool:
    """Whether it is at home in or on water, or in the air above it."""
    key = (actor.mount or actor.subject).glyph
    return habitat(key) in WATER_HABITATS or key in kind("air") or key in kind("waterside")


def _mood(prompt: Prompt, place: str, mood: str | None, seed: int) -> str:
    if prompt.weather == "storm" or (prompt.weather in DULL_WEATHER and not prompt.time):
        return prompt.weather
    if prompt.time or mood:
        return str(prompt.time or mood)
    if place in INDOORS or place == "underwater":
        return "day"
    if prompt.weather == "aurora":
        return "night"
    if prompt.weather == "rainbow":
        return "day"
    return UNSAID_MOODS[int(stream(seed, "mood").random() * len(UNSAID_MOODS))]


def _implied_place(prompt: Prompt, actors: tuple[Actor, ...]) -> str:
    """Give the place that nobody named: the habitat of who is there."""
    outdoors = bool(prompt.weather or prompt.time)
    if "minimal" in prompt.styles:
        return "plain"
    if "portrait" in prompt.styles or not (actors or outdoors):
        return "studio"
    if not actors:
        return "meadow"
    first = actors[0]
    if first.shape is not None:
        return "studio"
    if any(part.glyph == "bench" for actor in actors for part in (actor.subject, *actor.parts)):
        return "park"
    if first.seat is not None and first.seat.glyph in kind("furniture") - {"bench"}:
        return "room"
    if any(part.relation in table("modifiers")["verbs"]["rooms"] for actor in actors for part in actor.held):
        return "meadow" if outdoors else "library"
    if any(actor.subject.glyph in kind("furniture") - {"bench"} for actor in actors) and not prompt.weather:
        return "room"
    links = [link for link in find_links(actors) if link.how in CARRIED]
    carried = {link.parent if link.how == "bars" or _is_anywhere(actors[link.parent]) else link.child for link in links}
    places = [_habitat(actor) for i, actor in enumerate(actors) if i not in carried]
    if outdoors:
        surface = {"pool": "lake", "underwater": "sea"}
        places = [surface.get(p, "meadow" if p in INDOORS else p) for p in places]
    elif first.contents and len(places) == len(actors):
        return "table"
    if {"sea", "underwater"} <= set(places):  # an octopus and a ship
        return "sea"
    if places[0] == "underwater" and carried:  # a mermaid on a rock
        return "sea"
    if places[0] == "sky" and any(where != "sky" for where in places):  # a dragon over a castle: the castle decides
        return next(where for where in places if where != "sky")
    if places[0] == "table" and any(where != "table" for where in places):  # a sandwich beside a dog: the dog decides
        return next(where for where in places if where != "table")
    if places[0] == "table" and glyph(first.subject.glyph).group == "Objects" and len(actors) == 1:
        return "studio"
    return places[0]


def _is_anywhere(actor: Actor) -> bool:
    """Whether it tells nothing of the place: rocks lie where those live that sit on them."""
    return actor.subject.glyph in kind("anywhere")


def _habitat(actor: Actor) -> str:
    """Give the habitat of an actor: that of what it rides, where it rides."""
    where = habitat((actor.mount or actor.subject).glyph)
    return "lake" if where == "pool" else where
