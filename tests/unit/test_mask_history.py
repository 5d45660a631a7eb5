"""Undo and redo give back exactly the mask that was, and cost a few operations however long the list is."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from imagewidgets.mask import history, raster
from imagewidgets.mask.history import CHECKPOINT_EVERY, CHECKPOINTS, History
from imagewidgets.mask.operations import Clear, Invert, Rectangle, stroke

SIZE = (40, 30)

coordinate = st.integers(-5, 45)
operations = st.one_of(
    st.builds(
        stroke,
        st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=3),
        size=st.integers(1, 20),
        erase=st.booleans(),
    ),
    st.just(Invert()),
    st.just(Clear()),
)
steps = st.lists(st.one_of(operations, st.sampled_from(["undo", "redo"])), max_size=40)


def dots(count):
    return [stroke([(i % 40, i // 40)], size=3, erase=i % 5 == 4) for i in range(count)]


def fresh(done) -> np.ndarray:
    return np.asarray(raster.rasterize(done, SIZE))


@settings(max_examples=200)
@given(steps)
def test_whatever_is_done_and_undone_the_raster_is_that_of_the_operations_left(taken):
    kept = History(SIZE)
    done, undone = [], []
    for step in taken:
        if step == "undo":
            assert kept.undo() is bool(done)
            undone += [done.pop()] if done else []
        elif step == "redo":
            assert kept.redo() is bool(undone)
            done += [undone.pop()] if undone else []
        else:
            kept.do(step)
            done, undone = [*done, step], []
        assert list(kept.operations) == done
        assert np.array_equal(kept.raster, fresh(done))
        assert (kept.can_undo, kept.can_redo) == (bool(done), bool(undone))


def test_a_list_of_operations_is_taken_over():
    done = dots(20)
    kept = History(SIZE, done)
    assert list(kept.operations) == done
    assert np.array_equal(kept.raster, fresh(done))


def test_undoing_all_the_way_and_redoing_it_all():
    done = dots(3 * CHECKPOINT_EVERY + 2)
    kept = History(SIZE, done)
    while kept.undo():
        assert np.array_equal(kept.raster, fresh(kept.operations))
    assert not kept.raster.any()
    while kept.redo():
        pass
    assert np.array_equal(kept.raster, fresh(done))


def test_undo_carries_few_operations_out_again(monkeypatch):
    kept = History(SIZE, dots(20 * CHECKPOINT_EVERY + 3))
    applied = []
    apply = raster.apply
    monkeypatch.setattr(history.rasters, "apply", lambda *args: (applied.append(1), apply(*args)))
    for _ in range(30):
        applied.clear()
        kept.undo()
        assert len(applied) < CHECKPOINT_EVERY


def test_memory_is_bounded():
    kept = History(SIZE, dots((CHECKPOINTS + 9) * CHECKPOINT_EVERY))
    assert len(kept._checkpoints) == CHECKPOINTS
    for _ in range(CHECKPOINTS * CHECKPOINT_EVERY + 20):  # farther back than the oldest checkpoint
        kept.undo()
    assert len(kept._checkpoints) <= CHECKPOINTS
    assert np.array_equal(kept.raster, fresh(kept.operations))


def test_a_new_operation_forgets_checkpoints_of_what_was_undone():
    kept = History(SIZE, dots(2 * CHECKPOINT_EVERY))
    for _ in range(CHECKPOINT_EVERY + 1):
        kept.undo()
    other = [Rectangle(0, i, 40, 1) for i in range(CHECKPOINT_EVERY + 1)]
    for operation in other:
        kept.do(operation)
    kept.undo()
    assert np.array_equal(kept.raster, fresh([*dots(CHECKPOINT_EVERY - 1), *other[:-1]]))
