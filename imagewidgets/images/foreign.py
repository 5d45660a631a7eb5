"""Recipes of other programs, as far as they map to ours: A1111 and its forks, ComfyUI, InvokeAI.

What has no parameter of its own in the Images API stands in the request by the name that gateways know it by:
``negative_prompt``, ``steps``, ``cfg_scale``, ``sampler``. Nothing that a file says is trusted to be of any kind.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import ExifTags, Image

from imagewidgets.models import GENERATE

LONGEST = 1 << 20  # characters of another program's text that are looked at
_FACT = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')  # one of A1111's last line
_FEWEST_FACTS = 3  # that make a line A1111's last one
_NEGATIVE = "Negative prompt:"
_UNICODE = b"UNICODE\0"  # how the EXIF comment says that it is UTF-16
_PROMPT_INPUTS = ("text", "text_g", "t5xxl", "prompt", "string", "value")
_MODEL_INPUTS = ("ckpt_name", "unet_name", "model_name")


def foreign_recipe(image: Image.Image) -> dict[str, Any] | None:
    """Return the recipe that another program gave a picture, or None.

    Beside ``request`` and ``model`` it says in ``software`` whose it is.
    """
    for software, read in (("A1111", _a1111), ("ComfyUI", _comfyui), ("InvokeAI", _invokeai)):
        found = read(image)
        if found:
            request = {"operation": GENERATE, **found}
            model = {"model": found["model"]} if "model" in found else {}
            return {"request": request, **model, "software": software}
    return None


def _texts(image: Image.Image, *names: str) -> list[str]:
    texts = [image.info.get(name) for name in names]
    return [text for text in texts if isinstance(text, str) and len(text) <= LONGEST]


def _json(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _exif(image: Image.Image) -> Image.Exif:
    """Return the EXIF data; empty where it is damaged, or stands behind the pixels: those are not decoded for it."""
    try:
        return image.getexif() if "exif" in image.info else Image.Exif()
    except (SyntaxError, TypeError, ValueError, OSError):  # Pillow's words for it
        return Image.Exif()


def _request(**values: Any) -> dict[str, Any]:
    """Return what is of its kind: text that says something, whole numbers from 0 on, numbers."""
    kinds: dict[str, type | tuple[type, ...]] = {"seed": int, "steps": int, "cfg_scale": (int, float)}
    return {
        name: value
        for name, value in values.items()
        if isinstance(value, kinds.get(name, str))
        and not isinstance(value, bool)
        and (not isinstance(value, str) or value.strip())
        and (not isinstance(value, int | float) or value >= 0)
    }


def _size(width: object, height: object) -> str | None:
    whole = isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0
    return f"{width}x{height}" if whole else None


# ---- A1111: the prompt, the negative one, then a line of facts


def _a1111(image: Image.Image) -> dict[str, Any]:
    texts = _texts(image, "parameters") or _user_comment(image)
    for text in texts:
        *lines, last = text.strip().split("\n")
        facts = {name.strip(): value.strip() for name, value in _FACT.findall(last)}
        if len(facts) < _FEWEST_FACTS:
            continue
        prompt, _, negative = "\n".join(lines).partition(_NEGATIVE)
        return _request(
            prompt=prompt.strip(),
            model=facts.get("Model", "").strip('"'),
            size=facts.get("Size"),
            seed=_whole(facts.get("Seed")),
            negative_prompt=negative.strip(),
            steps=_whole(facts.get("Steps")),
            cfg_scale=_number(facts.get("CFG scale")),
            sampler=facts.get("Sampler"),
        )
    return {}


def _user_comment(image: Image.Image) -> list[str]:
    """Return the comment in the EXIF data, where JPEG and WebP files have it."""
    exif = _exif(image)
    comment = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment) if exif else None
    if not isinstance(comment, bytes) or not comment.startswith(_UNICODE) or len(comment) > 2 * LONGEST:
        return []
    body = comment[len(_UNICODE) :]
    little = body[1:2] == b"\0" and body[:1] != b"\0"
    return [body.decode("utf-16-le" if little else "utf-16-be", "replace")]


def _whole(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{1,20}", text) else None


def _number(text: str | None) -> float | None:
    return float(text) if text and re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) else None


# ---- ComfyUI: a graph of nodes; the inputs of a sampler lead to all the rest


def _comfyui(image: Image.Image) -> dict[str, Any]:
    described = [value for tag in (0x0110, 0x010F) if isinstance(value := _exif(image).get(tag), str)]
    texts = _texts(image, "prompt") + [text[7:] for text in described if text[:7].lower() == "prompt:"]
    for text in texts:
        graph = {name: node for name, node in _json(text).items() if isinstance(_inputs(node), Mapping)}
        for node in graph.values():
            inputs = _inputs(node)
            if "positive" in inputs or "guider" in inputs:
                return _sampled(graph, inputs)
    return {}


def _inputs(node: object) -> Any:
    return node.get("inputs") if isinstance(node, Mapping) else None


def _sampled(graph: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    noise = (
        inputs if "seed" in inputs or "noise_seed" in inputs else _first(graph, inputs.get("noise"), ("noise_seed",))
    )
    latent = _first(graph, inputs.get("latent_image"), ("width",))
    positive = _first(graph, inputs.get("positive", inputs.get("guider")), _PROMPT_INPUTS, follow="positive")
    return _request(
        prompt=_text(positive),
        model=_text(_first(graph, inputs.get("model", inputs.get("guider")), _MODEL_INPUTS), _MODEL_INPUTS),
        size=_size(latent.get("width"), latent.get("height")),
        seed=noise.get("seed", noise.get("noise_seed")),
        negative_prompt=_text(_first(graph, inputs.get("negative"), _PROMPT_INPUTS)),
        steps=inputs.get("steps"),
        cfg_scale=inputs.get("cfg"),
        sampler=inputs.get("sampler_name"),
    )


def _text(inputs: Mapping[str, Any], names: Sequence[str] = _PROMPT_INPUTS) -> Any:
    return next((inputs[name] for name in names if isinstance(inputs.get(name), str)), None)


def _first(graph: Mapping[str, Any], link: object, names: Sequence[str], *, follow: str = "") -> Mapping[str, Any]:
    """Return the inputs of the nearest node, up from a link, that has a value by one of these names, no further link.

    A node with an input called `follow` is left by that one alone.
    """
    waiting, seen = deque([link]), set()
    while waiting:
        link = waiting.popleft()
        if not (isinstance(link, list) and link and isinstance(link[0], str)) or link[0] in seen:
            continue
        seen.add(link[0])
        inputs = _inputs(graph.get(link[0])) or {}
        if any(isinstance(inputs.get(name), str | int) for name in names):
            return dict(inputs)
        waiting.extend([inputs[follow]] if follow and follow in inputs else inputs.values())
    return {}


# ---- InvokeAI: one JSON object, of version 3 and later or of version 2


def _invokeai(image: Image.Image) -> dict[str, Any]:
    for text in _texts(image, "invokeai_metadata"):
        facts = _json(text)
        model = facts.get("model")
        if isinstance(model, Mapping):
            model = model.get("name") or model.get("model_name")
        return _request(
            prompt=facts.get("positive_prompt"),
            model=model,
            size=_size(facts.get("width"), facts.get("height")),
            seed=facts.get("seed"),
            negative_prompt=facts.get("negative_prompt"),
            steps=facts.get("steps"),
            cfg_scale=facts.get("cfg_scale"),
            sampler=facts.get("scheduler"),
        )
    for text in _texts(image, "sd-metadata"):
        facts = _json(text)
        made = facts.get("image")
        if isinstance(made, Mapping):
            prompts = made.get("prompt")
            if isinstance(prompts, list) and prompts and isinstance(prompts[0], Mapping):
                prompts = prompts[0].get("prompt")
            return _request(
                prompt=prompts,
                model=facts.get("model_weights"),
                size=_size(made.get("width"), made.get("height")),
                seed=made.get("seed"),
                steps=made.get("steps"),
                cfg_scale=made.get("cfg_scale"),
                sampler=made.get("sampler"),
            )
    return {}
