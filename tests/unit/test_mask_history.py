"""Whatever is done, undone and redone: raster, picture and marks are those of the operations that are left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imagewidgets.mask import colours, history, markup
from imagewidgets.mask import raster as rasters
from imagewidgets.mask.history import Change, History
from imagewidgets.mask.operations import (
    FARTHEST,
    Arrow,
    Bitmap,
    Bucket,
    Clear,
    ClearMarkup,
    Extend,
    Grow,
    Invert,
    Note,
    Rectangle,
    SelectAll,
    Wand,
    from_json,
    stroke,
    to_json,
)
from tests.unit.mask_strategies import SIZE, hard, operations, picture, soft

PICTURE = picture()
steps = st.lists(st.one_of(operations, st.sampled_from(["undo", "redo"])), max_size=25)
note = Note(3, 4, "here", "#e01b24", 12)


def same(one: Image.Image, other: Image.Image) -> bool:
    return (one.mode, one.size) == (other.mode, other.size) and one.tobytes() == other.tobytes()


def state(kept: History) -> tuple:
    return kept.picture.mode, kept.picture.tobytes(), kept.raster.shape, kept.raster.tobytes(), kept.marks


def brute(done) -> tuple:
    """Carry out everything, in the simplest way."""
    image, raster = PICTURE, rasters.empty(SIZE)
    for operation in done:
        if isinstance(operation, Extend):
            around = operation.left, operation.top, operation.right, operation.bottom
            size = image.width + around[0] + around[2], image.height + around[1] + around[3]
            columns = np.clip(np.arange(size[0]) - around[0], 0, image.width - 1)
            rows = np.clip(np.arange(size[1]) - around[1], 0, image.height - 1)
            larger = np.full((size[1], size[0]), 255, np.uint8)
            larger[around[1] : around[1] + image.height, around[0] : around[0] + image.width] = raster
            image, raster = Image.fromarray(np.asarray(image)[rows][:, columns]), larger
        elif not isinstance(operation, history._MARKUP):
            rasters.apply(operation, raster, lambda image=image: colours.to_lab(image))
    return image.mode, image.tobytes(), raster.shape, raster.tobytes(), markup.marks(done)


def held(kept: History) -> int:
    """Count the bytes of all deltas anew."""
    return sum(len(delta.data) for delta in [*kept._deltas, *(delta for _, delta in kept._undone)] if delta)


def do(kept: History, step) -> Change | None:
    """Carry a step out; a bitmap that no longer fits is refused."""
    if step == "undo":
        return kept.undo()
    if step == "redo":
        return kept.redo()
    before = state(kept), kept.operations, kept.can_redo
    try:
        return kept.do(step)
    except ValueError:
        assert isinstance(step, Bitmap)
        assert (state(kept), kept.operations, kept.can_redo) == before
        return Change()


@pytest.mark.parametrize("budget", [history.BUDGET, 300])
@settings(max_examples=150)
@given(taken=steps)
def test_the_state_is_that_of_the_operations_left(budget, taken):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "BUDGET", budget)
        kept = History(PICTURE)
        done, undone = [], []
        for step in taken:
            if step == "undo":
                assert (do(kept, step) is not None) is bool(done)
                undone += [done.pop()] if done else []
            elif step == "redo":
                assert (do(kept, step) is not None) is bool(undone)
                done += [undone.pop()] if undone else []
            else:
                do(kept, step)
                done, undone = (done, undone) if kept.operations == tuple(done) else ([*done, step], [])
            assert kept.operations == tuple(done)
            assert (kept.can_undo, kept.can_redo) == (bool(done), bool(undone))
            assert kept._held == held(kept)  # it counts along
        assert state(kept) == brute(done)
        assert kept.size == kept.picture.size == kept.raster.shape[::-1]
        assert state(History(PICTURE, from_json(to_json(done)))) == state(kept)


@given(st.lists(operations, max_size=8))
def test_undo_takes_back_what_was_done_and_redo_does_it_again(taken):
    kept = History(PICTURE)
    states = [state(kept)]
    for operation in taken:
        do(kept, operation)
        if len(kept.operations) == len(states):
            states.append(state(kept))
    for i in range(len(states) - 2, -1, -1):
        assert kept.undo() is not None
        assert state(kept) == states[i]
    assert kept.undo() is None
    for expected in states[1:]:
        assert kept.redo() is not None
        assert state(kept) == expected
    assert kept.redo() is None


def smallest(before: np.ndarray, after: np.ndarray) -> tuple | None:
    box = ImageChops.difference(Image.fromarray(before), Image.fromarray(after)).getbbox()
    return box and (box[0], box[1], box[2] - box[0], box[3] - box[1])


@given(st.lists(hard | soft, min_size=1, max_size=6), st.booleans())
def test_the_box_is_the_smallest_around_what_changed(taken, forgetful):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rasters, "TILE", 7)
        patch.setattr(history, "BUDGET", 0 if forgetful else history.BUDGET)
        kept = History(PICTURE)
        for step in [*taken, *["undo"] * len(taken), *["redo"] * len(taken)]:
            before = kept.raster.copy()
            change = do(kept, step)
            assert change == Change(smallest(before, kept.raster))


def test_changes_of_size_and_of_marks_are_told():
    kept = History(PICTURE)
    assert kept.do(note) == Change(markup=True)
    assert kept.do(Extend(left=5, bottom=2)) == Change((0, 0, 45, 32), resized=True, markup=True)
    assert kept.do(ClearMarkup()) == Change(markup=True)
    assert kept.do(Extend(top=1)) == Change((0, 0, 45, 33), resized=True)
    assert kept.undo() == Change((0, 0, 45, 32), resized=True)
    assert kept.undo() == Change(markup=True)
    assert [(mark.x, mark.y) for mark in kept.marks] == [(8, 4)]
    assert kept.undo() == Change((0, 0, 40, 30), resized=True, markup=True)
    assert kept.marks == (note,)
    assert kept.redo() == Change((0, 0, 45, 32), resized=True, markup=True)


def test_what_the_picture_is_extended_by_is_selected_and_repeats_its_edges():
    kept = History(PICTURE, [Rectangle(0, 0, 3, 3), Extend(left=4, top=3, right=2)])
    assert kept.size == (46, 33)
    assert kept.raster[:3].min() == kept.raster[:, :4].min() == kept.raster[:, -2:].min() == 255
    assert kept.raster[3:6, 4:7].min() == 255
    assert not kept.raster[6:, 4:-2].any()
    pixels, old = np.asarray(kept.picture), np.asarray(PICTURE)
    assert np.array_equal(pixels[3:, 4:-2], old)
    assert (pixels[:4, :5] == old[0, 0]).all()
    assert np.array_equal(pixels[0, 4:-2], old[0])


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_mode_are_extended_and_come_back(mode):
    grey = Image.linear_gradient("L").resize(SIZE)
    image = grey.convert("I").convert("I;16") if mode == "I;16" else grey.convert(mode)
    if "A" in mode:
        image.putalpha(7)
    image.info["title"] = "kept"
    kept = History(image)
    kept.do(Extend(right=3))
    kept.do(Extend(top=3))
    assert kept.size == (43, 33)
    assert kept.picture.info["title"] == "kept"
    if "A" in mode:
        alpha = np.asarray(kept.picture.getchannel("A"))
        assert (alpha[3:, :40] == 7).all()
        assert (alpha[:3] == 255).all()
        assert (alpha[:, 40:] == 255).all()
    kept.undo()
    assert kept.size == (43, 30)
    kept.undo()
    assert kept.picture is image


def test_a_picture_is_not_extended_beyond_what_is_handled():
    kept = History(PICTURE, [Rectangle(3, 3, 9, 9)])
    before = state(kept)
    with pytest.raises(ValueError, match="would be 10040 × 10030 px: at most 16,777,216"):
        kept.do(Extend(right=10_000, bottom=10_000))
    assert state(kept) == before
    assert len(kept.operations) == 1


def test_what_does_not_fit_changes_nothing_and_leaves_redo():
    kept = History(PICTURE, [Rectangle(3, 3, 9, 9), Invert()])
    kept.undo()
    before = state(kept)
    for wrong in (Wand(40, 3, 20), Bucket(3, -1), Bitmap("?")):
        with pytest.raises(ValueError, match=r"does not lie|base64"):
            kept.do(wrong)
    assert state(kept) == before
    assert kept.can_redo
    with pytest.raises(ValueError, match="does not lie"):
        History(PICTURE, [Wand(40, 3, 20)])


def test_the_wand_sees_the_extended_picture():
    kept = History(PICTURE, [Extend(left=20), Clear()])
    kept.do(Wand(1, 1, 5))
    assert kept.raster[3, :30].min() == 255
    kept.undo()
    kept.undo()
    kept.undo()
    kept.do(Clear())
    kept.do(Wand(1, 1, 5))
    assert kept.raster[3, :10].min() == 255
    assert kept.raster[3, 10] == 0


def test_a_second_wand_does_not_look_at_the_picture_again(monkeypatch):
    looked = []
    to_lab = colours.to_lab
    monkeypatch.setattr(history.colours, "to_lab", lambda image: (looked.append(image.size), to_lab(image))[1])
    kept = History(PICTURE)
    for operation in (Wand(1, 1, 5), Wand(12, 1, 5), Extend(left=1), Wand(12, 1, 5), Wand(1, 1, 5)):
        kept.do(operation)
    assert looked == [(40, 30), (41, 30)]


def dots(count):
    return [stroke([(i % 40, i // 40)], size=3, mode=("add", "subtract")[i % 5 == 4]) for i in range(count)]


def test_two_hundred_steps_and_more_are_undone_without_any_being_done_again(monkeypatch):
    kept = History(PICTURE)
    for operation in dots(500):
        kept.do(operation)
    applied = []
    monkeypatch.setattr(rasters, "apply", lambda *args: applied.append(args))
    for _ in range(500):
        assert kept.undo() is not None
    assert not kept.raster.any()
    while kept.redo() is not None:
        pass
    assert not applied
    monkeypatch.undo()
    assert np.array_equal(kept.raster, History(PICTURE, dots(500)).raster)


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(history, "BUDGET", 2000)
    noise = np.random.default_rng(1)
    kept = History(PICTURE)
    for _ in range(30):
        kept.do(stroke(noise.uniform(0, 40, (9, 2)), size=5, hardness=10))
    expected = [state(History(PICTURE, kept.operations[:i])) for i in range(31)]

    for step in ["undo"] * 30 + ["redo"] * 30:
        do(kept, step)
        assert state(kept) == expected[len(kept.operations)]
        assert held(kept) <= 2000


def test_after_one_replay_undo_is_quick_again(monkeypatch):
    kept = History(PICTURE, [SelectAll(), *dots(40)])
    kept.undo()
    monkeypatch.setattr(rasters, "apply", lambda *args: pytest.fail("done again"))
    for _ in range(39):
        kept.undo()
    assert kept.raster.min() == 255


def test_what_a_clear_wiped_out_is_not_done_again(monkeypatch):
    applied = []
    apply = rasters.apply
    monkeypatch.setattr(rasters, "apply", lambda *args: (applied.append(args[0]), apply(*args)))
    kept = History(PICTURE, [*dots(5), Extend(left=2), *dots(3), Clear(), Grow(2), Rectangle(1, 1, 2, 2)])
    assert applied == [Clear(), Grow(2), Rectangle(1, 1, 2, 2)]
    assert kept.size == (42, 30)
    for _ in range(3):
        kept.undo()
    assert state(kept) == brute([*dots(5), Extend(left=2), *dots(3)])


def test_marks_leave_the_mask_alone_and_it_them():
    arrow = Arrow((1, 1), (20, 20), "#e01b24", 3)
    kept = History(PICTURE, [Rectangle(3, 3, 9, 9), arrow, note])
    before = kept.raster.copy()
    kept.do(ClearMarkup())
    assert kept.marks == ()
    assert np.array_equal(kept.raster, before)
    kept.undo()
    kept.do(Clear())
    assert kept.marks == (arrow, note)


def test_extending_that_would_move_a_mark_beyond_all_measure_changes_nothing():
    kept = History(PICTURE)
    kept.do(Arrow((0, 0), (FARTHEST, 5), "#e01b24", 3))
    before = state(kept)
    with pytest.raises(ValueError, match="within 1,000,000 px"):
        kept.do(Extend(left=1))
    assert state(kept) == before
    assert len(kept.operations) == 1
