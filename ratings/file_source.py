"""Columns and rows of CSV, Parquet and JSON Lines files, in batches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from ratings.core.errors import RatingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NAMES = {
    "voter": ("voter", "rater"),
    "context": ("context", "prompt_key"),
    "a": ("a", "model_a"),
    "b": ("b", "model_b"),
    "winner": ("winner",),
}
EXCLUDED = "excluded"
# A long text in a quoted field may hold line ends, which costs speed; only exports have such fields.
LONG_TEXT = "conversation_a"
BLOCK_BYTES = 1 << 24
LINES_AT_ONCE = 20_000


class FileFormatError(RatingsError):
    """A file does not hold votes in a form that can be read; the message says what is missing and where."""


class FileSource:
    """A file whose columns are known and whose rows come in batches."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kind = path.suffix.lower().lstrip(".")
        if self.kind not in {"csv", "parquet", "jsonl"}:
            raise FileFormatError(f"{path.name} is none of .csv, .parquet and .jsonl")
        self.names = self._header()

    def column(self, name: str) -> str:
        """Return what the file calls the column `name` of the plain form."""
        found = self.optional(name)
        if found is None:
            raise FileFormatError(
                f"{self.path.name} has no column {' or '.join(NAMES[name])}; its columns are {', '.join(self.names)}"
            )
        return found

    def optional(self, name: str) -> str | None:
        return next((known for known in NAMES[name] if known in self.names), None)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield the given columns, those of text as they are, and the mark of exclusion where there is one."""
        wanted = [*dict.fromkeys(columns), *([EXCLUDED] if EXCLUDED in self.names else [])]
        try:
            if self.kind == "parquet":
                yield from pa.parquet.ParquetFile(self.path).iter_batches(1 << 18, columns=wanted)
            elif self.kind == "csv":
                yield from self._csv(wanted)
            else:
                yield from self._json_lines(wanted)
        except (pa.ArrowInvalid, pa.ArrowKeyError, json.JSONDecodeError) as error:
            raise FileFormatError(f"{self.path.name} cannot be read: {error}") from error

    def _csv(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        texts = {self.optional(name) for name in NAMES} & set(wanted)
        with pa.csv.open_csv(
            self.path,
            read_options=pa.csv.ReadOptions(block_size=BLOCK_BYTES),
            parse_options=pa.csv.ParseOptions(newlines_in_values=LONG_TEXT in self.names),
            convert_options=pa.csv.ConvertOptions(
                include_columns=wanted,
                column_types={name: pa.dictionary(pa.int32(), pa.string()) for name in texts},
                strings_can_be_null=False,
            ),
        ) as reader:
            yield from reader

    def _json_lines(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        with self.path.open(encoding="utf-8") as lines:
            rows = []
            for line in lines:
                row = json.loads(line)
                rows.append({name: row.get(name) for name in wanted})
                if len(rows) == LINES_AT_ONCE:
                    yield pa.RecordBatch.from_pylist(rows)
                    rows = []
            if rows:
                yield pa.RecordBatch.from_pylist(rows)

    def _header(self) -> list[str]:
        try:
            if self.kind == "parquet":
                return list(pa.parquet.read_schema(self.path).names)
            if self.kind == "csv":
                with pa.csv.open_csv(self.path) as reader:
                    return list(reader.schema.names)
            with self.path.open(encoding="utf-8") as lines:
                return list(json.loads(next(lines, "{}")))
        except (pa.ArrowInvalid, json.JSONDecodeError) as error:
            raise FileFormatError(f"{self.path.name} cannot be read: {error}") from error
