"""What each operation does to a raster, mode by mode."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagewidgets.mask import colours, ink, morphology, regions
from imagewidgets.mask import raster as rasters
from imagewidgets.mask.operations import (
    FARTHEST,
    Bitmap,
    Bucket,
    Clear,
    Ellipse,
    Extend,
    FillHoles,
    Grow,
    Invert,
    KeepLargest,
    Rectangle,
    SelectAll,
    Shrink,
    Smooth,
    Wand,
    stroke,
)
from imagewidgets.mask.shapes import boxes
from tests.unit.mask_strategies import MODES, SIZE, bitmap, hard, masks, picture, shapes, soft, strokes

LAB = colours.to_lab(picture())
SQUARE = Rectangle(10, 10, 10, 10)


def after(*done, start=None) -> np.ndarray:
    raster = rasters.empty(SIZE) if start is None else start.copy()
    for operation in done:
        rasters.apply(operation, raster, lambda: LAB)
    return raster


def joined(mode: str, mask: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The rule, in so many words."""
    return {
        "add": np.maximum(mask, other),
        "subtract": np.minimum(mask, 255 - other),
        "intersect": np.minimum(mask, other),
        "replace": other,
    }[mode]


def alone(shape) -> np.ndarray:
    """What a shape covers by itself."""
    return after(type(shape)(**{**{name: getattr(shape, name) for name in shape.__struct_fields__}, "mode": "add"}))


@given(masks(), shapes | strokes(hardness=st.integers(0, 99)))
def test_shapes_meet_the_mask_by_their_mode(mask, shape):
    assert np.array_equal(after(shape, start=mask), joined(shape.mode, mask, alone(shape)))


@given(masks(), masks(), st.sampled_from([*MODES, "replace"]))
def test_bitmaps_meet_the_mask_by_their_mode(mask, given_mask, mode):
    assert np.array_equal(after(bitmap(given_mask, mode), start=mask), joined(mode, mask, given_mask))


@given(masks(), st.sampled_from(MODES), st.booleans(), st.sampled_from([0, 10, 30, 100]))
def test_the_wand_meets_the_mask_by_its_mode(mask, mode, contiguous, tolerance):
    alike = regions.similar(LAB, 5, 5, tolerance, contiguous) * np.uint8(255)
    wand = Wand(5, 5, tolerance, contiguous, mode)
    assert np.array_equal(after(wand, start=mask), joined(mode, mask, alike))


@given(st.lists(hard, max_size=6))
def test_hard_tools_give_0_and_255_only(done):
    assert set(np.unique(after(*done))) <= {0, 255}


@given(masks())
def test_the_whole_mask(mask):
    assert after(SelectAll(), start=mask).min() == 255
    assert after(Clear(), start=mask).max() == 0
    assert np.array_equal(after(Invert(), start=mask), 255 - mask)
    assert np.array_equal(after(Invert(), Invert(), start=mask), mask)


@given(masks(), st.integers(1, 9))
def test_growing_shrinking_and_smoothing_take_what_is_selected_at_all(mask, by):
    for operation, change in ((Grow, morphology.grow), (Shrink, morphology.shrink), (Smooth, morphology.smooth)):
        assert np.array_equal(after(operation(by), start=mask), change(mask > 0, by) * np.uint8(255))


@given(masks())
def test_the_largest_area_and_filled_holes_keep_soft_edges(mask):
    largest = after(KeepLargest(), start=mask)
    assert np.array_equal(largest, np.where(regions.largest(mask > 0), mask, 0))
    filled = after(FillHoles(), start=mask)
    assert np.array_equal(filled[mask > 0], mask[mask > 0])
    assert np.array_equal(filled > 0, regions.fill_holes(mask > 0))
    assert set(np.unique(filled[mask == 0])) <= {0, 255}


def test_the_wand_takes_alike_pixels_here_or_everywhere():
    here, everywhere = after(Wand(5, 4, 10)), after(Wand(5.9, 4.9, 10, contiguous=False))
    assert here[:8, :10].min() == 255
    assert here.astype(bool).sum() == 80
    assert everywhere.astype(bool).sum() > 2 * 80
    assert everywhere[here > 0].all()


def test_the_bucket_fills_what_the_mask_encloses():
    ring = (SQUARE, Rectangle(12, 12, 6, 6, "subtract"))
    assert np.array_equal(after(*ring, Bucket(15, 15)), after(SQUARE))
    outside = after(*ring, Bucket(1, 1))
    assert outside[0, 0] == 255
    assert not outside[12:18, 12:18].any()
    assert np.array_equal(after(*ring, Bucket(10, 10)), after(*ring))  # selected already


