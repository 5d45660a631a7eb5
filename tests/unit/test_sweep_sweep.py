"""A sweep as a whole: its cells, samples, picks, and how it is run."""

from __future__ import annotations

import itertools
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import imagewidgets as iw
from imagewidgets.errors import (
    APIConnectionError,
    APITimeoutError,
    AuthenticationError,
    ContentPolicyError,
    InvalidRequestError,
)
from imagewidgets.sweeps import sequence
from imagewidgets.sweeps.space import Space
from tests.unit.recorded import answer, file

PATIENCE = 30  # s until a test gives up


class Counting(iw.Client):
    """A client that makes small pictures at once, and goes wrong where it is told to."""

    def __init__(self, **options) -> None:
        super().__init__("http://127.0.0.1:9/v1", "no-key", **options)
        self.asked: list[str] = []
        self.errors: dict[str, Exception] = {}
        self.gate = threading.Event()
        self.gate.set()
        self.under_way = threading.Semaphore(0)

    def send(self, request, *, cancel=None, take=0):
        self.asked.append(request.prompt)
        self.under_way.release()
        assert self.gate.wait(PATIENCE)
        if request.prompt in self.errors:
            raise self.errors[request.prompt]
        return answer(request, len(self.asked))


CLIENT = Counting()  # where nothing is sent


def foxes(client: iw.Client | None = None, **parameters) -> iw.Sweep:
    return iw.sweep(
        "a {red|blue} fox in {season}", season=["spring", "winter"], client=client or Counting(), **parameters
    )


def prompts(sweep: iw.Sweep) -> list[str | None]:
    return [None if cell.request is None else cell.request.prompt for cell in sweep]


# ---- axes and cells


def test_axes_are_in_the_order_of_the_prompt_then_of_the_parameters():
    sweep = iw.sweep(
        "a {red|blue} fox in {season}, {place}",
        quality=["low", "high"],
        place="a wood",
        season=["spring", "winter"],
        take=[0, 1],
        size=["64x64"],
        client=Counting(),
    )
    assert [axis.name for axis in sweep.axes] == ["red|blue", "season", "quality", "take"]
    assert (len(sweep), sweep.whole, sweep.title) == (16, True, "a {red|blue} fox in {season}, {place}")
    assert sweep.fixed == {"prompt": sweep.title, "place": "a wood", "size": "64x64"}
    cell = sweep[9]
    assert cell.labels == {"red|blue": "blue", "season": "spring", "quality": "low", "take": "1"}
    assert cell.values["take"] == cell.take == 1
    assert cell.request == Counting().create_request("a blue fox in spring, a wood", quality="low", size="64x64")


@given(st.lists(st.integers(1, 4), max_size=4), st.data())
def test_cells_are_all_combinations_the_last_axis_fastest(lengths, data):
    values = {f"axis{number}": [f"{number}.{each}" for each in range(length)] for number, length in enumerate(lengths)}
    sweep = iw.sweep(" ".join(["x", *(f"{{{name}}}" for name in values)]), client=CLIENT, **values)
    expected = [" ".join(["x", *each]) for each in itertools.product(*values.values())]
    assert prompts(sweep) == expected
    assert [cell.place for cell in sweep] == list(range(len(sweep)))
    assert [axis.name for axis in sweep.axes] == [name for name, each in values.items() if len(each) > 1]
    for cell in sweep:
        assert cell.values == {axis.name: axis.values[at] for axis, at in zip(sweep.axes, cell.index, strict=True)}
    count = data.draw(st.integers(1, 300))
    sample = sweep.sample(count, seed=data.draw(st.integers()))
    assert len(sample) == min(count, len(sweep))
    assert [prompt for prompt in expected if prompt in set(prompts(sample))] == prompts(sample)
    assert [cell.place for cell in sample] == list(range(len(sample)))


