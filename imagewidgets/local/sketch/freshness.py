"""What lets two edits of one picture differ: the seed of a job, in what it has brought or changed.

An edit keeps the seed of its source, so that what it keeps is drawn again as it was. What is new differs a little from
its usual self instead: in size, lean, facing and, where the words name none, in colour. What differs is written into
the recipe, so that the edited picture can be drawn again. A job with the seed of the source lets nothing differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from imagewidgets.local.sketch.data import kind
from imagewidgets.local.sketch.plan import Plan
from imagewidgets.local.sketch.prompt import Prompt
from imagewidgets.local.sketch.reader import Subject, Touch
from imagewidgets.local.sketch.recipe import Recipe
from imagewidgets.local.sketch.scene import understand
from imagewidgets.local.sketch.seeds import of_picture, stream
from imagewidgets.local.sketch.vocabulary import glyph

SIZE_RANGE = 0.08  # how far a size may go up or down
CONFINED = 0.9  # the middle of sizes in a mask that must hold all of it, however it leans
MOST_LEAN, GLASSES_LEAN, ANIMAL_LEAN, FITTED_LEAN = 7.0, 5.0, 3.5, 3.0  # degrees; the last: at the neck, on the body
LEAST_SHARE = 0.4  # of a range: a smaller difference would not be seen
SHADES = ("crimson", "teal", "amber", "indigo", "coral", "emerald", "lavender")
COLORED = frozenset(("🎈", "🪁", "☂️", "🪂", "🛋️", "🪑", "hot air balloon", "🚗", "🚙", "⛵", "🛶", "🎒"))
OWN_COLOR = frozenset(("👑", "⛑️", "🎧"))  # what is worn in one colour; so are glasses: coral ones look like a beak
LOOSE = frozenset(("⛵", "🛶", "🚤", "⚽", "🏀", "🏐", "🎾", "🏈"))  # may lean though they stand


@dataclass(frozen=True)
class Draw:
    """Where what is new in one picture of a job takes its numbers from."""

    seed: int
    index: int = 0

    @property
    def own_seed(self) -> int:
        """The seed of this picture of the job."""
        return of_picture(self.seed, self.index)

    def touch(self, subject: Subject, *, stands: bool = False, confined: bool = False) -> Touch:
        """Give how a subject is to differ.

        Parameters
        ----------
        subject
            What is new.
        stands
            Whether it is there by itself: the living lean less then, and buildings and cars not at all.
        confined
            Whether it must stay inside of where it is now: it is never larger, and looks the same way.
        """
        side, amount, tip, turn = stream(self.own_seed, "touch", subject.glyph).random(4).tolist()
        size = (CONFINED if confined else 1.0) + SIZE_RANGE * _apart(side)
        mirrored = turn < 0.5 and not confined and (stands or glyph(subject.glyph).is_clothing)
        lean = _most_lean(subject, stands=stands) * _apart(tip) * (0.75 + 0.25 * amount)
        return Touch(subject.glyph, size, lean, mirrored, self.shade(subject))

    def shade(self, subject: Subject) -> str | None:
        """Give a colour where the words name none and any suits; pictures of one job have different ones."""
        item = glyph(subject.glyph)
        plain = item.key in OWN_COLOR or item.key in kind("eyewear")
        colored = item.key in COLORED or (item.is_clothing and not plain)
        if subject.color or subject.count > 1 or not colored:
            return None
        first = int(stream(self.seed, "shade", subject.glyph).random() * len(SHADES))
        return SHADES[(first + self.index) % len(SHADES)]


def _apart(chance: float) -> float:
    """Give a number from -1 to 1 that is not near 0."""
    side = 2 * chance - 1
    return (LEAST_SHARE + (1 - LEAST_SHARE) * abs(side)) * (1 if side >= 0 else -1)


def _most_lean(subject: Subject, *, stands: bool) -> float:
    item = glyph(subject.glyph)
    if item.key in kind("eyewear"):
        return GLASSES_LEAN
    if item.key in kind("neckwear") or item.key in kind("bodywear"):
        return FITTED_LEAN
    if not stands or item.is_clothing or item.key in LOOSE or item.key in kind("air"):
        return MOST_LEAN
    return ANIMAL_LEAN if item.is_alive else 0.0


def touches_of(words: Prompt, draw: Draw, *, confined: bool = True) -> tuple[Touch, ...]:
    """Give how all that is put somewhere by itself is to differ."""
    return tuple(draw.touch(subject, stands=True, confined=confined) for subject in words.subjects)


def freshen(source: Recipe, edited: Recipe, draw: Draw, enclosed: frozenset[str] | None) -> Recipe:
    """Let what an edit has brought or changed follow the job's seed; what it keeps stays as it is.

    Where nothing is new, everyone differs a little; a picture without anyone is composed anew.

    Parameters
    ----------
    source, edited
        The recipes before and after.
    draw
        The job's seed.
    enclosed
        The drawings that lie in the mask as a whole, None without a mask. Others stand partly outside: they must stay.
    """
    before, after = _plain(source), _plain(edited)
    known, shown = _subjects(before), _subjects(after)
    new = {key for key, subject in shown.items() if key not in known or _differs(subject, known[key])}
    kept = tuple(touch for touch in edited.touches if touch.drawing in shown and touch.drawing not in new)
    parts = _new_parts(before, after)
    seeds = {part: seed for part, seed in edited.part_seeds if part not in parts}
    if draw.own_seed == source.seed:
        return replace(edited, touches=kept, part_seeds=tuple(seeds.items()))
    standing = {actor.subject.glyph for actor in after.actors}
    if not (new or parts or edited.additions != source.additions):
        if not standing and enclosed is None:
            return replace(edited, seed=draw.own_seed, part_seeds=())
        new = standing & set(shown)
        kept = tuple(touch for touch in kept if touch.drawing not in new)
    touches = [
        draw.touch(shown[key], stands=key in standing, confined=key in standing and enclosed is not None)
        for key in sorted(new)
        if key not in standing or enclosed is None or key in enclosed
    ]
    seeds.update(dict.fromkeys(parts, draw.own_seed))
    return replace(edited, touches=(*kept, *touches), part_seeds=tuple(seeds.items()))


def _plain(recipe: Recipe) -> Plan:
    """Give the plan of a recipe, with every drawing as it usually is."""
    return understand(replace(recipe, touches=())).plan


def _subjects(plan: Plan) -> dict[str, Subject]:
    """Give all subjects that are drawn, by the key of their drawing."""
    return {
        subject.glyph: subject
        for actor in plan.actors
        if not actor.glyphs & plan.hidden
        for subject in (actor.subject, *actor.without(plan.hidden).parts)
    }


def _differs(first: Subject, second: Subject) -> bool:
    return (first.color, first.scale, first.young, first.count) != (
        second.color,
        second.scale,
        second.young,
        second.count,
    )


def _new_parts(before: Plan, after: Plan) -> tuple[str, ...]:
    """Give the parts of the scenery in which two plans differ."""
    parts = ["place"] if after.place != before.place else []
    if parts or after.mood != before.mood:
        parts.append("sky")
    if after.prompt.weather != before.prompt.weather:
        parts.append("weather")
    if after.prompt.styles != before.prompt.styles:
        parts.append("style")
    return tuple(parts)
