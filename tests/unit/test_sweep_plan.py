"""What a run would send, and what it would cost."""

from __future__ import annotations

import pytest

import imagewidgets as iw
from imagewidgets import prices
from imagewidgets.errors import InvalidRequestError, NotRecordedError
from imagewidgets.gallery import Gallery
from imagewidgets.prices import Estimate
from imagewidgets.rules import split
from imagewidgets.sweeps.plan import MOST_CELLS, Plan
from tests.unit.recorded import answer, file

PRICES = {
    "services": ["api.openai.com"],
    "models": {
        "m": {"date": "2026-09", "per_picture": {"low": {"64x64": 0.25}, "high": {"64x64": 0.5}}},
        "old": {"date": "2026-05", "per_picture": {"low": {"64x64": 0.125}}},
    },
}


@pytest.fixture(autouse=True)
def known_prices():
    prices.load(PRICES)
    yield
    prices.load(None)


def openai(**options) -> iw.Client:
    return iw.Client("https://api.openai.com/v1", "no-key", **options)


def foxes(client: iw.Client, **parameters) -> iw.Sweep:
    common = {"model": "m", "size": "64x64", "quality": ["low", "high"], "client": client}
    return iw.sweep("a {red|blue} fox", **{**common, **parameters})


def test_it_adds_up_what_each_request_costs():
    plan = foxes(openai(), n=2).plan
    assert (plan.requests, plan.pictures, plan.recorded, plan.refused) == (4, 8, 0, 0)
    assert plan.cost == Estimate(least=3.0, most=3.0, date="2026-09", complete=True)
    assert (plan.cost_known, plan.free) == (True, False)
    assert str(plan) == "4 requests for 8 pictures; about $3.00 · prices of 2026-09"


def test_a_price_that_depends_on_the_services_choice_is_from_to():
    plan = foxes(openai(), quality=None).plan
    assert plan.cost == Estimate(least=0.5, most=1.0, date="2026-09")
    assert str(plan) == "2 requests for 2 pictures; about $0.50 to $1.00 · prices of 2026-09"


def test_the_oldest_prices_give_the_date():
    assert foxes(openai(), quality="low", model=["m", "old"]).plan.cost == Estimate(0.75, 0.75, "2026-05")


def test_what_has_no_price_makes_the_sum_the_least():
    plan = foxes(openai(), model=["m", "unheard-of"]).plan
    assert plan.cost == Estimate(1.5, 1.5, "2026-09")
    assert not plan.cost_known
    assert plan.cost_sentence == "at least $1.50 · prices of 2026-09"


@pytest.mark.parametrize("client", [openai(), iw.Client("http://localhost:8000/v1", "no-key")])
def test_where_no_price_is_known_none_is_guessed(client):
    plan = foxes(client, model="unheard-of" if client.destination.icon == "cloud" else "m").plan
    assert (plan.cost, plan.cost_known, plan.free) == (None, False, False)
    assert str(plan) == "4 requests for 4 pictures; no price is known"


def test_the_embedded_engine_is_free():
    plan = foxes(iw.Client("sketch"), model=None).plan
    assert (plan.cost, plan.cost_known, plan.free) == (None, True, True)
    assert str(plan) == "4 requests for 4 pictures; free: made on this machine"


def test_pictures_that_are_sent_along_make_the_sum_the_least():
    prices.load(None)
    client, image = openai(), file(1)
    sweep = iw.sweep(
        "make it {red|blue}", image=image, model="gpt-image-2", quality="low", size="1024x1024", client=client
    )
    assert sweep.plan.cost is not None
    assert not sweep.plan.cost.complete
    assert sweep.plan.cost_sentence.startswith("at least $")


def test_refused_cells_are_counted_and_not_sent():
    prices.load(None)
    with pytest.warns(FutureWarning, match="shut down"):
        sweep = foxes(openai(), model=["dall-e-3", "gpt-image-2"], size="1024x1024", quality=["low", "medium", "hd"])
        plan = sweep.plan
    assert (plan.requests, plan.refused) == (6, 6)
    assert str(plan).startswith("6 requests for 6 pictures, 6 more refused by the rules of their models; about $")


def test_recorded_requests_are_counted_and_free(tmp_path):
    gallery = Gallery(tmp_path)
    sweep = foxes(openai(gallery=gallery), n=2)
    for place in (0, 3):
        gallery.record(answer(sweep[place].request, 2 * place))
    plan = sweep.plan
    assert plan.recorded == 2
    assert plan.cost == Estimate(1.5, 1.5, "2026-09")
    assert str(plan) == "4 requests for 8 pictures, 2 of them recorded already; about $1.50 · prices of 2026-09"
    for place in (1, 2):
        gallery.record(answer(sweep[place].request, 2 * place))
    assert str(sweep.plan) == "4 requests for 8 pictures, all of them recorded already; free: replayed from the gallery"
    assert sweep.plan.free
    assert foxes(openai(gallery=gallery), n=2, take=1).plan.recorded == 0
    for mode in ("off", "refresh"):
        assert foxes(openai(gallery=gallery, replay=mode), n=2).plan.recorded == 0


