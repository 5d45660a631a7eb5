"""The saved view: how pictures look where nothing is running, made with Pillow and inline HTML alone.

A notebook keeps three forms of the same thing, and each reader takes the best it can show: HTML with small pictures
inside (JupyterLab, nbconvert), one PNG of all of them (GitHub, which strips pictures out of HTML), and plain text with
digests, which stays the same for the same pixels. The HTML has no colours of its own, only those it inherits, so it
fits light and dark pages.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence

from PIL import Image

from imagewidgets.display.captions import Facts, Figure, Gap, joined, plain_text, shortened, summarize
from imagewidgets.display.sheet import contact_sheet, fitted, preview_png, shrunk

__all__ = ["Figure", "contact_sheet", "saved_view", "saved_view_html", "thumbnail"]

MOST_FIGURES = 60  # a saved view holds at most this many pictures in its HTML: about 1 MB
MOST_TILES = 24  # and this many in its PNG

CSS_WIDTH, CSS_HEIGHT = 320, 420  # a figure is shown at most this large, in CSS px
CSS_ALONE = 400  # one picture alone: its longest side
DENSITY = 1.2  # stored px to a CSS px at the largest: columns are mostly narrower, so it is sharp on good screens
DENSITY_ALONE = 1.6
WEBP_QUALITY = 75  # photos at 80 look the same, and are a fifth larger
WEBP_METHOD = 2  # of 0 to 6: less than half the time of the default, for 4 % more bytes


def saved_view(
    images: Sequence[Image.Image], *, head: str, footer: str | None = None, facts: Sequence[Facts] | None = None
) -> dict[str, str]:
    """Return all three forms of the pictures, as a MIME bundle.

    Parameters
    ----------
    images
        The pictures, of any mode.
    head
        The first line of the plain text, such as ``ImagesResponse(2 images, model='sketch')``.
    footer
        A last line of the HTML, where there is something to say.
    facts
        What is known of each picture; None gathers it.
    """
    if facts is None:
        facts = [Facts.of(image) for image in images]
    bundle = {"text/plain": plain_text(facts, head=head)}
    if not images:
        return bundle
    summary = summarize(facts)
    figures = figures_of(images, facts=facts)
    left_out = len(images) - MOST_FIGURES
    if left_out > 0:
        footer = joined([f"{left_out:,} more are not shown here.", footer or ""], " ")
    bundle["text/html"] = saved_view_html(
        figures[:MOST_FIGURES], title=summary.title, detail=summary.detail, footer=footer
    )
    bundle["image/png"] = base64.b64encode(
        preview_png(figures[:MOST_TILES], title=joined([summary.title, summary.detail]))
    ).decode()
    return bundle


def figures_of(images: Sequence[Image.Image], *, facts: Sequence[Facts] | None = None) -> list[Figure]:
    """Return the pictures with the words that their recipes have for them, and the first digits of their digests."""
    if facts is None:
        facts = [Facts.of(image) for image in images]
    captions = summarize(facts).captions
    return [
        Figure(
            image,
            caption,
            "" if caption == fact.short_digest else joined([detail, fact.digest[:4]]),
            fact.words or f"Picture {number}",
        )
        for number, (image, fact, (caption, detail)) in enumerate(zip(images, facts, captions, strict=True), 1)
    ]


def saved_view_html(figures: Sequence[Figure | Gap], *, title: str, detail: str, footer: str | None = None) -> str:
    """Return the pictures as one piece of HTML: no script, no style sheet, nothing to load.

    About 15 KB a picture. Pictures keep their shape, are never enlarged, and flow with the width of the page.
    """
    alone = len(figures) == 1
    widest = CSS_ALONE if alone else len(figures) * CSS_WIDTH + (len(figures) - 1) * 12
    shape = next((figure.image.size for figure in figures if isinstance(figure, Figure)), (CSS_WIDTH, CSS_WIDTH))
    shown = "".join(_figure(figure, alone=alone, shape=shape) for figure in figures)
    grid = (
        '<div style="display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,208px),1fr));gap:16px 12px;'
        f'align-items:start;margin-top:12px;max-width:{widest}px">{shown}</div>'
    )
    return card(grid if figures else "", title=title, detail=detail, footer=footer)


def card(body: str, *, title: str, detail: str, footer: str | None = None) -> str:
    """Return the frame that every saved view has around its HTML, with its first line and its last."""
    last = f'<p style="margin:12px 0 0;font-size:12px;opacity:.72">{plain(footer)}</p>' if footer else ""
    return (
        "<div style=\"font:13px/1.4 system-ui,-apple-system,'Segoe UI',helvetica,arial,sans-serif;color:inherit;"
        'border:1px solid rgba(128,128,128,0.3);border-radius:8px;padding:16px">'
        f'<p style="margin:0"><b style="font-weight:600">{plain(title)}</b> '
        f'<span style="opacity:.72">{plain(detail)}</span></p>'
        f"{body}{last}</div>"
    )


def _figure(figure: Figure | Gap, *, alone: bool, shape: tuple[int, int]) -> str:
    if isinstance(figure, Gap):
        shown = gap(figure.sentence, shape, width=fitted(shape, (CSS_WIDTH, CSS_HEIGHT))[0])
    else:
        box = (CSS_ALONE, CSS_ALONE) if alone else (CSS_WIDTH, CSS_HEIGHT)
        shown = picture(figure, box, density=DENSITY_ALONE if alone else DENSITY)
    return f'<figure style="margin:0;min-width:0">{shown}{caption(figure, tag="figcaption")}</figure>'


def picture(figure: Figure, box: tuple[int, int], *, density: float = DENSITY) -> str:
    """Return the HTML of a picture that is shown no larger than `box`, in CSS px, with `density` px to each at most."""
    image = figure.image
    width, height = fitted(image.size, box)
    stored = figure.thumbnail or thumbnail(image, round(max(width, height) * density))
    ground = (
        "background:repeating-conic-gradient(rgba(128,128,128,0.3) 0 25%,rgba(128,128,128,0.08) 0 50%) 0 0/16px 16px;"
        if image.has_transparency_data
        else ""
    )
    # The white of a mask would run into a white page.
    edge = "border:1px solid rgba(128,128,128,0.3);box-sizing:border-box;" if image.mode in ("1", "L") else ""
    return (
        f'<img src="data:image/webp;base64,{base64.b64encode(stored).decode()}" alt="{plain(figure.alt)}" '
        f'style="display:block;width:{width}px;max-width:100%;height:auto;margin:0;border-radius:6px;{ground}{edge}">'
    )


def gap(sentence: str, shape: tuple[int, int], *, width: int) -> str:
    """Return the HTML of an empty place of the `shape` (width, height) of a picture, with a sentence in it."""
    return (
        f'<div style="box-sizing:border-box;width:{width}px;max-width:100%;aspect-ratio:{shape[0]}/{shape[1]};'
        "padding:6px;border:1px dashed rgba(128,128,128,0.5);border-radius:6px;display:flex;align-items:center;"
        'justify-content:center;text-align:center;font-size:12px;line-height:16px;overflow-wrap:anywhere">'
        f'<span style="opacity:.72">{plain(sentence)}</span></div>'
    )


def caption(figure: Figure | Gap, *, tag: str) -> str:
    """Return the HTML of the words beneath a picture."""
    lines = "<br>".join(
        part
        for part in (
            plain(figure.caption),
            figure.detail
            and f'<span style="opacity:.72;font-variant-numeric:tabular-nums">{plain(figure.detail)}</span>',
        )
        if part
    )
    return f'<{tag} style="font-size:12px;line-height:16px;margin-top:6px;overflow-wrap:anywhere">{lines}</{tag}>'


def thumbnail(image: Image.Image, px: int, format: str = "WEBP") -> bytes:  # noqa: A002 (the name that PIL uses)
    """Return a small picture as the bytes of a file, its longest side at most `px` px; never enlarged.

    Transparency is kept, everything else that the picture carries (recipe, EXIF) is left out. `format` is one of PIL's
    names; WEBP makes 11 to 25 KB of a photo at 384 px.
    """
    out = io.BytesIO()
    shrunk(image, px).save(out, format, quality=WEBP_QUALITY, method=WEBP_METHOD)
    return out.getvalue()


def plain(text: str) -> str:
    """Return words as HTML, cut where they are too long."""
    return html.escape(shortened(text))
