"""Soft edges of a mask, on its inside: how much of an edit shows at each distance from what is protected."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDEST_FEATHER = 256.0
"""Widest soft edge, px."""


def ramp(inside: NDArray[np.bool_], feather: float) -> NDArray[np.float32]:
    """Return how much of an edit shows: 0 outside of the mask, rising to 1 at `feather` px from its edge.

    `inside` has the shape (height, width), and so has the result. Next to the edge the part is more than 0 already:
    1 / (feather + 1). No edge is seen where the mask ends at the picture's own border, so nothing rises from there.
    """
    import numpy as np

    parts: NDArray[np.float32] = depths(inside, feather + 1) / np.float32(feather + 1)
    return parts


def depths(inside: NDArray[np.bool_], farthest: float) -> NDArray[np.float32]:
    """Return for each pixel how far the nearest one outside the mask is, in px and at most `farthest`.

    The exact Euclidean distance, in two passes: along the columns first, then, for each shift along the rows, by
    Pythagoras (Felzenszwalb and Huttenlocher, 2012, "Distance Transforms of Sampled Functions").
    """
    import numpy as np

    height, width = inside.shape
    reach = math.ceil(farthest)
    rows = np.arange(height, dtype=np.int32)[:, None]
    last = np.maximum.accumulate(np.where(inside, -reach, rows), axis=0)
    following = np.minimum.accumulate(np.where(inside, height + reach, rows)[::-1], axis=0)[::-1]
    squares = np.minimum(np.minimum(rows - last, following - rows), reach).astype(np.float32) ** 2
    nearest = squares.copy()
    for shift in range(1, min(reach, width)):
        np.minimum(nearest[:, shift:], squares[:, :-shift] + shift**2, out=nearest[:, shift:])
        np.minimum(nearest[:, :-shift], squares[:, shift:] + shift**2, out=nearest[:, :-shift])
    distances: NDArray[np.float32] = np.minimum(np.sqrt(nearest), np.float32(farthest))
    return distances
