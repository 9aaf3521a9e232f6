"""Loops that numpy cannot fuse, compiled with Numba when they are first used and kept on disk where that is possible.

They take arrays and change arrays. Sums have a fixed order and random numbers are functions of a key and a position,
so that neither threads nor chunks change a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def compiled(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile without fast-math, so that equal input gives equal bytes, and release the interpreter's lock.

    The machine code is kept beside the source, or in the user's cache; where neither can be written it is compiled
    again in each process.
    """
    try:
        kept: Callable[_Arguments, _Result] = numba.njit(nogil=True, error_model="numpy", cache=True)(function)
    except RuntimeError:
        kept = numba.njit(nogil=True, error_model="numpy")(function)
    return kept
