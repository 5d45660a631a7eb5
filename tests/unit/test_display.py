"""The saved view: its three forms, their words and their sizes."""

from __future__ import annotations

import base64
import io
import json
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagewidgets.display import captions, contact_sheet, figures_of, saved_view, saved_view_html, sheet, thumbnail
from imagewidgets.display.captions import Facts, Figure, summarize
from imagewidgets.images import RECIPE_KEY, digest, fonts, write_recipe

CREATED = 1_795_132_800  # 20 November 2026, about noon in UTC


def picture(color: str = "teal", size: tuple[int, int] = (64, 64), **request: object) -> Image.Image:
    image = Image.new("RGB", size, color)
    if request:
        recipe = {"request": {"operation": "generate", **request}, "model": "sketch", "created": CREATED}
        write_recipe(image, {**recipe, "digest": digest(image)})
    return image


def photo(seed: int, side: int = 1024) -> Image.Image:
    """Make a picture as hard to pack as a photograph: shapes of all scales, and grain."""
    generator = np.random.default_rng(seed)
    levels = np.zeros((side, side, 3))
    for cells in (4, 8, 16, 64, 256):
        noise = Image.fromarray(generator.integers(0, 255, (cells, cells, 3), dtype=np.uint8))
        levels += np.asarray(noise.resize((side, side), Image.Resampling.BICUBIC), dtype=float) / cells**0.5
    levels += generator.normal(0, 3, levels.shape)
    return Image.fromarray(np.uint8(np.clip(levels / levels.max() * 255, 0, 255)))