@given(st.lists(st.integers(1, 5), max_size=5), st.data())
def test_a_number_and_its_index_are_one(lengths, data):
    values = {f"a{number}": range(length) for number, length in enumerate(lengths)}
    space = Space.of("".join(f"{{{name}}}" for name in values) + "x", None, 0, values)
    number = data.draw(st.integers(0, space.size - 1))
    index = space.index(number)
    back = 0
    for axis, place in zip(space.axes, index, strict=True):
        back = back * len(axis) + place
    assert back == number


def test_cells_are_built_when_they_are_asked_for_and_once():
    sweep = foxes()
    assert sweep[1] is sweep[1] is sweep[-3]
    assert sweep[1:3] == [sweep[1], sweep[2]]
    with pytest.raises(IndexError):
        sweep[4]


def test_a_sample_of_many_millions_builds_no_more_than_it_holds():
    sweep = iw.sweep("{i} {j} {k}", i=range(1000), j=range(1000), k=range(1000), client=Counting())
    assert len(sweep) == 10**9
    sample = sweep.sample(20, seed=1)
    assert prompts(sample) == prompts(sweep.sample(20, seed=1)) != prompts(sweep.sample(20, seed=2))
    assert (len(set(prompts(sample))), sample.whole, sample.axes) == (20, False, sweep.axes)
    assert set(prompts(sample.sample(5))) < set(prompts(sample))
    assert len(sweep._cells) == 1
    assert sum(sweep.counts.values()) == 10**9


@pytest.mark.parametrize("count", [0, -1, 2.0, "2", True])
def test_a_sample_is_a_number_of_cells(count):
    with pytest.raises(InvalidRequestError, match="A sample has a whole number of cells from 1 on"):
        foxes().sample(count)


def test_more_combinations_than_can_be_counted_are_refused():
    axes = {f"a{number}": range(1000) for number in range(7)}
    with pytest.raises(InvalidRequestError, match="more combinations than can be counted"):
        iw.sweep("".join(f"{{{name}}}" for name in axes), client=Counting(), **axes)


def test_what_stands_in_the_prompt_is_no_parameter():
    sweep = iw.sweep("a fox, {style}", style=["vivid", "watercolor"], take=2, client=Counting())
    assert prompts(sweep) == ["a fox, vivid", "a fox, watercolor"]
    assert {(cell.request.style, cell.take) for cell in sweep} == {(None, 2)}


def test_a_parameter_may_be_left_out_by_one_of_its_values():
    sweep = iw.sweep("a fox", quality=[None, "low"], n=np.array([1, 2]), client=Counting())
    assert [(cell.request.quality, cell.request.n) for cell in sweep] == [(None, 1), (None, 2), ("low", 1), ("low", 2)]
    assert sweep.axes[0].labels == ("default", "low")


def test_one_request_is_a_sweep_without_axes():
    sweep = iw.sweep("a fox", extra={"steps": 3}, stream=False, paste_back=None, client=Counting())
    assert (len(sweep), sweep.axes, sweep.whole, sweep[0].labels) == (1, (), True, {})
    assert sweep[0].request == Counting().create_request("a fox", extra={"steps": 3})


# ---- prompts and tables


def test_a_list_of_prompts_is_an_axis_with_places():
    sweep = iw.sweep(["a fox in {season}", "a bird"], season=["spring", "winter"], client=Counting())
    assert [axis.name for axis in sweep.axes] == ["prompt", "season"]
    assert prompts(sweep) == ["a fox in spring", "a fox in winter", "a bird", "a bird"]
    assert sweep.title == "2 prompts"
    assert iw.sweep(["a fox"], client=Counting()).title == "a fox"


def test_values_come_from_files(tmp_path: Path):
    (tmp_path / "prompts.txt").write_text("a fox, {mood}\na bird, {mood}\n")
    (tmp_path / "table.csv").write_text("mood,seed\ncalm,3\nwild,3\ncalm,\n")
    sweep = iw.sweep(
        tmp_path / "prompts.txt", mood=tmp_path / "table.csv", seed=tmp_path / "table.csv", client=Counting()
    )
    assert [axis.values for axis in sweep.axes] == [("a fox, {mood}", "a bird, {mood}"), ("calm", "wild"), (3, None)]
    assert prompts(sweep)[:3] == ["a fox, calm", "a fox, calm", "a fox, wild"]


