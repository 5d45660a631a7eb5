"""Soft edges of a mask, on its inside: how much of an edit shows at each distance from what is protected."""

from __future__ import annotations

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

    The exact Euclidean distance between the pixels' centres; `farthest` everywhere where nothing is outside.
    """
    import numpy as np
    from scipy import ndimage

    found = np.zeros(inside.shape, np.float32)
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    if not len(rows):
        return found
    if inside.all():
        found[:] = farthest
        return found
    # The mask and one px around it: the nearest pixel outside of a mask lies next to it.
    part = np.s_[max(rows[0] - 1, 0) : rows[-1] + 2, max(columns[0] - 1, 0) : columns[-1] + 2]
    np.minimum(ndimage.distance_transform_edt(inside[part]), farthest, out=found[part], casting="same_kind")
    return found
