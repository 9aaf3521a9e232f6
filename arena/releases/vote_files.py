"""Files of votes, read a row at a time: CSV, Parquet or JSON lines, plain or inside the archive of an export."""

import csv
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from arena.releases.errors import FileRefusedError
from arena.releases.models import VoteImport

COLUMNS = {
    VoteImport.Form.PLAIN: ("voter", "context", "a", "b", "winner"),
    VoteImport.Form.EXPORT: ("battle", "rater", "kind", "model_a", "model_b", "winner", "excluded"),
}
# What else is taken from an export when it is there.
FURTHER = ("category", "language", "named_a", "named_b", "voted_at")
SUFFIXES = (".csv", ".parquet", ".jsonl", ".zip")
BATCH = 5_000
# Conversations are long cells; the default of Python is 128 KiB.
csv.field_size_limit(1 << 26)
# A line and its values; a text instead says why the line cannot be read.
Line = tuple[int, dict[str, Any] | str]  # Any: what the file holds


@contextmanager
def open_votes(path: Path) -> Iterator[tuple[str, Iterator[Line]]]:
    """Open a file of votes: its form, one of `VoteImport.Form`, and its lines, numbered as an editor does.

    Rows of Parquet count from 1. Memory does not grow with the file.

    Raises
    ------
    FileRefusedError
        When the file as a whole cannot be read; also later, from the lines.
    """
    with _data_file(path) as (file, suffix):
        names, lines = READERS[suffix](file)
        yield _form(names), lines


def _form(names: list[str]) -> str:
    for form, needed in COLUMNS.items():
        if set(needed) <= set(names):
            return form
    missing = [name for name in COLUMNS[VoteImport.Form.PLAIN] if name not in names]
    raise FileRefusedError(
        f"These columns are missing: {', '.join(missing)}. Needed are voter, context, a, b and winner, or the columns "
        "of an export of battles."
    )


@contextmanager
def _data_file(path: Path) -> Iterator[tuple[IO[bytes], str]]:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FileRefusedError(f"The name must end in one of: {', '.join(SUFFIXES)}.")
    if suffix != ".zip":
        with path.open("rb") as file:
            yield file, suffix
        return
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_member(archive)) as file:
            yield file, Path(file.name).suffix
    except zipfile.BadZipFile as error:
        raise FileRefusedError("The archive is damaged. Export or copy it again.") from error


def _member(archive: zipfile.ZipFile) -> str:
    names = [name for name in archive.namelist() if Path(name).stem == "battles" and Path(name).suffix in SUFFIXES[:3]]
    if len(names) != 1:
        raise FileRefusedError("The archive holds no data/battles file: it is no export of battles, one row for each.")
    return names[0]


def _read_csv(file: IO[bytes]) -> tuple[list[str], Iterator[Line]]:
    cells = _csv_cells(file)
    _line, names = next(cells, (1, []))
    names = [name.strip() for name in names]
    return names, ((line, _row(names, row)) for line, row in cells)


def _csv_cells(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of every record with the line on which it begins."""
    reader = csv.reader(_decoded(file))
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise FileRefusedError("The file is not in UTF-8. Save it as “CSV UTF-8” and try again.") from error
    except csv.Error as error:
        raise FileRefusedError(f"Line {line} cannot be read as CSV: {error}.") from error


def _decoded(file: IO[bytes]) -> Iterator[str]:
    """Yield the lines as text; a mark of the byte order that some programs put in front is no part of it."""
    for number, raw in enumerate(file):
        yield raw.decode("utf-8-sig" if number == 0 else "utf-8")


def _row(names: list[str], cells: list[str]) -> dict[str, Any] | str:
    if len(cells) != len(names):
        return f"It has {len(cells)} values; the first line names {len(names)}."
    return dict(zip(names, cells, strict=True))


def _read_json_lines(file: IO[bytes]) -> tuple[list[str], Iterator[Line]]:
    lines = enumerate(file, start=1)
    number, first = next(lines, (1, b"{}"))
    row = _json_row(first)
    if isinstance(row, str):
        raise FileRefusedError(f"Line 1: {row}")
    return list(row), _json_lines(number, row, lines)


def _json_lines(number: int, first: dict[str, Any], rest: Iterator[tuple[int, bytes]]) -> Iterator[Line]:
    if first:
        yield number, first
    for line, raw in rest:
        if raw.strip():
            yield line, _json_row(raw)


def _json_row(raw: bytes) -> dict[str, Any] | str:
    try:
        row = json.loads(raw)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        return "It is not JSON in UTF-8."
    return row if isinstance(row, dict) else "It is not a JSON object."


def _read_parquet(file: IO[bytes]) -> tuple[list[str], Iterator[Line]]:
    try:
        table = pq.ParquetFile(file)
    except (pa.ArrowException, OSError) as error:
        raise FileRefusedError("The file is damaged or not Parquet.") from error
    names = table.schema_arrow.names
    wanted = {name for columns in COLUMNS.values() for name in columns} | set(FURTHER)
    return names, _parquet_lines(table, [name for name in names if name in wanted])


def _parquet_lines(table: pq.ParquetFile, columns: list[str]) -> Iterator[Line]:
    line = 0
    try:
        for batch in table.iter_batches(batch_size=BATCH, columns=columns):
            for row in batch.to_pylist():
                line += 1
                yield line, row
    except (pa.ArrowException, OSError) as error:
        raise FileRefusedError(f"The file is damaged after row {line}.") from error


READERS = {".csv": _read_csv, ".jsonl": _read_json_lines, ".parquet": _read_parquet}
