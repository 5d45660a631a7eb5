"""Recipes of other programs: what maps is read, and whatever stands in a file breaks nothing."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from imagewidgets import images

A1111 = """a red fox, in the snow
second line
Negative prompt: blurry, low quality
Steps: 20, Sampler: Euler a, CFG scale: 7.5, Seed: 4294967297, Size: 512x768, Model hash: abc, Model: dream_8, \
Lora hashes: "fur: 12, snow: 34", Version: v1.9"""
EXPECTED = {
    "operation": "generate",
    "prompt": "a red fox, in the snow\nsecond line",
    "model": "dream_8",
    "size": "512x768",
    "seed": 4294967297,
    "negative_prompt": "blurry, low quality",
    "steps": 20,
    "cfg_scale": 7.5,
    "sampler": "Euler a",
}
COMFYUI = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 7,
            "steps": 25,
            "cfg": 8,
            "sampler_name": "euler",
            "model": ["10", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sdxl.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 832, "height": 1216, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["9", 0], "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
    "9": {"class_type": "PrimitiveString", "inputs": {"value": "a red fox"}},
    "10": {"class_type": "LoraLoader", "inputs": {"lora_name": "fur", "model": ["4", 0], "clip": ["4", 1]}},
}
FLUX = {
    "1": {
        "class_type": "SamplerCustomAdvanced",
        "inputs": {"noise": ["2", 0], "guider": ["3", 0], "latent_image": ["4", 0]},
    },
    "2": {"class_type": "RandomNoise", "inputs": {"noise_seed": 99}},
    "3": {"class_type": "BasicGuider", "inputs": {"model": ["5", 0], "conditioning": ["6", 0]}},
    "4": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 1024, "height": 1024, "batch_size": 1}},
    "5": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux1-dev.safetensors"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red fox", "clip": ["7", 0]}},
}
INVOKEAI = {
    "generation_mode": "txt2img",
    "positive_prompt": "a red fox",
    "negative_prompt": "",
    "seed": 5,
    "width": 640,
    "height": 512,
    "steps": 30,
    "cfg_scale": 7,
    "scheduler": "euler",
    "model": {"name": "juggernaut", "base": "sdxl"},
}
INVOKEAI_2 = {
    "model_weights": "stable-diffusion-1.5",
    "image": {"prompt": [{"prompt": "a red fox", "weight": 1}], "seed": 5, "width": 512, "height": 512, "steps": 50},
}


def with_text(**texts):
    info = PngImagePlugin.PngInfo()
    for name, text in texts.items():
        info.add_itxt(name.replace("_METADATA", "-metadata"), text)
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def with_exif(kind, *, comment=None, **tags):
    exif = Image.Exif()
    if comment is not None:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = comment
    for name, text in tags.items():
        exif[ExifTags.Base[name]] = text
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        with_text(parameters=A1111),
        with_exif("JPEG", comment=b"UNICODE\0" + A1111.encode("utf-16-be")),
        with_exif("WEBP", comment=b"UNICODE\0" + A1111.encode("utf-16-le")),
    ],
    ids=["png", "jpeg", "webp"],
)
def test_a1111(data):
    assert images.read_recipe(data) == {"request": EXPECTED, "model": "dream_8", "software": "A1111"}


@pytest.mark.parametrize(
    "data",
    [with_text(prompt=json.dumps(COMFYUI), workflow="{}"), with_exif("WEBP", Model=f"prompt:{json.dumps(COMFYUI)}")],
    ids=["png", "webp"],
)
def test_comfyui(data):
    recipe = images.read_recipe(data)
    assert recipe["software"] == "ComfyUI"
    assert recipe["request"] == {
        "operation": "generate",
        "prompt": "a red fox",
        "model": "sdxl.safetensors",
        "size": "832x1216",
        "seed": 7,
        "negative_prompt": "blurry",
        "steps": 25,
        "cfg_scale": 8,
        "sampler": "euler",
    }


def test_comfyui_with_a_guider():
    assert images.read_recipe(with_text(prompt=json.dumps(FLUX)))["request"] == {
        "operation": "generate",
        "prompt": "a red fox",
        "model": "flux1-dev.safetensors",
        "size": "1024x1024",
        "seed": 99,
    }


def test_a_graph_that_goes_round_ends():
    graph = {
        "1": {"inputs": {"positive": ["2", 0], "seed": 3, "model": ["1", 0]}},
        "2": {"inputs": {"text": ["3", 0]}},
        "3": {"inputs": {"text": ["2", 0]}},
    }
    assert images.read_recipe(with_text(prompt=json.dumps(graph)))["request"] == {"operation": "generate", "seed": 3}


def test_invokeai():
    recipe = images.read_recipe(with_text(invokeai_metadata=json.dumps(INVOKEAI)))
    assert recipe["software"] == "InvokeAI"
    assert recipe["request"] == {
        "operation": "generate",
        "prompt": "a red fox",
        "model": "juggernaut",
        "size": "640x512",
        "seed": 5,
        "steps": 30,
        "cfg_scale": 7,
        "sampler": "euler",
    }
    older = images.read_recipe(with_text(sd_METADATA=json.dumps(INVOKEAI_2)))
    assert older["request"] == {
        "operation": "generate",
        "prompt": "a red fox",
        "model": "stable-diffusion-1.5",
        "size": "512x512",
        "seed": 5,
        "steps": 50,
    }


def test_our_own_recipe_counts_first():
    image = images.open_image(with_text(parameters=A1111))
    images.write_recipe(image, {"model": "m"})
    assert images.read_recipe(image) == {"model": "m"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no facts at all",
        "a: b",
        "[1, 2]",
        "{}",
        "[" * 100_000,
        '{"1": {"inputs": 3}}',
        '{"1": {"inputs": {"positive": 5}}}',
    ]
    + [json.dumps({**INVOKEAI, "seed": value, "width": value}) for value in (True, -1, 1.5, "7", None, [])],
)
@pytest.mark.parametrize("name", ["parameters", "prompt", "invokeai_metadata", "sd_METADATA"])
def test_other_text_is_no_recipe_or_holds_what_is_of_its_kind(name, text):
    recipe = images.read_recipe(with_text(**{name: text}))
    request = (recipe or {}).get("request", {})
    assert isinstance(request.get("seed", 0), int)
    assert request.get("seed") is not True
    assert "x" in request.get("size", "x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["inputs", "positive", "text", "image", "prompt", "model", "1", "2"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(value=JSON)
def test_no_json_breaks_the_readers(value):
    image = Image.new("RGB", (1, 1))
    for name in ("parameters", "prompt", "invokeai_metadata", "sd-metadata"):
        image.info = {name: json.dumps(value)}
        recipe = images.read_recipe(image)
        assert recipe is None or recipe["request"]["operation"] == "generate"