def test_rows_belong_together_and_are_combined_with_axes():
    rows = [
        {"animal": "fox", "quality": "low", "seed": 1},
        {"animal": "bird", "quality": "high", "seed": None},
    ]
    sweep = iw.sweep("a {animal}, {calm|wild}", rows=rows, size="64x64", client=Counting())
    assert [axis.name for axis in sweep.axes] == ["calm|wild", "row"]
    assert sweep.axes[1].labels == ("fox, low, 1", "bird, high")
    assert sweep.axes[1].values == tuple(rows)
    assert [(cell.request.prompt, cell.request.quality, cell.request.seed) for cell in sweep] == [
        ("a fox, calm", "low", 1),
        ("a bird, calm", "high", None),
        ("a fox, wild", "low", 1),
        ("a bird, wild", "high", None),
    ]
    assert not sweep.whole


def test_rows_may_have_prompts_with_places(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("prompt,who,n,take\na {who} in {season},fox,2,1\nno more,,,\n")
    sweep = iw.sweep(rows=str(path), season=["spring", "winter"], client=Counting())
    assert prompts(sweep) == ["a fox in spring", "no more", "a fox in winter", "no more"]
    assert [(cell.request.n, cell.take) for cell in sweep][:2] == [(2, 1), (None, 0)]
    assert sweep.title == "2 rows"


def test_rows_come_from_a_frame():
    frame = pd.DataFrame({"prompt": ["a fox", "a bird"], "n": [2, None]})
    assert [(cell.request.prompt, cell.request.n) for cell in iw.sweep(rows=frame, client=Counting())] == [
        ("a fox", 2),
        ("a bird", None),
    ]
    assert [axis.labels for axis in iw.sweep(frame["prompt"], client=Counting()).axes] == [("a fox", "a bird")]


def test_equal_rows_are_one():
    rows = [{"prompt": "a fox", "n": 1}, {"prompt": "a fox", "n": 1}, {"prompt": "a bird", "n": 1}]
    sweep = iw.sweep(rows=rows, client=Counting())
    assert (prompts(sweep), sweep.axes[0].labels) == (["a fox", "a bird"], ("a fox", "a bird"))


def test_one_row_holds_for_all():
    sweep = iw.sweep("a {animal}", rows=[{"animal": "fox", "n": 2}], seed=[1, 2], client=Counting())
    assert ([axis.name for axis in sweep.axes], sweep.whole, sweep.fixed["n"]) == (["seed"], True, 2)


# ---- pictures


def test_with_a_picture_and_a_prompt_the_cells_are_edits():
    images = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    mask = Image.new("L", (64, 64))
    mask.paste(255, (0, 0, 32, 32))
    client = Counting()
    sweep = iw.sweep("make it {old|new}", image=images, mask=mask, n=2, client=client)
    assert [axis.name for axis in sweep.axes] == ["old|new", "image"]
    assert sweep.axes[1].labels == ("picture 1", "picture 2")
    for cell in sweep:
        alone = client.edit_request(cell.values["image"], cell.request.prompt, mask=mask, n=2)
        assert cell.request.digest() == alone.digest()
        assert cell.request.origin == alone.origin
        assert cell.request.operation == "edit"


def test_pictures_are_made_ready_once(monkeypatch):
    from imagewidgets.images import inputs
    from imagewidgets.sweeps import requests

    made = []

    def counted(pictures, **options):
        made.append(pictures)
        return inputs.edit_inputs(pictures, **options)

    monkeypatch.setattr(requests, "edit_inputs", counted)
    images = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    sweep = iw.sweep("make it {i}", i=range(20), image=images, model=["m", "gpt-image-2"], client=Counting())
    assert len(list(sweep)) == 80
    assert len(made) == 4  # two pictures, as each of two models takes them


def test_a_picture_that_cannot_be_used_is_refused_for_its_cells_alone():
    images = [Image.new("RGB", (64, 64)), b"no picture", "missing.png"]
    sweep = iw.sweep("make it {old|new}", image=images, client=Counting())
    assert [cell.state for cell in sweep] == ["planned", "refused", "refused"] * 2
    assert "There is no file 'missing.png'" in str(sweep[2].error)


def test_several_pictures_of_one_edit_are_a_list_in_the_list():
    one, two = (Image.new("RGB", (64, 64), colour) for colour in ("red", "blue"))
    sweep = iw.sweep("join them", image=[[one, two], [two]], client=Counting())
    assert [len(cell.request.image) for cell in sweep] == [2, 1]


def test_without_a_prompt_they_are_variations():
    images = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    sweep = iw.sweep(image=images, n=[1, 2], client=Counting())
    assert [cell.request.operation for cell in sweep] == ["variation"] * 4
    assert sweep.title == "Variations"
    with pytest.raises(InvalidRequestError, match=r"A variation \(image= without a prompt\) has no quality"):
        iw.sweep(image=images, quality="low", client=Counting())


def test_a_row_without_a_picture_is_made_from_the_prompt_alone():
    rows = [{"image": Image.new("RGB", (64, 64))}, {"image": None}]
    assert [cell.request.operation for cell in iw.sweep("a fox", rows=rows, client=Counting())] == ["edit", "generate"]


# ---- what is refused


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"prompt": "a fox in {season}"}, r"The prompt has {season}, and no season is given"),
        ({"prompt": "a fox", "seasn": 1}, r"'seasn' is no parameter and does not stand in the prompt\. Write {seasn}"),
        ({"prompt": "a fox", "qualty": "low"}, r"'qualty' is no parameter .* Did you mean 'quality'\?"),
        ({"prompt": "a {row} of foxes"}, r"The prompt has {row}, and 'row' means something else in a sweep"),
        ({"prompt": "{prompt}"}, r"The prompt has {prompt}, and 'prompt' means something else"),
        ({"prompt": "a {fox"}, "is never closed"),
        ({"prompt": "a fox", "quality": []}, "quality has no value"),
        ({"prompt": []}, "prompt has no text"),
        ({"prompt": 3}, "prompt must be text, or a list of texts, not int 3"),
        ({"prompt": ["a", None]}, "prompt must be text, or a list of texts, not NoneType None"),
        ({"prompt": ["a {b|c}", "d"]}, r"One of several prompts has alternatives: 'a {b\|c}'.*kind=\['b', 'c'\]"),
        ({}, "The prompt is empty"),
        ({"prompt": "a fox", "stream": True}, "A sweep asks for finished pictures.*Leave stream out"),
        ({"prompt": "a fox", "partial_images": 2}, "Leave partial_images out"),
        ({"prompt": "a fox", "image": b"", "paste_back": True}, "Leave paste_back out"),
        ({"prompt": "a fox", "take": "next"}, "take is 'next'; in a sweep it must be a whole number"),
        ({"prompt": "a fox", "take": [0, -1]}, "take is -1"),
        ({"prompt": "a fox", "take": True}, "take is True"),
        ({"prompt": "a fox", "rows": [{"take": None}, {"take": "new"}]}, "take is 'new'"),
        ({"prompt": "a fox", "mask": Image.new("L", (4, 4))}, "A request without image= has no mask"),
        ({"prompt": "a fox", "n": [0, -1]}, "n is 0; it must be at least 1"),
        ({"prompt": "a fox", "executor": 4}, "executor must be a concurrent.futures.Executor, .* not int"),
        ({"prompt": "a fox", "max_workers": 0}, "max_workers is 0; it must be a whole number from 1 on"),
        ({"prompt": "a fox", "rows": [{"prompt": "a bird"}]}, "prompt is given, and the rows have it as well"),
        ({"prompt": "a fox", "rows": [{"note": "x"}]}, "'note' of the rows is no parameter"),
        ({"prompt": "a fox", "rows": [{"n": 1}], "n": 2}, "n is given, and the rows have it as well"),
        ({"prompt": "a {x}", "rows": [{"x": 1}, {"n": 2}]}, "Row 2 of rows has no 'x'"),
        ({"prompt": "a fox", "rows": []}, "rows has no row"),
        ({"prompt": "a {x}", "x": Image.new("L", (4, 4))}, "stands in the prompt, and x has a value that is no text"),
    ],
)  # fmt: skip
def test_what_makes_no_sweep_is_refused(arguments, sentence):
    with pytest.raises(InvalidRequestError, match=sentence):
        iw.sweep(**arguments, client=Counting())


