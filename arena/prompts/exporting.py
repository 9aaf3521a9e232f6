"""The library as a file, some rows at a time, so that a large one needs no more memory than a small one."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from typing_extensions import Buffer

Row = dict[str, Any]  # Any: texts, lists of texts and booleans
COLUMNS = (
    "key", "text", "category", "language", "tags", "source", "licence", "author", "holdout", "status", "revision",
)  # fmt: skip
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in COLUMNS[:4]),
        ("tags", pa.list_(pa.string())),
        *((name, pa.string()) for name in ("source", "licence", "author")),
        ("holdout", pa.bool_()),
        ("status", pa.string()),
        ("revision", pa.int32()),
    ]
)


class Writer(Protocol):
    """Turns rows into the bytes of a file; the last bytes come from `end`."""

    content_type: str

    def write(self, rows: list[Row]) -> bytes:
        """Return what these rows add to the file."""

    def end(self) -> bytes:
        """Return what ends the file."""


class CsvWriter:
    """A header, and tags with commas between them in one cell, as imports take them."""

    content_type = "text/csv; charset=utf-8"

    def __init__(self) -> None:
        self._begun = False

    def write(self, rows: list[Row]) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS)
        if not self._begun:
            writer.writeheader()
            self._begun = True
        writer.writerows({**row, "tags": ", ".join(row["tags"])} for row in rows)
        return text.getvalue().encode()

    def end(self) -> bytes:
        return b"" if self._begun else self.write([])


class JsonlWriter:
    content_type = "application/x-ndjson"

    def write(self, rows: list[Row]) -> bytes:
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()

    def end(self) -> bytes:
        return b""


class ParquetWriter:
    content_type = "application/vnd.apache.parquet"

    def __init__(self) -> None:
        self._sink = _Drain()
        self._writer = pq.ParquetWriter(self._sink, SCHEMA)

    def write(self, rows: list[Row]) -> bytes:
        self._writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
        return self._sink.drained()

    def end(self) -> bytes:
        self._writer.close()
        return self._sink.drained()


class _Drain(io.RawIOBase):
    """A file that forgets what it has handed on; it knows only how long it is."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = bytearray()
        self._length = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._length

    def write(self, data: "Buffer") -> int:
        piece = bytes(data)
        self._kept += piece
        self._length += len(piece)
        return len(piece)

    def drained(self) -> bytes:
        piece = bytes(self._kept)
        self._kept.clear()
        return piece


WRITERS: Mapping[str, Callable[[], Writer]] = {"csv": CsvWriter, "jsonl": JsonlWriter, "parquet": ParquetWriter}


def written(batches: Iterator[list[Row]], writer: Writer) -> Iterator[bytes]:
    """Yield a file in pieces, none of them empty."""
    for rows in batches:
        if piece := writer.write(rows):
            yield piece
    if piece := writer.end():
        yield piece
