"""Masks that come into a canvas and pictures that come out of it."""

from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np
import pytest
import traitlets
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.selections import selection_of, soft_selection_of
from imagewidgets.widgets import mask_pictures
from imagewidgets.widgets.mask_canvas import MaskCanvas
from tests.widgets.masks import HEIGHT, WIDTH, noise, square


@pytest.fixture
def picture() -> Image.Image:
    return noise()


@pytest.fixture
def canvas(picture: Image.Image) -> MaskCanvas:
    return MaskCanvas(picture)


# Masks from outside


def test_a_mask_can_come_from_outside_in_any_form_and_goes_on_being_edited(canvas, tmp_path):
    inside = square(10, 25)
    grey = Image.fromarray(inside.astype(np.uint8) * 255)
    rgba = Image.new("RGBA", grey.size, "blue")
    rgba.putalpha(Image.fromarray((~inside).astype(np.uint8) * 255))
    grey.save(tmp_path / "mask.png")
    forms = [inside, np.asarray(grey), grey, grey.convert("1"), rgba, tmp_path / "mask.png", str(tmp_path / "mask.png")]
    for name in ("mask", "selection"):
        for form in forms:
            canvas.select_all()
            setattr(canvas, name, form)
            assert np.array_equal(canvas.to_array(), inside)
            canvas.undo()
            assert canvas.coverage == 1
    canvas.mask = inside
    canvas.add_rectangle(0, 0, 5, 5)
    assert canvas.to_array().sum() == 15 * 15 + 25
    canvas.mask = None
    assert canvas.mask is None


def test_what_a_canvas_gives_another_takes(canvas, picture):
    canvas.stroke([(10, 10), (40, 30)], size=11)
    for given in (canvas, canvas.mask, canvas.selection, canvas.to_array()):
        other = MaskCanvas(picture, mask=given)
        assert other.mask == canvas.mask
        assert len(other.operations) == 1


def test_the_mask_that_is_there_already_is_no_change(canvas):
    canvas.invert()
    canvas.mask = canvas.mask
    canvas.selection = canvas.selection
    canvas.clear()
    canvas.mask = None
    with canvas.hold_trait_notifications():
        canvas.undo()
    assert [each["type"] for each in canvas.operations] == ["invert"]


def test_a_mask_of_another_size_or_none_at_all_is_refused_in_a_sentence(canvas):
    canvas.invert()
    for name in ("mask", "selection"):
        with pytest.raises(ValueError, match=r"3 × 2 px.*60 × 40.*same size"):
            setattr(canvas, name, np.ones((2, 3), bool))
        with pytest.raises((InvalidRequestError, FileNotFoundError)):
            setattr(canvas, name, "nowhere.png")
    assert [each["type"] for each in canvas.operations] == ["invert"]


def test_probabilities_can_be_kept_as_they_are(canvas):
    likely = np.tile(np.linspace(0, 255, WIDTH).astype(np.uint8), (HEIGHT, 1))
    canvas.add_mask(likely, soft=True)
    assert np.array_equal(np.asarray(canvas.soft_selection), likely)
    canvas.add_mask(likely, mode="replace")
    assert np.array_equal(np.asarray(canvas.soft_selection), np.where(likely >= 128, 255, 0))


def test_pictures_made_from_the_mask_cannot_be_set(canvas):
    for name in ("soft_selection", "cutout", "markup"):
        with pytest.raises(traitlets.TraitError, match="read-only"):
            setattr(canvas, name, Image.new("L", (WIDTH, HEIGHT)))


# Soft edges


def test_a_soft_brush_counts_wholly_for_the_mask_and_in_part_for_pasting_back(canvas):
    canvas.stroke([(30, 20)], size=30, hardness=0)
    soft = np.asarray(canvas.soft_selection)
    assert 0 < soft[20, 20] < soft[20, 29] <= 255
    assert set(np.unique(np.asarray(canvas.selection))) == {0, 255}
    assert np.array_equal(np.asarray(canvas.selection) == 255, soft > 0)
    assert np.array_equal(np.asarray(canvas.mask)[..., 3] == 0, soft > 0)
    canvas.soft_mask = True
    assert np.array_equal(np.asarray(canvas.mask)[..., 3], 255 - soft)
    assert np.array_equal(np.asarray(soft_selection_of(canvas)), soft)


