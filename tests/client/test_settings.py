"""What a client can be set to is checked when it is made."""

from __future__ import annotations

import traceback

import numpy as np
import pytest

import imagewidgets as iw
from imagewidgets.client import Client
from imagewidgets.errors import InvalidRequestError

SECRET = "sk-secret-0123456789"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("timeout", None, "cannot wait for ever"),
        ("timeout", "60", "a number of seconds, not str"),
        ("timeout", True, "a number of seconds"),
        ("timeout", 0, "above 0"),
        ("timeout", -1.5, "timeout is -1.5 s"),
        ("timeout", float("nan"), "above 0"),
        ("timeout", float("inf"), "no more than"),
        ("max_retries", -1, "at least 0, not -1"),
        ("max_retries", 1.5, "a whole number"),
        ("max_retries", None, "not NoneType"),
        ("max_retries", True, "a whole number"),
        ("edits", "form", "'multipart' or 'json' or 'xai'"),
        ("edits", "", "'multipart'"),
        ("edits", ["json"], "'multipart'"),
        ("base_url", b"http://localhost:8000/v1", "text, not bytes"),
        ("api_key", SECRET.encode(), "text, not bytes"),
        ("organization", 1, "text, not int"),
        ("project", 1, "text, not int"),
        ("headers", [("api-key", SECRET)], "a mapping from text to text"),
        ("headers", SECRET, "a mapping from text to text"),
        ("headers", {"api-key": SECRET.encode()}, "'api-key' must be text, not bytes"),
        ("headers", {1: "a"}, "a name that is no text"),
        ("query", "api-version=9", "a mapping from text to text"),
        ("query", {"api-version": 9}, "'api-version' must be text, not int"),
    ],
)
@pytest.mark.parametrize("make", [Client, iw.configure])
def test_what_is_none_is_refused_at_once(make, name, value, words):
    with pytest.raises(InvalidRequestError) as caught:
        make(**{"base_url": "http://localhost:8000/v1", name: value})
    assert words in caught.value.message
    assert caught.value.param == name
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_numbers_of_numpy_are_numbers():
    client = Client("sketch", timeout=np.float32(2.5), max_retries=np.int64(1))
    assert (client._connection.timeout, client._connection.max_retries) == (2.5, 1)
