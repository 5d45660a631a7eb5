"""Errors can be copied and pickled with all they know."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from PIL import Image

from imagewidgets import errors


def kinds(base: type[errors.ImagesError] = errors.ImagesError) -> list[type[errors.ImagesError]]:
    return [base, *(kind for below in base.__subclasses__() for kind in kinds(below))]


@pytest.mark.parametrize("kind", dict.fromkeys(kinds()))
def test_errors_can_be_pickled_with_all_they_know(kind):
    options: dict[str, Any] = {"request_id": "req_1"}
    if issubclass(kind, errors.APIStatusError):
        options |= {"status_code": 429, "code": "slow", "param": "n", "headers": {"retry-after": "1"}}
    if issubclass(kind, errors.APIConnectionError):
        options |= {"sent": False, "lasting": True}
    error = kind("It went wrong.", **options).with_pictures([Image.new("RGB", (2, 2))], urls=["https://a.b/c"])
    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(copied) is kind
        assert str(copied) == copied.message == "It went wrong."
        assert copied.args == error.args
        assert vars(copied) == vars(error)
        assert copied.urls == ["https://a.b/c"]
        assert copied.images[0].size == (2, 2)
