"""The tree of errors: one base, the documented shape, and a class for every status."""

import inspect
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets import errors
from imagewidgets.images import digest

CLASSES = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, Exception)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_is_in_the_tree_and_in_its_drawing(kind):
    assert issubclass(kind, errors.ImagesError)
    assert kind.__name__ in errors.__doc__


@given(st.integers(400, 999), st.none() | st.text())
def test_every_refusal_has_a_class(status, code):
    kind = errors.status_error_class(status, code)
    assert issubclass(kind, errors.APIStatusError)
    error = kind("no", status_code=status, code=code)
    assert (str(error), error.status_code, error.code) == ("no", status, code)


def test_codes_decide_before_the_status():
    assert errors.status_error_class(429, "insufficient_quota") is errors.QuotaError
    assert errors.status_error_class(400, "moderation_blocked") is errors.ContentPolicyError


def test_a_refusal_before_sending_is_a_value_error_too():
    with pytest.raises(ValueError, match="n is 0"):
        raise errors.InvalidRequestError("n is 0", param="n")


def made(kind):
    """An error of a kind, with everything that it can have."""
    signature = inspect.signature(kind)
    values = {"code": "c", "param": "p", "request_id": "r", "status_code": 418, "headers": {"retry-after": "3"}}
    values |= {"digest": "d", "take": 2, "sent": False, "lasting": True}
    error = kind("What was wrong.", **{name: value for name, value in values.items() if name in signature.parameters})
    return error.with_pictures(
        [Image.new("RGB", (3, 2), "red")], Image.new("L", (2, 2)), ["https://example.org/picture.png"]
    )


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_travels_whole(kind, protocol):
    error = made(kind)
    came = pickle.loads(pickle.dumps(error, protocol))
    assert type(came) is kind
    assert (str(came), came.args) == (str(error), error.args)
    told, arrived = dict(vars(error)), dict(vars(came))
    pictures, others = told.pop("images"), arrived.pop("images")
    assert [digest(image) for image in others] == [digest(image) for image in pictures]
    assert digest(arrived.pop("partial")) == digest(told.pop("partial"))
    assert arrived == told
