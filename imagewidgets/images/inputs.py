"""Pictures, masks and markup on their way out: as files that the model takes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.fitting import Fit, Frame
from imagewidgets.images.modes import PLAIN, plain
from imagewidgets.images.pictures import WIRE_FORMATS, ImageFile, digest, load, open_image, opened, to_png
from imagewidgets.images.recipes import RECIPE_KEY
from imagewidgets.images.selections import selection_of, selection_to_file, soft_selection_of
from imagewidgets.models import MEBIBYTE, Model, parse_size

if TYPE_CHECKING:
    from imagewidgets.images.pictures import ImageLike
    from imagewidgets.images.selections import MaskLike

IMAGE_BYTES = 50 * MEBIBYTE  # the largest file for a model that is not in the table: what the API says
SQUARE_SIDE = 1024  # px: the largest square that fit makes for such a model
SMALLEST_SIDE = 64  # px: fit makes no picture smaller than this
_AS_IT_CAME = (*PLAIN, "1", "P")  # modes of files that every service reads


@dataclass(frozen=True)
class Inputs:
    """What goes along with a request.

    Parameters
    ----------
    images, mask, markup
        The files.
    source, digest
        The first picture as it was given, upright: what `pasting.paste_back` puts back; and its digest.
    selection
        Where it may change, in its size (`selections.selection_of`); None: anywhere.
    soft_selection
        How much, where the mask says so (`selections.soft_selection_of`).
    frame
        What the service is shown of the first picture, where `fit` changed it: `pasting.paste_back` wants it. None
        where the picture goes out whole and in its own size.
    """

    images: tuple[ImageFile, ...]
    source: Image.Image
    digest: str
    mask: ImageFile | None = None
    markup: ImageFile | None = None
    selection: Image.Image | None = None
    soft_selection: Image.Image | None = None
    frame: Frame | None = None


def edit_inputs(
    images: Sequence[ImageLike],
    *,
    mask: MaskLike | None = None,
    markup: ImageLike | None = None,
    model: Model | None = None,
    fit: Fit | None = None,
    recipe: bool = False,
) -> Inputs:
    """Return the pictures of an edit as its model wants them.

    Parameters
    ----------
    images
        At least one; anything that `images.load` opens.
    mask
        Where the first picture may change, in its size (`selections.selection_of`); None: anywhere.
    markup
        Arrows, circles and notes to lie over the first picture: as large as it, transparent where nothing is drawn.
    model
        Whose rules apply; None where it is not known, and nothing is refused that some service may take.
    fit
        What may be done to a picture that the model does not take as it is. ``"pad"`` makes it square with transparent
        borders, ``"crop"`` keeps the square in its middle; both make it smaller where its file would be too large. The
        mask and the markup go the same way; a border is not selected. Left out, such a picture is refused. For a
        model that is not known, `fit` makes pictures square PNG files with alpha, as dall-e-2 wants them.
    recipe
        Let recipes travel along: only for a service on this machine, since they hold prompts.

    Raises
    ------
    InvalidRequestError
        A picture, the mask or the markup cannot be used; the sentence says what to do.
    """
    _check_fit(fit)
    if not images:
        raise _refusal("There is no picture to work on. Give one as image=.", "image", "missing_required_parameter")
    if mask is not None and markup is not None:
        raise _refusal("A mask and markup cannot go together. Leave one of them out.", "markup")
    first, data = opened(images[0])
    selection = None if mask is None else selection_of(mask, first.size)
    drawing = None if markup is None else _markup(markup, first.size)
    square = _square(model, fit)
    frame, file = _fitted(first, data, model, fit, png=square, recipe=recipe)
    if model is not None and square and mask is None and fit == "pad" and first.width != first.height:
        _check_transparent(first, model)
    others = [_fitted(*opened(image), model, fit, png=square, recipe=recipe)[1] for image in images[1:]]
    seen = selection
    if frame is not None and selection is not None:
        seen = frame.apply_to_selection(selection)
        if not seen.getbbox():
            raise _refusal(f"The mask selects nothing of what fit={fit!r} leaves of the picture.", "mask")
    if frame is not None and drawing is not None:
        drawing = frame.apply(drawing)
    return Inputs(
        images=(file, *others),
        source=first,
        digest=digest(first),
        mask=None if seen is None else selection_to_file(seen),
        markup=None if drawing is None else ImageFile(to_png(drawing, recipe=False), WIRE_FORMATS["PNG"]),
        selection=selection,
        soft_selection=None if mask is None else soft_selection_of(mask),
        frame=frame,
    )


def variation_inputs(
    image: ImageLike, *, model: Model | None = None, fit: Fit | None = None, recipe: bool = False
) -> Inputs:
    """Return the picture of a variation, as PNG; parameters and errors are those of `edit_inputs`."""
    _check_fit(fit)
    source, data = opened(image)
    frame, file = _fitted(source, data, model, fit, png=True, recipe=recipe)
    return Inputs(images=(file,), source=source, digest=digest(source), frame=frame)


def to_file(
    picture: Image.Image, data: bytes | None = None, *, png: bool = False, alpha: bool = False, recipe: bool = False
) -> ImageFile:
    """Return a picture as a file that the API takes.

    A file that already is one goes out as it came, byte for byte; everything else becomes PNG: other formats and modes
    (`modes.plain`), the first frame of several, what has EXIF data (its orientation is applied, the rest stays here).

    Parameters
    ----------
    picture, data
        The picture, upright, and the file that it was read from, as `pictures.opened` returns them; None where there
        is no file, or it holds something else by now.
    png
        Only PNG will do (the pictures of dall-e-2).
    alpha
        The picture must have an alpha channel; one without gets an opaque one.
    recipe
        Let the recipe travel along: only for a service on this machine, since it holds prompts.
    """
    if data is not None and _fits(data, png=png, alpha=alpha):
        return ImageFile(data, WIRE_FORMATS[str(open_image(data).format)])
    converted = plain(picture)
    if alpha and not converted.has_transparency_data:
        converted = converted.convert("RGBA")
    return ImageFile(to_png(converted, recipe="whole" if recipe else False), WIRE_FORMATS["PNG"])


def _fits(data: bytes, *, png: bool, alpha: bool) -> bool:
    """Tell whether a file can go out unchanged: it holds no orientation to apply, one frame, and nothing private."""
    image = open_image(data)
    return (
        image.format in WIRE_FORMATS
        and (image.format == "PNG" or not png)
        and image.mode in _AS_IT_CAME
        and (not alpha or image.mode in ("RGBA", "LA"))
        and not image.getexif()
        and RECIPE_KEY not in image.info
        and getattr(image, "n_frames", 1) == 1
    )


def _square(model: Model | None, fit: Fit | None) -> bool:
    return fit is not None if model is None else model.square_png


def _fitted(
    picture: Image.Image, data: bytes | None, model: Model | None, fit: Fit | None, *, png: bool, recipe: bool
) -> tuple[Frame | None, ImageFile]:
    """Return a picture as a file within the model's limits, and the frame where it had to be changed for that."""
    square = _square(model, fit)
    sides = [pair[0] for size in model.sizes if (pair := parse_size(size))] if square and model else [SQUARE_SIDE]
    frame = None
    if square and picture.width != picture.height:
        if fit is None:
            raise _refusal(
                f"The picture is {picture.width} × {picture.height} px; {_name(model)} takes only square ones. "
                "fit='pad' adds transparent borders, fit='crop' keeps the middle.",
                "image",
            )
        frame = Frame.square(picture.size, fit, max(sides))
    limit = model.image_bytes if model else IMAGE_BYTES
    file = to_file(_seen(picture, frame), None if frame else data, png=png, alpha=square, recipe=recipe)
    if len(file.data) >= limit:
        file = _packed(_seen(picture, frame), alpha=square)
    while len(file.data) >= limit:
        if fit is None:
            raise _refusal(
                f"The picture is a file of {len(file.data) / MEBIBYTE:.1f} MiB as PNG; {_name(model)} takes less than "
                f"{limit / MEBIBYTE:g}. Make it smaller, or let fit='pad' or fit='crop' do that.",
                "image",
            )
        frame = (frame or Frame.whole(picture.size)).smaller(sides if square else ())
        if min(frame.size) < SMALLEST_SIDE:
            raise _refusal(f"The picture cannot be brought under {limit / MEBIBYTE:g} MiB.", "image")
        file = _packed(_seen(picture, frame), alpha=square)
    return frame, file