def test_the_bucket_does_not_leak_through_a_diagonal_line():
    diagonal = [Rectangle(i, i, 1, 1) for i in range(30)]
    filled = after(Rectangle(30, 0, 1, 30), *diagonal, Bucket(20, 5))
    assert filled[5, 20] == 255
    assert filled[20, 5] == filled[5, 35] == 0


def test_the_bucket_takes_one_area_away_or_keeps_only_it():
    two = (SQUARE, Ellipse(25, 5, 8, 8))
    assert np.array_equal(after(*two, Bucket(15, 15, "subtract")), after(two[1]))
    assert np.array_equal(after(*two, Bucket(15, 15, "intersect")), after(SQUARE))
    assert np.array_equal(after(*two, Bucket(1, 1, "subtract")), after(*two))
    assert not after(*two, Bucket(1, 1, "intersect")).any()


def test_a_soft_brush_has_a_full_core_and_a_soft_edge():
    raster = after(stroke([(20, 15)], size=20, hardness=50))
    assert raster[15, 20] == 255
    assert 0 < raster[15, 28] < raster[15, 26] < 255
    assert raster[15, 31] == 0


@pytest.mark.parametrize("point", [(-0.01, 5), (5, -1), (SIZE[0], 5), (5, SIZE[1])])
@pytest.mark.parametrize("make", [lambda x, y: Wand(x, y, 20), lambda x, y: Bucket(x, y)])
def test_wand_and_bucket_beside_the_picture_are_refused_and_change_nothing(make, point):
    raster = after(SQUARE)
    with pytest.raises(ValueError, match="does not lie in the picture, which is 40 × 30 px"):
        rasters.apply(make(*point), raster, lambda: LAB)
    assert np.array_equal(raster, after(SQUARE))


def test_a_bitmap_of_another_size_is_refused_and_changes_nothing():
    raster = after(SQUARE)
    other = bitmap(np.full((5, 7), 255, np.uint8), "replace")
    with pytest.raises(ValueError, match="The mask is 7 × 5 px, the picture 40 × 30"):
        rasters.apply(other, raster, lambda: LAB)
    with pytest.raises(ValueError, match="base64 of a PNG"):
        rasters.apply(Bitmap("no picture"), raster, lambda: LAB)
    assert np.array_equal(raster, after(SQUARE))


def test_only_the_wand_looks_at_the_picture():
    raster = rasters.empty(SIZE)

    def looked():
        raise AssertionError

    for operation in (stroke([(3, 3)], size=4), SQUARE, Bucket(1, 1), Grow(2), FillHoles(), Invert(), SelectAll()):
        rasters.apply(operation, raster, looked)


def test_extending_needs_another_raster():
    with pytest.raises(TypeError, match="larger raster"):
        rasters.apply(Extend(left=1), rasters.empty(SIZE), lambda: LAB)


@given(masks(), hard | soft, st.sampled_from([7, 128]))
def test_an_operation_reaches_no_farther_than_it_says(mask, operation, tile):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rasters, "TILE", tile)
        boxes = rasters.reach(operation, SIZE)
    counted = np.zeros(SIZE[::-1], int)
    for x, y, width, height in boxes:
        assert min(x, y) >= 0 < min(width, height)
        assert x + width <= SIZE[0]
        assert y + height <= SIZE[1]
        counted[y : y + height, x : x + width] += 1
    assert counted.max(initial=0) <= 1
    assert not (after(operation, start=mask) != mask)[counted == 0].any()


def test_a_stroke_across_a_large_picture_reaches_little_of_it():
    reached = rasters.reach(stroke([(0, 0), (4096, 4096)], size=88), (4096, 4096))
    assert sum(width * height for _, _, width, height in reached) < 0.2 * 4096**2


def test_the_picture_of_a_raster_is_a_copy():
    raster = rasters.empty((4, 3))
    image = rasters.to_image(raster)
    rasters.apply(Invert(), raster, lambda: LAB)
    assert image.mode == "L"
    assert image.size == (4, 3)
    assert image.getextrema() == (0, 0)


def test_lines_far_beyond_the_picture_are_taken_in_few_pieces():
    zigzag = [(-FARTHEST if i % 2 else FARTHEST, 10 * i) for i in range(101)]
    assert len(boxes(stroke(zigzag, size=1))) < 50_000
    assert len(ink._pieces(np.array(zigzag, float))) < 100_000