def test_cells_that_break_a_rule_are_refused_and_the_others_are_not():
    sweep = iw.sweep("a fox", size=["64x64", "1x1", "256x256"], model="sketch", client=iw.Client("sketch"))
    assert [cell.state for cell in sweep] == ["planned", "refused", "planned"]
    assert "sketch takes size" in str(sweep[1].error)
    assert sweep[1].request is None
    assert sweep.counts == {"planned": 2, "waiting": 0, "running": 0, "done": 0, "failed": 0, "refused": 1}
    sweep.run().wait(PATIENCE)
    assert [cell.state for cell in sweep] == ["done", "refused", "done"]


def test_of_more_than_can_be_looked_at_none_is_refused_beforehand(monkeypatch):
    with pytest.raises(InvalidRequestError, match="n is 0"):
        iw.sweep("a fox", n=[0, -1], client=Counting())
    monkeypatch.setattr(sequence, "MOST_CELLS", 2)
    assert len(iw.sweep("a fox", n=[0, -1, 1], client=Counting())) == 3


# ---- picks


def test_picks():
    sweep = foxes(n=2)
    told = []
    sweep.on_change(lambda: told.append(sweep.picks))
    sweep.pick(3, 1)
    sweep.pick(0)
    sweep.pick(0)
    assert sweep.picks == ((0, 0), (3, 1))
    assert sweep.tally() == {"red|blue": {"red": 1, "blue": 1}, "season": {"spring": 1, "winter": 1}}
    sweep.pick(3, 1, on=False)
    sweep.picks = [(2, 0), (0, 1), [2, 0]]
    assert sweep.picks == ((0, 1), (2, 0))
    sweep.picks = []
    assert told == [((3, 1),), ((0, 0), (3, 1)), ((0, 0),), ((0, 1), (2, 0)), ()]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.booleans())))
