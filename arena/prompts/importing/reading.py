"""Read a file of prompts, of any form."""

from collections.abc import Callable, Mapping
from pathlib import PurePath

from django.utils.translation import gettext as _

from arena.prompts.importing.cells import RawFile, UnreadableFileError
from arena.prompts.importing.parquet_files import read_parquet
from arena.prompts.importing.text_files import read_csv, read_jsonl
from arena.prompts.models import PromptImport

READERS: Mapping[str, Callable[[bytes], RawFile]] = {
    PromptImport.Format.CSV: read_csv,
    PromptImport.Format.JSONL: read_jsonl,
    PromptImport.Format.PARQUET: read_parquet,
}
ENDINGS = {
    ".csv": PromptImport.Format.CSV,
    ".tsv": PromptImport.Format.CSV,
    ".jsonl": PromptImport.Format.JSONL,
    ".ndjson": PromptImport.Format.JSONL,
    ".parquet": PromptImport.Format.PARQUET,
}


def format_of(file_name: str) -> str:
    """Return the form of a file by its ending.

    Raises
    ------
    UnreadableFileError
        When the ending is none of those that are read.
    """
    ending = PurePath(file_name).suffix.lower()
    if ending not in ENDINGS:
        raise UnreadableFileError(_("The name of the file has to end in .csv, .jsonl or .parquet."))
    return ENDINGS[ending]


def read_file(content: bytes, file_format: str) -> RawFile:
    """Return all rows of a file.

    Raises
    ------
    UnreadableFileError
        When the file as a whole cannot be read, or has no rows.
    """
    raw = READERS[file_format](content)
    if not raw.rows:
        raise UnreadableFileError(_("The file names its columns, and has no rows."))
    return raw
