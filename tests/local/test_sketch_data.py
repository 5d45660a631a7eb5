"""The sketch engine's tables: every entry means something that can be drawn."""

import re

import pytest

from imagewidgets.local.sketch.canvas import Canvas
from imagewidgets.local.sketch.data import FOLDER, table
from imagewidgets.local.sketch.drawings import drawing
from imagewidgets.local.sketch.fills import rasterize
from imagewidgets.local.sketch.finish import COMPOSITIONS, STYLES
from imagewidgets.local.sketch.places import PAINTERS
from imagewidgets.local.sketch.vocabulary import VARIATION_SELECTOR, is_drawable, own_drawings

HEX = re.compile(r"#[0-9a-fA-F]{6}")
PLACES = table("places")
ARTWORK = table("artwork")
MODIFIERS = table("modifiers")


def missing(keys):
    """Return the keys that have no drawing."""
    return [key for key in keys if not is_drawable(key)]


def test_each_table_is_a_file():
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == [
        "artwork",
        "light",
        "modifiers",
        "nouns",
        "places",
        "styles",
    ]


def test_an_unknown_table_is_an_error():
    with pytest.raises(FileNotFoundError):
        table("nothing")


def test_every_drawing_in_the_artwork_table_exists():
    tables = ("heads", "face_heads", "backs", "upright", "turn", "drop_fills", "tops", "inside", "tall", "face_of")
    tables += ("held_size", "seat_heights", "roles", "clothes", "inherent")
    keys = [key for name in tables for key in ARTWORK[name]]
    keys += [key for keys in ARTWORK["kinds"].values() for key in keys]
    keys += [character["from"] for character in ARTWORK["characters"].values()]
    for clothes in (*ARTWORK["characters"].values(), *ARTWORK["roles"].values()):
        keys += [*clothes.get("wears", ()), *clothes.get("holds", ())]
    assert missing(keys) == []


def test_every_drawing_in_the_places_table_exists():
    keys = [key for keys in PLACES["habitats"].values() for key in keys]
    for room in PLACES["rooms"].values():
        keys += [item[0] for part in ("standing", "on", "hung") for item in room.get(part, ())]
    assert missing(keys) == []


def test_nothing_is_at_home_in_two_places():
    keys = [key.replace(VARIATION_SELECTOR, "") for keys in PLACES["habitats"].values() for key in keys]
    assert sorted(key for key in set(keys) if keys.count(key) > 1) == []


@pytest.mark.parametrize("key", sorted(own_drawings()))
def test_own_drawings_render(key):
    shape = drawing(key)
    assert rasterize(shape.svg, shape.width, shape.height, 48).getchannel("A").getextrema()[1] == 255


def test_anchors_lie_in_the_drawing():
    for x, y, width, eyes_x, eyes_y, eyes_width, tilt in ARTWORK["heads"].values():
        assert all(0 <= value <= 36 for value in (x, y, width, eyes_x, eyes_y, eyes_width))
        assert -90 < tilt < 90
    assert all(0 <= value <= 36 for head in ARTWORK["face_heads"].values() for value in head)
    assert all(0 <= value <= 36 for back in ARTWORK["backs"].values() for value in back)


def test_colors_are_hexadecimal():
    light = table("light")
    colors = [*MODIFIERS["colors"].values(), *light["cloud"].values(), *light["cloud_shade"].values()]
    colors += [color for stops in light["sky"].values() for _, color in stops]
    colors += [color for pairs in PLACES["grounds"].values() for pair in pairs for color in pair]
    colors += list(ARTWORK["clothes"].values())
    assert [color for color in colors if not HEX.fullmatch(color)] == []


def test_every_mood_has_a_sky_and_a_light():
    light = table("light")
    moods = set(MODIFIERS["times"].values()) | {"storm", "rain", "cloud", "fog", "snow", "space"}
    assert moods <= set(light["sky"]) == set(light["tint"])
    for stops in light["sky"].values():
        assert [place for place, _ in stops] == sorted(place for place, _ in stops)


def test_every_place_can_be_painted():
    assert set(PLACES["places"]) == set(PAINTERS)
    assert set(PAINTERS) - {"plain"} == set(MODIFIERS["settings"].values())
    assert set(PLACES["habitats"]) | set(PLACES["group_habitats"].values()) <= set(PAINTERS)
    for place in PLACES["places"].values():
        assert 0 < place["horizon"] <= 1
        assert 0 < place["floor"] < 1.1


def test_every_style_is_made_by_someone():
    assert set(table("styles")["styles"]) == set(STYLES) | COMPOSITIONS


def test_words_that_describe_name_what_there_is():
    assert set(MODIFIERS["material_words"].values()) == set(MODIFIERS["materials"])
    assert set(MODIFIERS["see_through"]) <= set(MODIFIERS["materials"])
    assert set(MODIFIERS["seasons"].values()) - {"winter"} == set(PLACES["seasons"]) == set(PLACES["season_grounds"])
    assert all(HEX.fullmatch(tone) for tones in MODIFIERS["materials"].values() for tone in tones)
    assert len(set(MODIFIERS["colors"].values())) >= 24


def test_numbers_and_sizes_are_in_range():
    assert all(1 <= number <= 12 for number in MODIFIERS["numbers"].values())
    assert all(0.3 <= size <= 2 for size in MODIFIERS["sizes"].values())


def test_every_mood_makes_a_canvas():
    for mood in table("light")["tint"]:
        assert Canvas(8, 8, mood=mood).lit("#ffffff").shape == (3,)