class Elements(HTMLParser):
    """Every start tag of a page, with its attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


# ---- words


def test_prompts_that_differ_are_the_captions_and_the_rest_is_said_once() -> None:
    facts = [Facts.of(picture(prompt=prompt, seed=7)) for prompt in ("A fox", "An owl")]
    summary = summarize(facts)
    assert summary.title == "2 pictures"
    assert summary.detail == f"sketch · 64 × 64 · seed 7 · {facts[0].day}"
    assert summary.captions == [("A fox", ""), ("An owl", "")]


def test_settings_that_differ_are_the_captions_where_the_prompt_is_shared() -> None:
    facts = [Facts.of(picture(prompt="A fox", seed=seed, quality="high")) for seed in (1, 2)]
    summary = summarize(facts)
    assert summary.detail.startswith("A fox · sketch · 64 × 64 · quality high · ")
    assert summary.captions == [("seed 1", ""), ("seed 2", "")]


def test_digests_are_the_captions_where_nothing_else_differs() -> None:
    facts = [Facts.of(picture(color, prompt="A fox")) for color in ("red", "blue")]
    assert [caption for caption, _ in summarize(facts).captions] == [fact.digest[:8] for fact in facts]


def test_one_picture_keeps_its_prompt_as_its_caption() -> None:
    summary = summarize([Facts.of(picture(prompt="A fox"))])
    assert (summary.title, summary.captions) == ("1 picture", [("A fox", "")])
    assert "A fox" not in summary.detail


def test_sizes_and_models_that_differ_stand_with_the_picture() -> None:
    other = picture(size=(32, 64), prompt="An owl")
    summary = summarize([Facts.of(picture(prompt="A fox")), Facts.of(other)])
    assert [detail for _, detail in summary.captions] == ["64 × 64", "32 × 64"]
    assert "×" not in summary.detail


def test_a_variation_has_no_prompt_and_a_file_its_name(tmp_path: object) -> None:
    varied = picture(operation="variation")
    assert Facts.of(varied).words == "Variation"
    data = io.BytesIO()
    picture().save(data, "PNG")
    data.name = "some/holiday.png"
    opened = Image.open(data)
    opened.filename = data.name
    assert Facts.of(opened).words == "holiday.png"


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"request": 3, "created": "soon", "model": null}'])
def test_a_broken_recipe_is_no_recipe(text: str) -> None:
    image = picture()
    image.info[RECIPE_KEY] = text
    facts = Facts.of(image)
    assert (facts.words, facts.created, facts.model, facts.day) == ("", None, "", "")


def test_a_recipe_survives_a_change_of_the_pixels_but_the_digest_tells() -> None:
    image = picture(prompt="A fox")
    changed = image.rotate(90).resize((32, 32))
    changed.info = dict(image.info)
    assert Facts.of(image).made == Facts.of(image).digest
    assert Facts.of(changed).made != Facts.of(changed).digest


@given(st.lists(st.fixed_dictionaries({"prompt": st.sampled_from("ab"), "seed": st.sampled_from([1, 2])}), min_size=1))
def test_nothing_that_differs_is_said_for_all(requests: list[dict[str, object]]) -> None:
    facts = [Facts("1 × 1", "0" * 64, prompt=str(r["prompt"]), settings={"seed": str(r["seed"])}) for r in requests]
    summary = summarize(facts)
    head = summary.detail.split(" · ")
    for fact, (caption, detail) in zip(facts, summary.captions, strict=True):
        own = [caption, *detail.split(" · ")]
        for word in (fact.prompt, f"seed {fact.settings['seed']}"):
            assert (word in head) != (word in own)


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("A red fox, in the snow!", "a-red-fox-in-the-snow"),
        ("../../etc/passwd", "etc-passwd"),
        ("雪の中の狐", "雪の中の狐"),
        ("…", "picture"),
        ("long " * 40, ("long-" * 12).rstrip("-")),
    ],
)
def test_file_names_are_readable_and_safe(prompt: str, name: str) -> None:
    facts = Facts.of(picture(prompt=prompt))
    assert facts.file_name == f"{name}-{facts.digest[:8]}.png"


# ---- the bundle


def test_plain_text_has_digests_and_stays_the_same() -> None:
    images = [picture("red", prompt="A fox"), picture("blue", prompt="An\nowl")]
    text = saved_view(images, head="X(2)")["text/plain"]
    assert text == f"X(2)\n  0  {digest(images[0])[:8]}  A fox\n  1  {digest(images[1])[:8]}  An owl"


def test_no_pictures_have_only_text() -> None:
    assert saved_view([], head="X(0)") == {"text/plain": "X(0)"}


def test_ten_photographs_keep_to_their_sizes() -> None:
    bundle = saved_view([photo(seed) for seed in range(10)], head="X")
    assert sum(len(form) for form in bundle.values()) < 400_000
    assert Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).width <= 1100


def test_a_thousand_pictures_are_not_all_kept() -> None:
    bundle = saved_view([picture(prompt="A fox")] * 1000, head="X")
    elements = Elements(bundle["text/html"])
    assert len(elements.of("img")) == 60
    assert "1,000 pictures" in elements.text
    assert any(text.startswith("940 more are not shown") for text in elements.text)


def test_what_is_known_is_not_gathered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    image = picture(prompt="A fox")
    facts = [Facts.of(image)]
    monkeypatch.setattr(captions, "digest", lambda image: pytest.fail("asked for the pixels again"))
    assert saved_view([image], head="X", facts=facts)["text/plain"].endswith("A fox")


# ---- HTML


def test_html_needs_nothing_from_outside_and_has_no_colours_of_its_own() -> None:
    html = saved_view([picture(prompt="A fox"), picture(prompt="An owl")], head="X")["text/html"]
    elements = Elements(html)
    assert {tag for tag, _ in elements.tags} == {"div", "p", "b", "span", "br", "figure", "img", "figcaption"}
    assert all(str(image["src"]).startswith("data:image/webp;base64,") for image in elements.of("img"))
    assert "http" not in html
    assert "class" not in html
    assert [image["alt"] for image in elements.of("img")] == ["A fox", "An owl"]


def test_html_escapes_every_word() -> None:
    nasty = "<script>alert('1')</script> & \"quotes\""
    figure = Figure(picture(), nasty, nasty, nasty)
    html = saved_view_html([figure], title=nasty, detail=nasty, footer=nasty)
    assert "<script" not in html
    elements = Elements(html)
    assert elements.of("img")[0]["alt"] == nasty
    assert elements.text.count(nasty) == 5


def test_long_prompts_are_cut() -> None:
    html = saved_view([picture(prompt="word " * 6000)], head="X")["text/html"]
    assert max(map(len, Elements(html).text)) == 300


@pytest.mark.parametrize(
    ("size", "shown"), [((1024, 1024), 400), ((1024, 512), 400), ((512, 1024), 200), ((100, 50), 100), ((1, 5000), 1)]
)
def test_one_picture_is_neither_cropped_nor_huge_nor_enlarged(size: tuple[int, int], shown: int) -> None:
    image = Elements(saved_view([picture(size=size)], head="X")["text/html"]).of("img")[0]
    assert f"width:{shown}px;max-width:100%;height:auto" in str(image["style"])
    stored = Image.open(io.BytesIO(base64.b64decode(str(image["src"]).partition(",")[2])))
    assert stored.width / stored.height == pytest.approx(size[0] / size[1], rel=0.02, abs=0.01)


def test_only_transparent_pictures_lie_on_a_checked_ground() -> None:
    glass = Image.new("RGBA", (8, 8), (255, 0, 0, 40))
    first, second = Elements(saved_view([glass, picture()], head="X")["text/html"]).of("img")
    assert "conic-gradient" in str(first["style"])
    assert "conic-gradient" not in str(second["style"])


def test_masks_have_an_edge_of_their_own() -> None:
    mask, colours = Elements(saved_view([Image.new("L", (8, 8), 255), picture()], head="X")["text/html"]).of("img")
    assert "border:1px" in str(mask["style"])
    assert "border:1px" not in str(colours["style"])


# ---- thumbnails


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I", "I;16", "F"])
def test_every_mode_has_a_thumbnail(mode: str) -> None:
    grey = Image.linear_gradient("L")
    image = Image.fromarray(np.asarray(grey).astype("uint16") * 200) if mode == "I;16" else grey.convert(mode)
    small = Image.open(io.BytesIO(thumbnail(image, 100)))
    assert small.format == "WEBP"
    assert small.size == (100, 100)
    luminance = np.asarray(small.convert("L"), dtype=int)
    if mode not in ("HSV", "LAB"):  # Pillow has no way there from grey that keeps it grey
        assert luminance[-1].mean() - luminance[0].mean() > 200


def test_a_thumbnail_is_small_keeps_transparency_and_leaves_the_recipe_out() -> None:
    assert len(thumbnail(photo(1), 384)) < 60_000
    glass = Image.new("RGBA", (300, 200), (255, 0, 0, 40))
    write_recipe(glass, {"request": {"prompt": "secret"}})
    data = thumbnail(glass, 100, "PNG")
    assert b"secret" not in data
    assert Image.open(io.BytesIO(data)).getpixel((5, 5)) == (255, 0, 0, 40)


@given(st.tuples(st.integers(1, 5000), st.integers(1, 5000)), st.tuples(st.integers(1, 500), st.integers(1, 500)))
def test_what_is_fitted_fits(size: tuple[int, int], box: tuple[int, int]) -> None:
    width, height = sheet.fitted(size, box)
    assert 1 <= width <= max(min(box[0], size[0]), 1)
    assert 1 <= height <= max(min(box[1], size[1]), 1)
    # It touches the box, or is as large as it was.
    assert width == box[0] or height == box[1] or (width, height) == size


# ---- contact sheet


def test_a_contact_sheet_has_every_picture_in_its_place() -> None:
    colors = [(255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255)]
    figures = [Figure(Image.new("RGB", (300, 300), color), f"No. {i}") for i, color in enumerate(colors)]
    result = contact_sheet(figures, columns=2, tile=100)
    assert (result.mode, result.width) == ("RGB", 16 + 2 * 116)
    row = (result.height - 16) // 3
    for i, color in enumerate(colors):
        assert result.getpixel((16 + i % 2 * 116 + 50, 16 + i // 2 * row + 50)) == color
    assert result.getpixel((0, 0)) == result.getpixel((200, result.height - 50)) == (255, 255, 255)


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (4, 4), (5, 3), (6, 3), (7, 4), (8, 4), (13, 5), (24, 6)])
def test_rows_are_filled_well(count: int, columns: int) -> None:
    result = contact_sheet([Figure(picture(), "")] * count, tile=50)
    assert result.width == 16 + columns * 66


def test_words_are_drawn_under_the_pictures_and_above_all() -> None:
    plain = contact_sheet([Figure(picture(), "")], tile=200)
    worded = contact_sheet([Figure(picture(), "A fox", "seed 7")], tile=200)
    titled = contact_sheet([Figure(picture(), "A fox", "seed 7")], tile=200, title="1 picture")
    assert plain.height < worded.height < titled.height
    below = np.asarray(worded)[16 + 64 + 8 :]
    assert below.min() < 80  # ink on white


def test_transparent_pictures_lie_on_a_checked_ground() -> None:
    result = contact_sheet([Figure(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "")])
    assert len(result.crop((16, 16, 80, 80)).getcolors()) == 2


def test_an_empty_contact_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one picture"):
        contact_sheet([])


def test_rare_colours_survive_the_small_file() -> None:
    images = [photo(seed, 512) for seed in range(7)] + [Image.new("RGB", (512, 512), (255, 120, 0))]
    data = sheet.preview_png(figures_of(images))
    preview = Image.open(io.BytesIO(data))
    assert preview.mode == "P"
    pixel = preview.convert("RGB").resize(
        (1, 1), box=(preview.width - 130, preview.height - 140, preview.width - 80, preview.height - 100)
    )
    assert np.abs(np.array(pixel.getpixel((0, 0))) - (255, 120, 0)).max() < 25


def test_letters_that_no_font_has_become_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "SYSTEM_FONTS", ())  # a machine without fonts: Pillow's own has ASCII alone
    fonts._fonts.cache_clear()
    try:
        font = fonts.font_for("x")
        assert font.written("Süße Öfen – 2 × é") == "Susse Ofen - 2 x e"
        assert font.written("狐 fox") == "? fox"
        contact_sheet([Figure(picture(), "雪の中の赤い狐が走っている" * 5, "Straße")], tile=100)
    finally:
        fonts._fonts.cache_clear()


def test_words_are_wrapped_and_cut_to_their_width() -> None:
    letters = fonts.font_for("a")
    font = letters.sized(sheet.FONT_SIZE)
    for text in (
        "a few short words that go on and on and on" * 3,
        "oneverylongwordwithoutanyspaceinit" * 3,
        "雪の中の赤い狐" * 9,
    ):
        lines = sheet.wrapped(text, letters, 120, most=3)
        assert len(lines) == 3
        assert lines[-1].endswith("...")
        assert all(font.getlength(line) <= 120 for line in lines)
    assert sheet.wrapped("", letters, 120, most=3) == []


def test_a_recipe_of_json_values_is_all_that_is_needed() -> None:
    image = picture()
    image.info[RECIPE_KEY] = json.dumps({"request": {"prompt": 5, "seed": 0}, "created": CREATED + 0.5})
    facts = Facts.of(image)
    assert facts.prompt == "5"
    assert facts.settings == {"seed": "0"}
    assert facts.created == CREATED


@pytest.mark.parametrize(
    "created", [10**30, 1e30, -1, -1e300, float("nan"), float("inf"), 10**400, True, "yesterday", [1]]
)
def test_a_time_that_is_no_date_is_left_out(created: object) -> None:
    image = picture()
    write_recipe(image, {"model": "sketch", "created": created})
    fact = Facts.of(image)
    assert (fact.created, fact.day) == (None, "")
    assert "text/html" in saved_view([image], head="one")


def test_milliseconds_are_read_as_such() -> None:
    image = picture()
    write_recipe(image, {"created": CREATED * 1000})
    assert Facts.of(image).created == CREATED