def test_picks_are_a_set_in_order(actions):
    sweep, chosen = foxes(CLIENT, n=2), set()
    for place, picture, on in actions:
        sweep.pick(place, picture, on=on)
        (chosen.add if on else chosen.discard)((place, picture))
        assert sweep.picks == tuple(sorted(chosen))
    assert all(sum(labels.values()) == len(chosen) for labels in sweep.tally().values())


@pytest.mark.parametrize(
    ("picks", "sentence"),
    [
        ([(4, 0)], "There is no cell 4; there are 4"),
        ([(-1, 0)], "There is no cell -1"),
        ([(0, 2)], "Cell 0 has no picture 2; it has 2"),
        ([(0,)], "A pick is two whole numbers"),
        ([3], "A pick is two whole numbers"),
        ([("0", "1")], "A pick is two whole numbers"),
        ([(0.0, 1)], "A pick is two whole numbers"),
    ],
)
def test_picks_are_checked(picks, sentence):
    sweep = foxes(n=2)
    sweep.pick(1)
    with pytest.raises(InvalidRequestError, match=sentence):
        sweep.picks = picks
    assert sweep.picks == ((1, 0),)


def test_a_refused_cell_has_no_picture_to_pick():
    sweep = iw.sweep("a fox", n=[1, 0], client=Counting())
    with pytest.raises(InvalidRequestError, match="Cell 1 has no picture 0: it is refused"):
        sweep.pick(1)


# ---- running