def test_an_answer_that_lacks_a_picture_is_not_recorded(tmp_path):
    gallery = Gallery(tmp_path)
    sweep = foxes(openai(gallery=gallery), n=2)
    path, _ = gallery.record(answer(sweep[0].request))
    assert sweep.plan.recorded == 1
    path.unlink()
    assert sweep.plan.recorded == 0


def test_files_that_were_renamed_and_moved_are_found(tmp_path):
    gallery = Gallery(tmp_path)
    sweep = foxes(openai(gallery=gallery))
    for place, name in enumerate(("mine.png", "sub/other.png")):
        [path] = gallery.record(answer(sweep[place].request, place))
        (tmp_path / "sub").mkdir(exist_ok=True)
        path.rename(tmp_path / name)
    assert gallery.seem_recorded([(cell.request, cell.take) for cell in sweep]) == [True, True, False, False]


def test_parts_of_a_request_are_found(tmp_path):
    gallery = Gallery(tmp_path)
    request = openai().create_request("a fox", model="gpt-image-2", n=12)
    parts = split(request)
    assert gallery.seem_recorded([(request, 0)]) == [False]
    gallery.record(answer(parts[0]), part=0)
    assert gallery.seem_recorded([(request, 0)]) == [False]
    gallery.record(answer(parts[1], 10), part=1)
    assert gallery.seem_recorded([(request, 0), (request, 1)]) == [True, False]


def test_too_many_are_not_looked_at():
    sweep = iw.sweep("{i} {j}", i=range(1000), j=range(1000), client=openai())
    assert sweep.plan == Plan(1_000_000, 0, too_many=True)
    assert str(sweep.plan) == "1,000,000 requests; one run has at most 100,000. Take a sample with sample(20)."
    assert len(sweep._cells) == 1
    with pytest.raises(InvalidRequestError, match=r"There are 1,000,000 requests.*sweep.sample\(20\)"):
        sweep.run()
    assert MOST_CELLS == 100_000


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (
            Plan(1, 1, recorded=1, free=True),
            "1 request for 1 picture, which is recorded already; free: replayed from the gallery",
        ),
        (Plan(0, 0), "Nothing to send"),
        (Plan(0, 0, refused=1), "Nothing to send, 1 refused by the rules of its model"),
        (
            Plan(2, 2, recorded=2, free=True, replay_only=True),
            "2 requests for 2 pictures, all of them recorded already; free: replayed from the gallery",
        ),
        (
            Plan(2, 2, recorded=1, replay_only=True),
            "2 requests for 2 pictures, 1 of them recorded already; nothing is sent: the rest must be recorded first",
        ),
        (Plan(2, 2, replay_only=True), "2 requests for 2 pictures; nothing is sent"),
    ],
)
def test_sentences(plan, words):
    assert str(plan) == words


def test_what_is_not_recorded_is_named_before_anything_is_done(tmp_path):
    gallery = Gallery(tmp_path / "pictures")
    sweep = foxes(openai(gallery=gallery, replay="only"), quality=["low", "high", "medium", "auto"])
    with pytest.raises(NotRecordedError) as error:
        sweep.run()
    assert error.value.message == (
        f"8 of 8 requests are not recorded in the gallery '{gallery.name}': “red, low”; “red, high”; “red, medium”; "
        "“red, auto”; “blue, low” and 3 more. There is no such folder; is the path right? To record them, run this "
        f"once with iw.configure(gallery='{gallery.name}', replay='auto') and the service that is to make them; what "
        "is recorded already is not asked for again."
    )
    assert sweep.counts["planned"] == 8
    for place, cell in enumerate(sweep):
        gallery.record(answer(cell.request, place))
    assert len(sweep.run().wait().images) == 8


def test_one_that_is_missing_has_its_digest(tmp_path):
    gallery = Gallery(tmp_path)
    sweep = iw.sweep("a red fox", client=openai(gallery=gallery, replay="only"), take=3)
    with pytest.raises(NotRecordedError, match=r"The request is not recorded.*“a red fox”.*To record it") as error:
        sweep.run()
    assert error.value.take == 3
    assert len(error.value.digest) == 64


def test_an_answer_with_fewer_pictures_than_were_asked_for_is_one(tmp_path):
    gallery = Gallery(tmp_path)
    client = openai(gallery=gallery, replay="only")
    sweep = iw.sweep("a red fox", n=2, client=client)
    few = answer(openai().create_request("a red fox"))
    few.request = sweep[0].request
    gallery.record(few)
    assert len(sweep.run().wait().images) == 1