def _seen(picture: Image.Image, frame: Frame | None) -> Image.Image:
    if frame is None:
        return picture
    seen = frame.apply(plain(picture).convert("RGBA"))
    return seen if seen.getchannel("A").getextrema() != (255, 255) else seen.convert("RGB")


def _packed(picture: Image.Image, *, alpha: bool) -> ImageFile:
    """Return a PNG as small as it gets: ten times slower than usual, a tenth smaller."""
    converted = plain(picture)
    if alpha and not converted.has_transparency_data:
        converted = converted.convert("RGBA")
    out = io.BytesIO()
    converted.save(out, "PNG", optimize=True)
    return ImageFile(out.getvalue(), WIRE_FORMATS["PNG"])


def _markup(markup: ImageLike, size: tuple[int, int]) -> Image.Image:
    try:
        drawing = plain(load(markup))
    except InvalidRequestError as error:
        error.param = "markup"
        raise
    if drawing.size != size:
        raise _refusal(
            f"The markup is {drawing.width} × {drawing.height} px, the picture {size[0]} × {size[1]}. They must have "
            "the same size.",
            "markup",
        )
    low, high = drawing.convert("RGBA").getchannel("A").getextrema()
    if high == 0:
        raise _refusal("Nothing is drawn in the markup: it is transparent everywhere.", "markup")
    if low == 255:
        raise _refusal(
            "The markup covers all of the picture. Draw it on a transparent ground: Image.new('RGBA', image.size).",
            "markup",
        )
    return drawing.convert("RGBA")


def _check_fit(fit: str | None) -> None:
    if fit is not None and fit not in get_args(Fit):
        raise _refusal(f"fit must be 'pad' or 'crop', not {fit!r}.", "fit")


def _check_transparent(picture: Image.Image, model: Model) -> None:
    if 0 not in plain(picture).convert("RGBA").getchannel("A").getextrema():
        raise _refusal(
            f"{model.name} needs to know where to edit: without a mask only the border that fit='pad' adds would "
            "change. Give a mask.",
            "mask",
            "missing_required_parameter",
        )


def _name(model: Model | None) -> str:
    return model.name if model else "the API"


def _refusal(sentence: str, param: str, code: str = "invalid_value") -> InvalidRequestError:
    return InvalidRequestError(sentence, param=param, code=code)