def test_feather_rises_on_the_inside_and_not_from_the_picture_s_border(canvas):
    canvas.add_rectangle(0, 10, 30, 30)
    canvas.feather = 4
    soft = np.asarray(canvas.soft_selection)
    assert np.array_equal(soft > 0, canvas.to_array())
    assert soft[25, 25:31].tolist() == [255, 204, 153, 102, 51, 0]
    assert soft[25, 0] == soft[39, 10] == 255
    assert set(np.unique(np.asarray(canvas.mask)[..., 3])) == {0, 255}


def test_the_cutout_is_the_image_without_what_is_selected():
    image = Image.new("RGBA", (20, 10), (10, 200, 30, 100))
    canvas = MaskCanvas(image)
    assert canvas.cutout.getpixel((5, 5)) == (10, 200, 30, 100)
    canvas.add_rectangle(0, 0, 10, 10)
    assert canvas.cutout.getpixel((5, 5))[3] == 0
    assert canvas.cutout.getpixel((15, 5)) == (10, 200, 30, 100)


# Observing


def test_nothing_is_made_for_nobody(canvas, monkeypatch):
    made = []
    make = MaskCanvas.make_picture
    monkeypatch.setattr(MaskCanvas, "make_picture", lambda self, name: made.append(name) or make(self, name))
    canvas.invert()
    canvas.add_pen([(1, 1), (9, 9)])
    canvas.feather = 3
    assert made == []
    canvas.observe(lambda _: None, "selection")
    canvas.invert()
    assert set(made) == {"selection"}
    canvas.unobserve_all("selection")
    made.clear()
    canvas.invert()
    assert made == []


def test_drawing_goes_on_while_a_soft_edge_is_made(canvas, monkeypatch):
    canvas.add_rectangle(0, 0, 9, 9)
    before, make = canvas.soft_selection, mask_pictures.soft_selection

    def meanwhile(raster, feather):
        other = threading.Thread(target=canvas.invert)
        other.start()
        other.join(60)
        assert not other.is_alive()
        return make(raster, feather)

    monkeypatch.setattr(mask_pictures, "soft_selection", meanwhile)
    assert canvas.soft_selection == before  # as it was when it was asked for
    assert len(canvas.operations) == 2


def test_choosing_the_wand_loads_what_it_needs():
    script = """if True:
        import sys, threading
        from PIL import Image
        from imagewidgets.widgets.mask_canvas import MaskCanvas
        canvas = MaskCanvas(Image.new("L", (9, 9)))
        assert "scipy.ndimage" not in sys.modules
        canvas.tool = "wand"
        for thread in threading.enumerate():
            if thread.name == "imagewidgets wand":
                thread.join()
        assert "scipy.ndimage" in sys.modules
    """
    subprocess.run([sys.executable, "-c", script], check=True)


def test_observers_are_told_what_was_and_what_is(canvas):
    canvas.add_rectangle(0, 0, 5, 5)
    before, told = canvas.selection, []
    canvas.observe(told.append, ["selection", "markup", "soft_selection"])
    canvas.add_rectangle(0, 0, 5, 5)  # nothing new
    assert told == []
    canvas.add_rectangle(10, 10, 9, 9)
    assert {change.name for change in told} == {"selection", "soft_selection"}
    change = next(change for change in told if change.name == "selection")
    assert (change.old, change.new, change.owner) == (before, canvas.selection, canvas)
    told.clear()
    canvas.feather = 3
    assert [change.name for change in told] == ["soft_selection"]
    told.clear()
    canvas.add_circle(1, 1, 9, 9)
    assert [change.name for change in told] == ["markup"]
    assert told[0].old is None
    assert told[0].new == canvas.markup


