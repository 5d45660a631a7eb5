"""SVG drawings: text kept, rendered within limits, closed against everything outside."""

import base64
import subprocess
import warnings

import pytest
from PIL import Image

from imagewidgets import images
from imagewidgets.display import saved_view
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images import open_image, svg

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
RED = f'<svg {NS} width="1024" height="512"><rect x="0" width="512" height="512" fill="#f00"/></svg>'


def test_a_drawing_is_a_picture_and_its_text():
    image = open_image(RED.encode())
    assert (image.mode, image.size, image.format) == ("RGBA", (1024, 512), "SVG")
    assert image.getpixel((10, 10)) == (255, 0, 0, 255)
    assert image.getpixel((1000, 10))[3] == 0
    assert image.info["svg"] == RED
    assert images.to_saved(image) == ("svg", RED.encode())
    assert "image/png" in saved_view([image], head="one")


def test_a_changed_drawing_is_a_picture_only():
    image = open_image(RED.encode()).crop((0, 0, 10, 10))
    assert images.to_saved(image)[0] == "png"


@pytest.mark.parametrize(
    "head",
    [
        "\ufeff",
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        "\n <!-- made by\na machine -->\n",
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
    ],
)
def test_heads_of_all_kinds(head):
    data = (head + RED).encode()
    assert svg.is_svg(data)
    assert open_image(data).getpixel((10, 10)) == (255, 0, 0, 255)


@pytest.mark.parametrize("text", ["<html><body><svg/></body></html>", "<svgfoo/>", "< svg/>", "svg", "", "<"])
def test_what_is_no_drawing(text):
    assert not svg.is_svg(text.encode())


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="1200px" height="300"', (1200, 300)),
        ('viewBox="0 0 24 12"', (1024, 512)),
        ('width="100%" viewBox="0,0,2000,1000"', (2000, 1000)),
        ('width="20in" height="10in"', (1920, 960)),
        ('width="1e9" height="1e9"', (4096, 4096)),
        ('height="1000" viewBox="0 0 2 1"', (2000, 1000)),
        ('width="1" height="90000"', (1, 4096)),
        ('width="0" height="-3"', (1024, 1024)),
        ("", (1024, 1024)),
    ],
)
def test_sizes(attributes, size, monkeypatch):
    rendered = []
    monkeypatch.setattr(svg, "_render", lambda document, size: rendered.append(document) or Image.new("RGBA", size))
    assert open_image(f"<svg {NS} {attributes}/>".encode()).size == size
    assert f' width="{size[0]}"'.encode() in rendered[0]
    assert f' height="{size[1]}"'.encode() in rendered[0]


def test_what_is_rendered_larger_is_scaled_and_not_moved():
    image = open_image(f'<svg {NS} width="2" height="2"><rect x="1" width="1" height="2" fill="red"/></svg>'.encode())
    assert image.size == (1024, 1024)
    assert (image.getpixel((500, 900))[3], image.getpixel((530, 900))[3]) == (0, 255)


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.png"
    Image.new("RGB", (10, 10), "red").save(path)
    return path


ELEMENTS = [
    '<image href="{}" width="10" height="10"/>',
    '<image xlink:href="{}" width="10" height="10"/>',
    '<image href="#a" xlink:href=" {}" width="10" height="10"/>',
    '<filter id="f"><feImage href="{}"/></filter><rect width="10" height="10" filter="url(#f)"/>',
]


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("form", ["file://{}", "{}", "nested"])
def test_files_of_this_machine_are_not_drawn(element, form, secret):
    if form == "nested":
        inner = f'<svg {NS} width="10" height="10"><image href="{secret}" width="10" height="10"/></svg>'
        href = "data:image/svg+xml;base64," + base64.b64encode(inner.encode()).decode()
    else:
        href = form.format(secret)
    text = f'<svg {NS} width="10" height="10">{element.format(href)}</svg>'
    image = open_image(text.encode())
    assert image.getextrema()[0] == (0, 0)
    assert image.info["svg"] == text


def test_pictures_inside_the_text_are_drawn(secret):
    href = "data:image/png;base64," + base64.b64encode(secret.read_bytes()).decode()
    text = f'<svg {NS} width="10" height="10"><image href="{href}" width="10" height="10"/></svg>'
    assert open_image(text.encode()).getpixel((500, 500)) == (255, 0, 0, 255)


def test_references_inside_the_text_are_kept():
    text = f'<svg {NS} viewBox="0 0 10 10"><defs><rect id="r" width="10" height="10"/></defs><use href="#r"/></svg>'
    assert open_image(text.encode()).getpixel((500, 500)) == (0, 0, 0, 255)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"<svg {NS}>", "not well-formed"),
        (f'<!DOCTYPE svg [<!ENTITY a "b">]><svg {NS}>&a;</svg>', "entities"),
        (f"<svg {NS}>" + "<g>" * 300 + "</g>" * 300 + "</svg>", "inside each other"),
        (f"<svg {NS}>&nbsp;</svg>", "not well-formed"),
        (f"<svg {NS}><text>\udcff</text></svg>", "not well-formed"),
    ],
)
def test_broken_and_hostile_texts_are_refused_in_words(text, words):
    data = text.encode("utf-8", "surrogateescape")
    with pytest.raises(InvalidRequestError, match=words):
        svg.open_svg(data)


def test_large_texts_are_refused(monkeypatch):
    monkeypatch.setattr(svg, "MOST_BYTES", 10)
    with pytest.raises(InvalidRequestError, match="MiB"):
        svg.open_svg(RED.encode())


def test_what_breaks_the_renderer_breaks_nothing_else():
    # A pattern tile of 100,000 × 100,000 px: the renderer asks for 40 GB and aborts its process.
    text = (
        f'<svg {NS} width="1024" height="1024"><pattern id="p" width="100000" height="100000" '
        'patternUnits="userSpaceOnUse"><rect width="9" height="9"/></pattern>'
        '<rect fill="url(#p)" width="100000" height="100000"/></svg>'
    )
    with pytest.warns(UserWarning, match="rendering it failed"):
        image = open_image(text.encode())
    assert (image.size, image.info["svg"]) == ((1024, 1024), text)
    assert image.getextrema()[3] == (0, 0)


def test_what_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(svg, "SECONDS", 0.001)
    with pytest.warns(UserWarning, match=r"took more than 0\.001 s"):
        assert images.to_saved(open_image(RED.encode())) == ("svg", RED.encode())


def test_fonts_are_looked_through_only_for_text(monkeypatch):
    seen, run = [], subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda command, **kw: seen.append(command[-1]) or run(command, **kw))
    open_image(RED.encode())
    open_image(f'<svg {NS} viewBox="0 0 9 9"><text y="9">x</text></svg>'.encode())
    assert seen == ["plain", "fonts"]


def test_no_warning_for_a_good_drawing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        open_image(RED.encode())
