"""The page of a gallery: it stands by itself, and says what is known."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.gallery import Gallery
from imagewidgets.images import read_recipe
from tests.unit.recorded import answer, file, request

HOSTILE = '</script><img src=x onerror=alert(1)> "quoted" & <b>'


class Page(HTMLParser):
    """What a page refers to, and its pictures' words."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.references: list[str] = []
        self.alts: list[str] = []
        self.tags: list[str] = []
        self.text = path.read_text("utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        self.tags.append(tag)
        self.references += [known[name] for name in ("src", "href") if known.get(name)]
        if tag == "img" and "src" in known:
            self.alts.append(known["alt"])

    @property
    def data(self):
        return json.loads(re.search(r'id="pictures">(.*?)</script>', self.text, re.DOTALL)[1])


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    gallery = Gallery(tmp_path / "gallery")
    gallery.record(answer(request(HOSTILE, model="<m>"), revised_prompts=["revised"]))
    gallery.record(answer(request("a red fox", n=2, quality="low", seed=3), 100))
    (gallery.folder / "sub folder").mkdir()
    (gallery.folder / "sub folder" / "größe #1?.png").write_bytes(file(9))
    (gallery.folder / "broken.png").write_bytes(file(10)[:40])
    gallery[1].starred = True
    return gallery


def test_a_page_stands_by_itself(gallery, tmp_path):
    path = gallery.export(tmp_path / "page", title="A <report>")
    page = Page(path)
    assert path == tmp_path / "page" / "index.html"
    assert len(page.references) == 2 * 4, "a small copy and the file of each picture that can be read"
    for reference in page.references:
        assert not re.match(r"[a-z]+:|/", reference), "nothing from elsewhere"
        assert (path.parent / unquote(reference)).is_file()
    assert "url(" not in page.text
    assert "@import" not in page.text
    assert "1 of the files could not be read" in page.text
    assert "<title>A &lt;report&gt;</title>" in page.text
    assert not list(path.parent.rglob("*.part"))


def test_words_are_words_whatever_they_are(gallery, tmp_path):
    page = Page(gallery.export(tmp_path / "page"))
    assert page.tags.count("script") == 2, "nothing in a prompt is taken for a part of the page"
    assert "b" in page.tags
    assert len([tag for tag in page.tags if tag == "img"]) == 5, "four pictures, and the large one"
    assert HOSTILE in page.alts
    (hostile,) = [each for each in page.data if each["facts"].get("Model") == "<m>"]
    assert hostile["prompt"] == HOSTILE
    assert hostile["revised"] == "revised"


def test_what_is_known_of_a_picture(gallery, tmp_path):
    page = Page(gallery.export(tmp_path / "page"))
    first = next(each for each in page.data if each["prompt"] == "a red fox")
    assert first["starred"]
    assert first["facts"]["Quality"] == "low"
    assert first["facts"]["Seed"] == "3"
    assert first["facts"]["Size"] == "16 × 12"
    assert first["facts"]["Service"] == "OpenAI"
    copied = tmp_path / "page" / unquote(first["file"])
    assert read_recipe(copied)["request"]["prompt"] == "a red fox"
    with Image.open(next((tmp_path / "page" / "small").glob("a-red-fox*"))) as small:
        assert small.size == (16, 12), "never enlarged"


def test_only_what_was_found_is_on_the_page(gallery, tmp_path):
    page = Page(gallery.search("fox").export(tmp_path / "page"))
    assert [each["prompt"] for each in page.data] == ["a red fox"] * 2


def test_a_page_takes_the_place_of_an_older_one(gallery, tmp_path):
    gallery.export(tmp_path / "page", title="older")
    assert "newer" in gallery.export(tmp_path / "page", title="newer").read_text("utf-8")


def test_a_page_is_not_put_into_the_gallery(gallery):
    for inside in (gallery.folder, gallery.folder / "page"):
        with pytest.raises(InvalidRequestError, match="beside"):
            gallery.export(inside)
    assert len(gallery) == 5


def test_an_empty_gallery_has_a_page_too(tmp_path):
    page = Page(Gallery(tmp_path / "none").export(tmp_path / "page"))
    assert page.data == []
    assert "0 pictures" in page.text