def test_an_observer_may_draw(canvas):
    told = []

    def on_change(change):
        told.append(change.new.getbbox())
        if change.new.getpixel((0, 0)):
            canvas.add_rectangle(0, 0, 1, 1, mode="subtract")

    canvas.observe(on_change, "selection")
    canvas.select_all()
    assert len(canvas.operations) == 2
    assert told[-1] == (0, 0, WIDTH, HEIGHT)
    assert canvas.coverage == 1 - 1 / (WIDTH * HEIGHT)


def test_mask_and_selection_are_told_after_each_operation_and_agree(canvas):
    told = []

    def on_change(change):
        alpha = None if canvas.mask is None else np.asarray(canvas.mask)[..., 3]
        told.append((change.name, alpha is None or np.array_equal(alpha, 255 - np.asarray(canvas.selection))))

    canvas.observe(on_change, ["mask", "selection"])
    canvas.add_rectangle(0, 0, 5, 5)
    canvas.invert()
    canvas.undo()
    canvas.undo()
    assert sorted(told) == [("mask", True)] * 4 + [("selection", True)] * 4


def test_the_mask_can_be_linked_to_another_widget(canvas):
    class Other(traitlets.HasTraits):
        mask = traitlets.Any()

    other = Other()
    traitlets.directional_link((canvas, "mask"), (other, "mask"))
    canvas.invert()
    assert other.mask == canvas.mask


def test_painting_on_what_was_handed_out_changes_nothing_but_that(canvas):
    before, told = canvas.selection, []

    def paint(change):
        told.append((change.name, change.old and change.old.copy()))
        if change.new is not None:
            change.new.paste(0, (0, 0, WIDTH, HEIGHT))

    canvas.observe(paint, ["mask", "selection"])
    canvas.add_rectangle(2, 2, 8, 8)
    mask, selection, selected = canvas.mask, canvas.selection, canvas.to_array()
    canvas.invert()
    canvas.undo()
    assert [old for name, old in told if name == "selection"][:2] == [before, selection]
    assert 0 < selected.sum() < selected.size
    canvas.mask.putalpha(0)
    canvas.selection.paste(255, (0, 0, WIDTH, HEIGHT))
    assert canvas.mask == mask
    assert canvas.selection == selection
    assert np.array_equal(np.asarray(canvas.selection) == 255, selected)
    assert np.array_equal(np.asarray(selection_of(canvas)) == 255, selected)
    canvas.invert()
    canvas.undo()
    assert canvas.mask == mask


@pytest.mark.parametrize("size", [0, -1, 0.5, float("nan"), 1e9])
def test_a_stroke_too_fine_or_too_wide_is_refused(canvas, size):
    with pytest.raises(ValueError, match="from 1 to 1,000,000 px"):
        canvas.stroke([(5, 5)], size=size)
    assert canvas.mask is None


def test_a_point_is_not_a_stroke(canvas):
    with pytest.raises(ValueError, match="list of points"):
        canvas.stroke((5, 5))


def test_operations_need_a_picture():
    with pytest.raises(ValueError, match="need the picture"):
        MaskCanvas.from_operations(None, [])


@pytest.mark.parametrize("mode", ["1", "P", "La", "LA", "PA", "RGBa", "CMYK", "LAB", "HSV", "I", "F", "I;16"])
def test_pictures_of_any_mode_can_be_drawn_on(mode):
    canvas = MaskCanvas(Image.new(mode, (8, 6)))
    canvas.add_rectangle(0, 0, 4, 4)
    assert canvas.image.mode == mode
    assert canvas.mask.mode == "RGBA"
    assert "image/png" in canvas._repr_mimebundle_()[0]


def test_a_picture_without_a_pixel_is_refused(canvas):
    before = canvas.image
    with pytest.raises(InvalidRequestError, match="0 × 5 px"):
        canvas.image = Image.new("RGB", (0, 5))
    assert canvas.image is before


def test_no_picture_goes_over_as_a_trait(canvas):
    canvas.invert()
    assert not {"image", "mask", "selection"} & set(canvas.get_state())
