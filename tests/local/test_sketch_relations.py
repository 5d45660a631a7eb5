"""Relations, roles, materials: who is where by the words, read from the plan and its spots, not from pixels."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagewidgets.local.sketch.actors import cast
from imagewidgets.local.sketch.canvas import Canvas
from imagewidgets.local.sketch.layout import arrange
from imagewidgets.local.sketch.links import find_links
from imagewidgets.local.sketch.looks import key_of
from imagewidgets.local.sketch.plan import make_plan
from imagewidgets.local.sketch.prompt import parse
from imagewidgets.local.sketch.recipe import Recipe
from imagewidgets.local.sketch.scene import understand
from imagewidgets.local.sketch.spots import figure
from imagewidgets.local.sketch.staging import Stage, ground_y

SIZE = 512  # px
SEEDS = (0, 1, 7)


def boxes(prompt: str, seed: int = 0) -> dict[str, tuple[float, float, float, float, int]]:
    """Give of the first copy of each drawing its box in px (left, top, right, bottom) and when it is drawn."""
    plan = make_plan(parse(prompt), seed)
    found: dict[str, tuple[float, float, float, float, int]] = {}
    for order, spot in enumerate(arrange(plan, SIZE, SIZE)):
        actor = plan.actors[spot.actor]
        drawn = figure(plan, actor, spot.copy, spot.size)
        foot = SIZE * plan.floor if spot.y is None else spot.y + (drawn.height / 2 if spot.above else 0)
        box = (spot.x - drawn.width / 2, foot - drawn.height, spot.x + drawn.width / 2, foot, order)
        if spot.placed != "image":
            found.setdefault(actor.subject.glyph, box)
    return found


def middle(box):
    return (box[0] + box[2]) / 2


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("prompt", "upper", "lower"),
    [
        ("a cat on a table", "🐈", "table"),
        ("a cat on top of a red car", "🐈", "🚗"),
        ("two owls on a branch", "🦉", "branch"),
        ("a table with a vase on it", "vase", "table"),
        ("a snail with a house on its back", "🏠", "🐌"),
        ("an apple on a stack of books", "🍎", "📚"),
    ],
)
def test_on_stands_on_top(prompt, upper, lower, seed):
    found = boxes(prompt, seed)
    top, bottom = found[upper], found[lower]
    assert bottom[0] < middle(top) < bottom[2]
    assert bottom[1] < top[3] < bottom[3]
    assert top[1] < bottom[1]
    assert top[4] > bottom[4]
    assert top[1] > -0.05 * SIZE


@pytest.mark.parametrize("seed", SEEDS)
def test_under_is_lower_and_before_it(seed):
    found = boxes("a cat under a table", seed)
    cat, table = found["🐈"], found["table"]
    assert cat[1] > table[1]
    assert table[0] < middle(cat) < table[2]
    assert cat[4] > table[4]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("prompt", ["a dog in a box", "a pig in a bucket", "two kittens in a basket"])
def test_in_hides_the_lower_part(prompt, seed):
    plan = make_plan(parse(prompt), seed)
    spots = arrange(plan, SIZE, SIZE)
    inside = [spot for spot in spots if spot.hidden]
    assert len(inside) == plan.actors[0].subject.count
    assert spots[0].actor == 1  # the box is drawn first


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("prompt", "left", "right"),
    [
        ("a cat to the left of a dog", "🐈", "🐕"),
        ("a cat to the right of a dog", "🐕", "🐈"),
        ("a teapot on the right side of a mug", "mug", "🫖"),
    ],
)
def test_left_and_right(prompt, left, right, seed):
    found = boxes(prompt, seed)
    assert found[left][2] < found[right][0] + 0.02 * SIZE


@pytest.mark.parametrize("seed", SEEDS)
def test_between_is_in_the_middle(seed):
    plan = make_plan(parse("a bear between two trees"), seed)
    spots = sorted(arrange(plan, SIZE, SIZE), key=lambda spot: spot.x)
    assert [plan.actors[spot.actor].subject.glyph for spot in spots] == ["🌳", "🐻", "🌳"]
    found = boxes("a penguin between a snowman and an igloo", seed)
    assert middle(found["⛄"]) < middle(found["🐧"]) < middle(found["igloo"])


@pytest.mark.parametrize("seed", SEEDS)
def test_behind_is_drawn_first_and_in_front_of_last(seed):
    behind = boxes("a boy behind a fence", seed)
    assert behind["👦"][4] < behind["fence"][4]
    assert behind["👦"][3] < behind["fence"][3]
    before = boxes("a wolf in front of a barn", seed)
    assert before["🐺"][4] > before["barn"][4]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("prompt", "upper", "lower"),
    [("a helicopter over a bridge", "🚁", "bridge"), ("a horse jumping over a fence", "🐎", "fence")],
)
def test_above_touches_nothing(prompt, upper, lower, seed):
    found = boxes(prompt, seed)
    assert found[upper][3] <= found[lower][1]
    assert found[upper][1] >= 0


@pytest.mark.parametrize(
    ("prompt", "links"),
    [
        ("a cat and a dog on a sofa", [("on", 0, 2), ("on", 1, 2)]),
        ("a cat on a table next to a dog", [("on", 0, 1)]),
        ("a mouse riding a turtle", []),  # its mount
        ("a bear rowing a boat", [("in", 0, 1)]),
        ("pancakes with strawberries and honey", [("on", 1, 0), ("on", 2, 0)]),
        ("a cat and a dog", []),
    ],
)
def test_links(prompt, links):
    found = find_links(cast(parse(prompt).subjects))
    assert sorted((link.how, link.child, link.parent) for link in found) == links


@pytest.mark.parametrize(
    ("prompt", "high"),
    [
        ("a whale flying over a city", True),
        ("a whale in a city", False),
        ("a bird", True),
        ("a cat and a bird", True),
        ("a bird next to a cat", True),
        ("a cat next to a bird", False),
        ("a bird on a bench", False),
    ],
)
def test_who_is_in_the_air(prompt, high):
    plan = make_plan(parse(prompt), 0)
    flying = {"🐋", "🐦"}
    spots = [spot for spot in arrange(plan, SIZE, SIZE) if plan.actors[spot.actor].subject.glyph in flying]
    stage = Stage(Canvas(SIZE, SIZE, mood="day"), plan)
    assert [not ground_y(stage, spot)[2] for spot in spots] == [high]


@pytest.mark.parametrize(
    ("prompt", "marks"),
    [("a sleeping cat", ("💤",)), ("a cat sleeping on a sofa", ("💤",)), ("a cat", ())],
)
def test_what_someone_does_is_marked(prompt, marks):
    assert parse(prompt).subjects[0].marks == marks


def test_a_mirror_shows_who_looks_into_it():
    spots = arrange(make_plan(parse("a cat looking into a mirror"), 0), SIZE, SIZE)
    assert [spot.placed for spot in spots if spot.actor == 0] == ["", "image"] or [
        spot.placed for spot in spots if spot.actor == 0
    ] == ["image", ""]


def test_water_mirrors_who_stands_behind_it():
    plan = make_plan(parse("a deer reflected in a lake"), 0)
    assert plan.mirror
    assert not plan.shore
    assert plan.floor < 0.7


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a koala astronaut", ("🐨", "🧑‍🚀", "🐨|🧑‍🚀")),
        ("a cat dressed as a wizard", ("🐈", "🧙‍♂️", "🐱|🧙‍♂️")),
        ("a pirate parrot", ("🦜", "pirate", "🦜")),  # no face from before: it keeps its body
    ],
)
def test_roles(prompt, expected):
    (subject,) = parse(prompt).subjects
    assert (subject.glyph, subject.role, key_of(subject)) == expected


@pytest.mark.parametrize(
    ("prompt", "material", "color"),
    [
        ("a wooden horse", "wooden", None),
        ("a car made of chocolate", "chocolate", None),
        ("a golden statue of a cat", "golden", None),
        ("a statue of an owl", "stone", None),
        ("a golden fish", None, "golden"),  # no metal is meant
        ("a glass of milk", None, None),
        ("a red glass vase", "glass", "red"),
    ],
)
def test_materials(prompt, material, color):
    (subject,) = parse(prompt).subjects
    assert (subject.material, subject.color) == (material, color)


@pytest.mark.parametrize(
    ("prompt", "colors"),
    [
        ("a red and blue ball", ["red"]),
        ("a girl with red hair and a blue backpack", [None, "blue"]),
        ("a light blue vase with dark red tulips", ["light blue", "dark red"]),
        ("the cat is white and the dog is black", ["white", "black"]),
        ("a woman in red holding a green umbrella", ["red", "green"]),
        ("a white cat, a dog", ["white", None]),
    ],
)
def test_colors_stay_with_their_noun(prompt, colors):
    assert [subject.color for subject in parse(prompt).subjects] == colors


@pytest.mark.parametrize(
    ("prompt", "unknown"),
    [
        ("a girl with red hair", ("red hair",)),
        ("a cat with green eyes", ("green eyes",)),
        ("two kids building a sandcastle", ("building",)),
        ("a snorblax on a chair", ("snorblax",)),
        ("a cat without a snorblax", ()),  # what must not be there is not missed
    ],
)
def test_what_is_not_drawn_is_said(prompt, unknown):
    assert parse(prompt).unknown == unknown


def test_one_word_changes_only_what_it_says():
    plain = understand(Recipe("a cat and a dog in a garden", 3, (SIZE, SIZE))).plan
    dressed = understand(Recipe("a white cat wearing a hat and a dog in a garden", 3, (SIZE, SIZE))).plan
    assert (plain.mood, plain.horizon, plain.zoom, plain.mirrored) == (
        dressed.mood,
        dressed.horizon,
        dressed.zoom,
        dressed.mirrored,
    )
    spots = [[(spot.x, spot.y, spot.size) for spot in arrange(plan, SIZE, SIZE)] for plan in (plain, dressed)]
    assert spots[0] == spots[1]


NOUNS = st.sampled_from(["a cat", "two dogs", "a table", "a tree", "the moon", "a red car", "three birds", "a box"])
RELATIONS = st.sampled_from(["on", "in", "under", "behind", "next to", "between", "over", "with", "and", "riding"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(RELATIONS, NOUNS), min_size=1, max_size=5), st.integers(0, 99))
def test_every_copy_of_everyone_gets_a_spot(pairs, seed):
    prompt = "a fox " + " ".join(f"{relation} {noun}" for relation, noun in pairs)
    plan = make_plan(parse(prompt), seed)
    spots = [spot for spot in arrange(plan, SIZE, SIZE) if spot.placed != "image"]
    backdrops = {spot.actor for spot in spots if spot.backdrop}
    wanted = sum(1 if i in backdrops else actor.subject.count for i, actor in enumerate(plan.actors))
    assert len(spots) == wanted
    assert all(spot.size > 0 for spot in spots)
