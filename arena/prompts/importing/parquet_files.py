"""Read Parquet."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from arena.prompts.importing.cells import COLUMNS, MOST_ROWS, RawFile, RawRow, UnreadableFileError, known_name
from arena.prompts.importing.text_files import check_columns, too_many_rows

# A small file can hold a great deal: what it says it unpacks to is believed before it is unpacked.
MOST_BYTES = 512 * 1024 * 1024


def read_parquet(content: bytes) -> RawFile:
    """Return the rows of a Parquet file, numbered from 1.

    Raises
    ------
    UnreadableFileError
        When it is none, is damaged or encrypted, has no texts, or is too large.
    """
    try:
        return _read(content)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        sentence = _("The file cannot be read as Parquet: %(why)s.")
        raise UnreadableFileError(sentence % {"why": str(error).splitlines()[0][:200]}) from error


def _read(content: bytes) -> RawFile:
    file = pq.ParquetFile(io.BytesIO(content))
    groups = (file.metadata.row_group(index) for index in range(file.metadata.num_row_groups))
    if file.metadata.num_rows > MOST_ROWS:
        raise too_many_rows()
    if sum(group.total_byte_size for group in groups) > MOST_BYTES:
        raise UnreadableFileError(_("The file unpacks to more than 512 MB. Please split it into several."))
    names = file.schema_arrow.names
    columns = [known_name(name) for name in names]
    check_columns(columns)
    wanted = [name for name in names if known_name(name) in COLUMNS]
    rows = [
        RawRow(line, {known_name(name): value for name, value in values.items()})
        for line, values in enumerate(_values(file, wanted), 1)
    ]
    return RawFile(rows, [name for name in columns if name not in COLUMNS])


def _values(file: pq.ParquetFile, columns: list[str]) -> list[dict[str, Any]]:  # Any: as in a RawRow
    rows: list[dict[str, Any]] = file.read(columns=columns).to_pylist()
    return rows
