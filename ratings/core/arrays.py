"""The array types of the core, and how its results keep them from being changed."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]
# Bits, eight in each number.
ByteArray = npt.NDArray[np.uint8]
# Where there is one number for each of millions of votes, and its precision is enough.
SmallIntArray = npt.NDArray[np.int32]
SmallFloatArray = npt.NDArray[np.float32]
# Sums over resampled votes: whole numbers where all weigh the same.
SumArray = npt.NDArray[np.float32] | npt.NDArray[np.uint16]

_Array = TypeVar("_Array", FloatArray, IntArray, BoolArray, SmallIntArray, SmallFloatArray)


def frozen(array: _Array) -> _Array:
    """Return a read-only view, so that a frozen dataclass is frozen to the last number."""
    view = array.view()
    view.flags.writeable = False
    return view
