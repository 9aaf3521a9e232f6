"""Rows of a query straight from the database into arrays, by PostgreSQL's binary copy: many rows in little time."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt
from django.db import connection

Rows = np.ndarray[tuple[int], np.dtype[np.void]]
# A column's name, where it comes from, and its form in the binary copy. None of them may be null.
Columns = Sequence[tuple[str, str, npt.DTypeLike]]

# Rows that are handed over together: few, so that a long table needs little room besides what is kept of it.
ROWS_AT_ONCE = 100_000
FILE_HEADER_BYTES, FILE_END = 19, b"\xff\xff"


def selected(columns: Columns) -> str:
    """Return what stands after SELECT."""
    return ", ".join(source for _name, source, _form in columns)


def row_form(columns: Columns) -> np.dtype[np.void]:
    """Return where each column stands in a row: it begins with the number of columns, each column with its length."""
    forms = [np.dtype(form) for _name, _source, form in columns]
    ends = list(accumulate((4 + form.itemsize for form in forms), initial=2))
    return np.dtype(
        {
            "names": [name for name, _source, _form in columns],
            "formats": forms,
            "offsets": [start + 4 for start in ends[:-1]],
            "itemsize": ends[-1],
        }
    )


def copy_rows(query: str, values: Mapping[str, object], form: np.dtype[np.void]) -> Iterator[Rows]:
    """Yield the rows of a query, some at a time; `form` is that of its columns. One query."""
    pending, header = bytearray(), FILE_HEADER_BYTES
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", values) as copy:
        for data in copy:
            pending += data[header:]
            header = 0  # It comes together with the first row, or with the end.
            if len(pending) >= ROWS_AT_ONCE * form.itemsize:
                yield _whole_rows(pending, form)
    yield _whole_rows(pending, form)
    assert pending == FILE_END, "PostgreSQL's copy did not end where it should."  # noqa: S101  see `row_form`


def _whole_rows(pending: bytearray, form: np.dtype[np.void]) -> Rows:
    """Take the rows that have come in full off the beginning of `pending`."""
    complete = len(pending) // form.itemsize * form.itemsize
    rows = np.frombuffer(bytes(pending[:complete]), form)
    del pending[:complete]
    return rows
