"""Read CSV and JSONL. A broken line is a broken row; the rest of the file is read all the same."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.prompts.importing.cells import COLUMNS, MOST_ROWS, RawFile, RawRow, UnreadableFileError, known_name


class CsvReader(Protocol):
    """The part of the csv module's readers that is used here."""

    line_num: int

    def __next__(self) -> list[str]:
        """Return the cells of the next record."""


BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
SEPARATORS = (",", ";", "\t")
LONGEST_CELL = 1_000_000


def read_csv(content: bytes) -> RawFile:
    """Return the rows of a CSV file with a header; the separator is a comma, a semicolon or a tab.

    Raises
    ------
    UnreadableFileError
        When there is no header, no column with texts, or too many rows.
    """
    text = decoded(content)
    header_line = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=header_line.count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        columns = [known_name(name) for name in next(reader)]
    except (StopIteration, csv.Error) as error:
        raise UnreadableFileError(_("The file is empty. Its first line has to name the columns.")) from error
    check_columns(columns)
    rows = _few_enough(_csv_rows(reader, columns))
    return RawFile(rows, [name for name in columns if name not in COLUMNS])


def _csv_rows(reader: CsvReader, columns: list[str]) -> Iterator[RawRow]:
    line = reader.line_num + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RawRow(line, problem=_("This line is no CSV: %(why)s.") % {"why": error})
        else:
            if any(cell.strip() for cell in cells):
                yield _csv_row(line, cells, columns)
        line = reader.line_num + 1


def _csv_row(line: int, cells: list[str], columns: list[str]) -> RawRow:
    if len(cells) != len(columns):
        sentence = ngettext(
            "This line has %(cells)d cell where the header has %(columns)d.",
            "This line has %(cells)d cells where the header has %(columns)d.",
            len(cells),
        )
        return RawRow(line, problem=sentence % {"cells": len(cells), "columns": len(columns)})
    return _with_encoding_checked(RawRow(line, dict(zip(columns, cells, strict=True))))


def read_jsonl(content: bytes) -> RawFile:
    """Return the rows of a file with one JSON object on each line.

    Raises
    ------
    UnreadableFileError
        When no line is such an object, none has a text, or there are too many.
    """
    lines = decoded(content).split("\n")
    rows = _few_enough(_json_row(number, line) for number, line in enumerate(lines, 1) if line.strip())
    columns = {name for row in rows for name in row.values}
    if not columns:
        raise UnreadableFileError(_('No line of the file is a JSON object, such as {"text": "Why is the sky blue?"}.'))
    check_columns(sorted(columns))
    return RawFile(rows, sorted(columns - set(COLUMNS)))


def _json_row(number: int, line: str) -> RawRow:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        return RawRow(number, problem=_("This line is no JSON: %(why)s.") % {"why": error})
    if not isinstance(values, dict):
        return RawRow(number, problem=_("This line is JSON, but no object with names and values."))
    return _with_encoding_checked(RawRow(number, {known_name(str(name)): value for name, value in values.items()}))


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 with a mark; bytes that are neither become lone surrogates."""
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="surrogateescape" if encoding == "utf-8" else "replace")
    return content.decode("utf-8", errors="surrogateescape")


def check_columns(columns: list[str]) -> None:
    """See that there are texts, and each column once.

    Raises
    ------
    UnreadableFileError
        When not; the message names the columns that were found.
    """
    shown = ", ".join(f"“{name}”" for name in columns[:20])
    if "text" not in columns:
        sentence = _("There is no column “text” (or “prompt”). The columns of this file are: %(columns)s.")
        raise UnreadableFileError(sentence % {"columns": shown})
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise UnreadableFileError(_("The column “%(name)s” is there more than once.") % {"name": twice[0]})


def _few_enough(rows: Iterator[RawRow]) -> list[RawRow]:
    kept: list[RawRow] = []
    for row in rows:
        if len(kept) == MOST_ROWS:
            raise too_many_rows()
        kept.append(row)
    return kept


def too_many_rows() -> UnreadableFileError:
    """Return what is said of a file with more rows than one import takes."""
    sentence = _("The file has more than %(most)d rows. Please split it into several.")
    return UnreadableFileError(sentence % {"most": MOST_ROWS})


def _with_encoding_checked(row: RawRow) -> RawRow:
    broken = [str(name) for name, value in row.values.items() if isinstance(value, str) and not _is_text(value)]
    if not broken:
        return row
    sentence = _("“%(column)s” is not in UTF-8. Please save the file as UTF-8 and upload it again.")
    return RawRow(row.line, problem=sentence % {"column": broken[0]})


def _is_text(value: str) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in value)
