"""Random numbers by name: each part of a picture draws from a stream of its own.

So a beret more or less does not move a cloud: two prompts with the same seed share all that they have in common, which
is what lets an edit draw a scene again and change one thing in it.
"""

from __future__ import annotations

import hashlib

import numpy as np


def derive(seed: int, *names: object) -> int:
    """Make another seed from a seed and names: a non-negative integer below 2**53, exact in every JSON reader."""
    text = "/".join([str(seed), *map(str, names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 11


def stream(seed: int, *names: object) -> np.random.Generator:
    """Give the stream of random numbers of one part of one picture.

    The bit generator is named, because numpy may change its default one.
    """
    return np.random.Generator(np.random.PCG64(derive(seed, *names)))


def of_picture(seed: int, index: int) -> int:
    """Give the seed of picture `index` of a job: the first has the job's own seed."""
    return seed if index == 0 else derive(seed, "picture", index)