def test_a_run_asks_for_each_cell_once_and_gives_itself():
    client = Counting()
    sweep = foxes(client, n=2)
    assert sweep.run().wait(PATIENCE) is sweep
    assert sorted(client.asked) == sorted(prompts(sweep))
    assert (sweep.counts["done"], len(sweep.images), sweep.running, sweep.halted) == (4, 8, False, None)
    assert sweep.seconds > 0
    assert sweep.images == [image for cell in sweep for image in cell.images]
    assert sweep.run().wait(PATIENCE).counts["done"] == len(client.asked) == 4
    assert sweep.plan.requests == 0


def test_it_goes_on_in_the_background_and_is_stopped():
    client = Counting()
    client.gate.clear()
    sweep = foxes(client, max_workers=1)
    sweep.run()
    assert client.under_way.acquire(timeout=PATIENCE)
    assert sweep.running
    assert not sweep.stopping
    assert sweep.run() is sweep  # there is nothing to start twice
    sweep.stop()
    assert sweep.stopping
    client.gate.set()
    sweep.wait(PATIENCE)
    assert (sweep.running, sweep.counts["done"], sweep.counts["planned"]) == (False, 1, 3)
    sweep.run().wait(PATIENCE)
    assert sweep.counts["done"] == len(client.asked) == 4


def test_started_again_while_it_stops_it_goes_on_afterwards():
    client = Counting()
    client.gate.clear()
    sweep = foxes(client, max_workers=1)
    sweep.run()
    assert client.under_way.acquire(timeout=PATIENCE)
    sweep.stop()
    sweep.run()
    client.gate.set()
    sweep.wait(PATIENCE)
    assert sweep.counts["done"] == len(client.asked) == 4


def test_waiting_has_an_end():
    client = Counting()
    client.gate.clear()
    sweep = foxes(client).run()
    begun = time.monotonic()
    assert sweep.wait(0.01) is sweep
    assert time.monotonic() - begun < PATIENCE
    assert sweep.running
    client.gate.set()
    sweep.wait(PATIENCE)


def test_what_failed_is_tried_again_and_what_may_be_billed_only_when_that_is_wanted():
    client = Counting()
    client.errors = {
        "a red fox in spring": ContentPolicyError("No.", status_code=400),
        "a red fox in winter": APITimeoutError("No answer."),
        "a blue fox in spring": APIConnectionError("Not reached.", sent=False),
    }
    sweep = foxes(client).run().wait(PATIENCE)
    assert sweep.counts["failed"] == 3
    assert sweep.plan.requests == 2
    with pytest.raises(InvalidRequestError, match="Cell 3 is done: only what has failed can be tried again"):
        sweep.retry(1, 3)
    client.errors.clear()
    sweep.run().wait(PATIENCE)
    assert (sweep.counts["failed"], sweep[1].state) == (1, "failed")
    assert sweep.retry(1).wait(PATIENCE).counts["done"] == 4
    assert client.asked.count("a red fox in winter") == 2
    assert sweep.retry().run().wait(PATIENCE).counts["done"] == 4
    assert len(client.asked) == 7


def test_a_cell_is_tried_again_while_others_are_under_way():
    client = Counting()
    client.errors = {"a red fox in spring": ContentPolicyError("No.", status_code=400)}
    sweep = foxes(client, max_workers=2)
    failed = threading.Event()
    sweep.on_change(lambda: failed.set() if sweep[0].state == "failed" else None)
    sweep.run()
    assert failed.wait(PATIENCE)
    client.errors.clear()
    sweep.retry(0).wait(PATIENCE)
    assert sweep.counts["done"] == 4


def test_it_halts_where_nothing_else_can_go_right():
    client = Counting()
    wrong = AuthenticationError("The key is wrong.", status_code=401)
    client.errors = dict.fromkeys(prompts(foxes()), wrong)
    sweep = foxes(client, max_workers=1).run().wait(PATIENCE)
    assert sweep.halted is wrong
    assert (sweep.counts["failed"], sweep.counts["planned"], len(client.asked)) == (1, 3, 1)
    client.errors.clear()
    assert sweep.run().wait(PATIENCE).counts["done"] == 4
    assert sweep.halted is None


