"""Data files, written a batch of rows at a time: memory stays the same however many there are."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, Self

import pyarrow as pa
import pyarrow.parquet as pq

from arena.releases.layouts import Row
from arena.releases.models import Export
from arena.releases.schema import Column, arrow_schema

# Rows that lie together in a Parquet file. Larger groups compress better, and are kept in memory until full.
GROUP_ROWS = 1_000
# Bytes of text that are gathered before they are written.
FILE_BUFFER = 1 << 20


class Writer(Protocol):
    """A data file being written; leaving the `with` block completes it."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None: ...

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows that have a value for every column."""


class ParquetFile:
    """Nested columns as they are, compressed with Zstandard."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        # The pool that Arrow prefers keeps what it was given once, for each thread.
        pa.set_memory_pool(pa.system_memory_pool())
        self._schema = arrow_schema(tuple(columns))
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd", use_dictionary=True)
        self._waiting: list[pa.RecordBatch] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._flush()
        self._file.close()

    def write(self, rows: Sequence[Row]) -> None:
        self._waiting.append(pa.RecordBatch.from_pylist(list(rows), schema=self._schema))
        if sum(batch.num_rows for batch in self._waiting) >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._file.write_table(pa.Table.from_batches(self._waiting, schema=self._schema))
        self._waiting = []


class JsonLines:
    """One JSON object a line, in UTF-8; moments as ISO 8601 in UTC."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._names = [column.name for column in columns]
        self._file = path.open("w", FILE_BUFFER, encoding="utf-8", newline="\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()

    def write(self, rows: Sequence[Row]) -> None:
        self._file.writelines(_json({name: row[name] for name in self._names}) + "\n" for row in rows)


class CsvFile:
    """One line of names, then a line for each row; what is nested is JSON, nothing is an empty field."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._cells = [(column.name, _cell_of(column.type)) for column in columns]
        self._file = path.open("w", FILE_BUFFER, encoding="utf-8", newline="\n")
        self._file.write(",".join(column.name for column in columns) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()

    def write(self, rows: Sequence[Row]) -> None:
        self._file.writelines(
            ",".join("" if (value := row[name]) is None else cell(value) for name, cell in self._cells) + "\n"
            for row in rows
        )


WRITERS: dict[Export.Format, Callable[[Path, Sequence[Column]], Writer]] = {
    Export.Format.PARQUET: ParquetFile,
    Export.Format.JSONL: JsonLines,
    Export.Format.CSV: CsvFile,
}


def open_writer(file_format: str, path: Path, columns: Sequence[Column]) -> Writer:
    """Begin a data file of `file_format`, one of `Export.Format`."""
    return WRITERS[Export.Format(file_format)](path, columns)


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no form in JSON.")


# One for all rows: making an encoder costs as much as writing a short list.
_json = json.JSONEncoder(ensure_ascii=False, default=_moment, separators=(",", ":")).encode


# A cell with one of these must stand in quotes.
SPECIAL = re.compile(r'[",\r\n]')


def _quoted(text: str) -> str:
    """Return a text as a cell of CSV. Python's own writer looks at each character, and answers are long."""
    return '"' + text.replace('"', '""') + '"' if SPECIAL.search(text) else text


def _nested(value: object) -> str:
    return _quoted(_json(value)) if value else "[]" if value == [] else "{}"


def _truth(value: object) -> str:
    return "true" if value else "false"


def _cell_of(kind: pa.DataType) -> Callable[[Any], str]:  # Any: what the type of the column allows
    """Return what makes the cells of a column of this type; none is made of what is missing."""
    if pa.types.is_nested(kind):
        return _nested
    if pa.types.is_boolean(kind):
        return _truth
    if pa.types.is_timestamp(kind):
        return _moment
    return _quoted if pa.types.is_string(kind) else repr
