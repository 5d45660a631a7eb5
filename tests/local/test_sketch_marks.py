"""Where an edit is meant and what is around it: marks over a picture, larger pictures, additions to photographs."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from imagewidgets.images import digest, write_recipe
from imagewidgets.local.engine import Job, Picture, finish
from imagewidgets.local.sketch import SketchEngine
from imagewidgets.local.sketch.markup import meant
from imagewidgets.local.sketch.outpaint import known_box, transparent_border
from imagewidgets.local.sketch.variations import TONES, developed
from imagewidgets.mask.marks import Arrow, Circle, Mark, Pen
from imagewidgets.mask.markup import render

SIZE = (192, 192)
SEAM = 1.6  # a seam is no seam where its step is at most this much larger than those beside it


def drawn(*marks: Mark) -> Image.Image:
    return render(marks, SIZE)


def own(prompt: str, **options: object) -> Image.Image:
    job = Job(operation="generate", prompt=prompt, size=SIZE, seed=1, **options)  # type: ignore[arg-type]
    picture = finish(SketchEngine().run(job))[0]
    write_recipe(picture.image, {"engine": picture.recipe, "digest": digest(picture.image)})
    return picture.image


def edit(image: Image.Image, prompt: str, **options: object) -> Picture:
    job = Job(operation="edit", prompt=prompt, images=(image,), size=image.size, seed=5, **options)  # type: ignore[arg-type]
    return finish(SketchEngine().run(job))[0]


def changed(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int]:
    apart = np.abs(np.asarray(before.convert("RGB"), np.int16) - np.asarray(after.convert("RGB"), np.int16)).max(-1) > 8
    rows, columns = np.flatnonzero(apart.any(1)), np.flatnonzero(apart.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


# ------------------------------------------------------------------ marks
def test_a_circle_means_what_is_in_it():
    area = meant(drawn(Circle(x=20, y=60, w=60, h=80, color="#ff0000", width=4)))
    assert area is not None
    left, top, right, bottom = area.getbbox() or (0, 0, 0, 0)
    assert (abs(left - 20), abs(top - 60), abs(right - 80), abs(bottom - 140)) < (6, 6, 6, 6)
    assert area.getpixel((50, 100)) == 255
    assert set(np.unique(np.asarray(area))) == {0, 255}


@pytest.mark.parametrize("width", [2, 4, 8])
@pytest.mark.parametrize(("start", "end"), [((180, 10), (60, 120)), ((10, 100), (150, 100)), ((96, 190), (96, 50))])
def test_an_arrow_means_where_it_points(width, start, end):
    area = meant(drawn(Arrow(start=start, end=end, color="#ff0000", width=width)))
    assert area is not None
    left, top, right, bottom = area.getbbox() or (0, 0, 0, 0)
    assert abs((left + right) / 2 - end[0]) < 10
    assert abs((top + bottom) / 2 - end[1]) < 10
    assert area.getpixel(start) == 0


def test_a_loop_by_hand_that_is_nearly_closed_is_a_circle():
    points = ((40, 150), (50, 100), (110, 90), (150, 120), (120, 170), (60, 165), (41, 154))
    area = meant(drawn(Pen(points=points, color="#00ff00", width=3)))
    assert area is not None
    assert area.getpixel((95, 130)) == 255


def test_a_line_means_what_lies_along_it():
    area = meant(drawn(Pen(points=((20, 150), (170, 160)), color="#00ff00", width=3)))
    assert area is not None
    assert area.getpixel((95, 155)) == 255
    assert area.getpixel((95, 60)) == 0


def test_an_empty_markup_means_nothing():
    assert meant(Image.new("RGBA", SIZE)) is None


@pytest.mark.parametrize("foreign", [False, True])
def test_an_edit_stays_in_the_circle(foreign):
    image = own("a fox in a forest")
    if foreign:
        image.info.clear()
    markup = drawn(Circle(x=10, y=70, w=60, h=90, color="#ff0000", width=4))
    edited = edit(image, "add an owl", markup=markup).image
    left, top, right, bottom = changed(image, edited)
    assert 5 <= left < right <= 74
    assert 65 <= top < bottom <= 164


# ------------------------------------------------------------------ larger pictures
def larger(image: Image.Image, left: int = 64, top: int = 0, right: int = 64) -> tuple[Image.Image, Image.Image]:
    """Return the picture on a larger sheet, and the mask of what is new."""
    sheet = Image.new("RGB", (image.width + left + right, image.height + top), "#808080")
    sheet.paste(image, (left, top))
    sheet.info = dict(image.info)
    mask = Image.new("L", sheet.size, 255)
    mask.paste(0, (left, top, left + image.width, top + image.height))
    return sheet, mask


def steps_at(image: Image.Image, column: int) -> tuple[float, float]:
    """Return the mean step of brightness into a column, and the largest of the mean steps near it."""
    grey = np.asarray(image.convert("L").filter(ImageFilter.BoxBlur(1)), np.int16)
    steps = np.abs(np.diff(grey, axis=1)).mean(0)
    return float(steps[column - 1 : column + 1].max()), float(np.sort(steps[column - 12 : column + 12])[-4])


@pytest.mark.parametrize("foreign", [False, True])
def test_a_larger_picture_has_no_seams(foreign):
    image = own("a mountain lake")
    if foreign:
        image.info.clear()
    sheet, mask = larger(image)
    picture = edit(sheet, "a mountain lake", mask=mask)
    assert picture.image.crop((64, 0, 256, 192)).tobytes() == image.tobytes()
    for column in (64, 256):
        seam, nearby = steps_at(picture.image, column)
        assert seam < SEAM * nearby + 1
    assert (picture.revised_prompt or "").startswith("a larger picture")


def test_nobody_appears_twice_in_a_larger_picture_of_ones_own():
    fox, without = own("a red fox in a forest"), own("a red fox in a forest, no fox")
    sheets = [larger(image, left=150, right=150) for image in (fox, without)]
    first, second = (edit(sheet, "", mask=mask).image for sheet, mask in sheets)
    assert first.crop((0, 0, 150, 192)).tobytes() == second.crop((0, 0, 150, 192)).tobytes()


def test_a_transparent_border_is_filled():
    sheet = Image.new("RGBA", (256, 192))
    sheet.paste(own("a mountain lake").convert("RGB"), (32, 0))
    sheet.info.clear()
    image = edit(sheet, "a wide lake").image
    assert image.getchannel("A").getextrema() == (255, 255)
    assert image.crop((32, 0, 224, 192)).tobytes() == sheet.crop((32, 0, 224, 192)).tobytes()


def test_a_cut_out_has_no_border():
    assert transparent_border(own("a fox", background="transparent")) is None
    assert transparent_border(own("a fox")) is None


def test_only_a_selection_around_a_rectangle_makes_a_picture_larger():
    hole = np.ones((40, 50), bool)
    assert known_box(hole) is None
    assert known_box(~hole) is None
    hole[5:35, 10:50] = False
    assert known_box(hole) == (10, 5, 50, 35)
    hole[20, 20:40] = True
    assert known_box(hole) is None


# ------------------------------------------------------------------ photographs
def photo() -> Image.Image:
    """Return two plain halves with grain."""
    image = Image.new("RGB", SIZE, "#7090c0")
    ImageDraw.Draw(image).rectangle((0, 110, 191, 191), fill="#b09060")
    grain = np.random.default_rng(3).integers(-9, 10, (192, 192, 1))
    return Image.fromarray((np.asarray(image, np.int16) + grain).clip(0, 255).astype(np.uint8))


def box_mask(box: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", SIZE)
    mask.paste(255, box)
    return mask


def test_what_is_added_leaves_its_surroundings():
    image = photo()
    ImageDraw.Draw(image).line((0, 60, 191, 60), fill="black", width=3)
    added = edit(image, "add a red ball", mask=box_mask((40, 30, 150, 185))).image
    same = (np.asarray(added) == np.asarray(image)).all(-1)[58:62, 40:46]
    assert same.all()


def test_a_new_subject_takes_the_light_of_its_surroundings():
    bright = photo()
    dark = bright.point(lambda value: value // 4)
    mask = box_mask((40, 30, 150, 185))
    light = [
        np.asarray(edit(image, "add a white dog", mask=mask).image.crop((70, 80, 120, 150)).convert("L")).max()
        for image in (bright, dark)
    ]
    assert light[0] > 1.5 * light[1]


def test_a_fill_keeps_the_grain():
    image = photo()
    spoiled = image.copy()
    ImageDraw.Draw(spoiled).ellipse((70, 60, 120, 160), fill="red")
    filled = edit(spoiled, "remove the ball", mask=box_mask((65, 55, 125, 165))).image
    rough = []
    for picture in (image, filled):
        area = picture.crop((70, 120, 120, 155)).convert("L")
        rough.append(float(np.abs(np.asarray(area, np.int16) - np.asarray(area.filter(ImageFilter.BoxBlur(2)))).mean()))
    assert rough[1] > 0.55 * rough[0]


@pytest.mark.parametrize("tone", TONES)
def test_a_variation_keeps_shapes_and_natural_colors(tone):
    before = own("a portrait of a woman")
    after = developed(before, tone, 1.2)
    first, second = (np.asarray(image.convert("L"), np.float64) for image in (before, after))
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.94
    skin = [np.asarray(image, np.int16)[60:130, 60:130].reshape(-1, 3).mean(0) for image in (before, after)]
    assert np.argsort(skin[0]).tolist() == np.argsort(skin[1]).tolist()


def test_every_file_says_what_made_it():
    image = own("a fox")
    recipes = [
        json.loads(image.info["imagewidgets"])["engine"],
        edit(photo(), "remove it", mask=box_mask((9, 9, 40, 40))).recipe,
    ]
    varied = finish(SketchEngine().run(Job(operation="variation", images=(photo(),), size=SIZE)))[0].recipe
    for recipe in (*recipes, varied):
        assert recipe["software"] == f"imagewidgets sketch engine {recipe['version']}"


# ------------------------------------------------------------------ commands
def test_what_is_replaced_is_gone_and_the_rest_stays():
    cat, dog = own("a cat on a sofa in a living room"), own("a dog on a sofa in a living room")
    replaced = edit(cat, "Replace the cat with a dog")
    assert replaced.image.tobytes() == dog.tobytes()
    assert (replaced.revised_prompt or "").startswith("a dog on a sofa")
    bus = edit(own("a red car in a street"), "replace the car with a blue bus").revised_prompt
    assert (bus or "").startswith("a blue bus")


@pytest.mark.parametrize("prompt", ["turn it into a pencil sketch", "Make this picture into a pencil sketch"])
def test_a_picture_is_turned_into_another_style(prompt):
    said = edit(photo(), prompt).revised_prompt
    assert said == "the same picture: pencil"


def test_a_seat_stays_when_its_sitter_is_removed():
    gone = edit(own("a cat on a red sofa in a living room"), "remove the cat").image
    red = np.asarray(gone, np.int16)
    assert ((red[..., 0] > 150) & (red[..., 1] < 90)).mean() > 0.04