def test_what_is_recorded_is_not_made_again(tmp_path):
    first = foxes(iw.Client("sketch", gallery=tmp_path), size="64x64").run().wait(PATIENCE)
    again = foxes(iw.Client(gallery=tmp_path, replay="only"), size="64x64").run().wait(PATIENCE)
    assert all(cell.response.replayed for cell in again)
    assert [image.tobytes() for image in again.images] == [image.tobytes() for image in first.images]


def test_an_interrupted_wait_stops_sending(monkeypatch):
    client = Counting()
    client.gate.clear()
    sweep = foxes(client, max_workers=1).run()
    assert client.under_way.acquire(timeout=PATIENCE)

    def interrupted(timeout):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sweep._runs[0], "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sweep.wait()
    client.gate.set()
    assert sweep.wait(PATIENCE).counts["planned"] == 3


def test_an_executor_of_ones_own_is_used():
    with ThreadPoolExecutor(2, thread_name_prefix="mine") as executor:
        sweep = foxes(executor=executor)
        assert sweep.sample(2, seed=1).run().wait(PATIENCE).counts["done"] == 2


# ---- whoever watches


def test_whoever_watches_is_told_until_they_want_no_more():
    sweep, told = foxes(), []
    watch = told.append

    def changed():
        watch(None)

    sweep.on_change(changed)
    sweep.on_change(changed)
    sweep.pick(0)
    assert len(told) == 1
    sweep.run().wait(PATIENCE)
    assert len(told) > 4
    sweep.on_change(changed, remove=True)
    before = len(told)
    sweep.pick(1)
    assert len(told) == before
    sweep.on_change(print, remove=True)


def test_a_watcher_that_fails_is_warned_about_and_stops_nothing():
    sweep, told = foxes(), []

    def broken():
        raise ValueError("no more")

    sweep.on_change(broken)
    sweep.on_change(lambda: told.append(None))
    with pytest.warns(RuntimeWarning, match="What watches a sweep failed .*broken.*: ValueError: no more"):
        sweep.pick(0)
    assert told == [None]


def test_where_warnings_are_errors_it_is_logged(caplog):
    sweep = foxes()

    def broken():
        raise ValueError("no more")

    sweep.on_change(broken)
    sweep.run().wait(PATIENCE)
    assert sweep.counts["done"] == 4
    assert "ValueError: no more" in caplog.text


def test_many_threads_may_ask_and_pick():
    sweep = iw.sweep("{i}", i=range(200), client=Counting())
    chosen = list(range(200))
    random.Random(1).shuffle(chosen)

    def work(place):
        sweep.pick(place)
        return sweep[place]

    with ThreadPoolExecutor(8) as pool:
        sweep.run()
        cells = list(pool.map(work, chosen))
        list(pool.map(lambda _: sweep.counts, range(20)))
    sweep.wait(PATIENCE)
    assert sweep.picks == tuple((place, 0) for place in range(200))
    assert [cell.place for cell in cells] == chosen
    assert len(sweep.client.asked) == 200
    assert len(sweep.images) == 200


# ---- views


def test_text_tells_of_it_and_says_the_same_each_time():
    sweep = foxes()
    assert repr(sweep) == repr(sweep)
    assert "red|blue" in repr(sweep)
    sweep.run().wait(PATIENCE)
    assert repr(sweep) == repr(sweep)


def test_files(tmp_path):
    sweep = foxes().run().wait(PATIENCE)
    sweep.pick(1)
    assert len(sweep.to_frame()) == 4
    assert sweep.contact_sheet().mode == "RGB"
    sweep.save(tmp_path / "out")
    assert len(list((tmp_path / "out").glob("*.png"))) >= 4


def test_a_file_given_as_bytes_is_a_picture():
    assert iw.sweep("make it new", image=file(3), client=Counting())[0].request.operation == "edit"
