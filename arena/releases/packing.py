"""A folder as one zip file, begun while the largest of its files is still being written."""

import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import IO

BLOCK = 1 << 20
# Archives carry times; a fixed one lets the same files have the same bytes.
ARCHIVE_TIME = (1980, 1, 1, 0, 0, 0)
# Quick: the data is read once or twice, and Parquet is compressed already.
DEFLATE_LEVEL = 1
# How long to wait for more of a file that has no more yet.
MORE_SECONDS = 0.05


@contextmanager
def packed(folder: Path, archive: Path, data: str) -> Iterator[None]:
    """Write the files of `folder` into the zip file `archive`, which is whole when the `with` block has been left.

    The file named `data` may grow until then, by appending only: a thread packs what is there. An error in the block
    leaves no archive. The same files give the same bytes.
    """
    complete, given_up = Event(), Event()
    with ThreadPoolExecutor(1, "packing") as executor:
        packing = executor.submit(_pack, folder, archive, data, complete, given_up)
        try:
            try:
                yield
            except BaseException:
                given_up.set()
                raise
            finally:
                complete.set()
            packing.result()
        except BaseException:
            executor.shutdown()
            archive.unlink(missing_ok=True)
            raise


def _pack(folder: Path, archive: Path, data: str, complete: Event, given_up: Event) -> None:
    with zipfile.ZipFile(archive, "w") as target:
        with target.open(_entry(folder, folder / data), "w", force_zip64=True) as entry:
            _follow(folder / data, entry, complete)
        if not given_up.is_set():
            for path in sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / data):
                target.writestr(_entry(folder, path), path.read_bytes())


def _entry(folder: Path, path: Path) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), ARCHIVE_TIME)
    entry.compress_type = zipfile.ZIP_STORED if path.suffix == ".parquet" else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry._compresslevel = DEFLATE_LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 - public from Python 3.13 on only
    return entry


def _follow(path: Path, entry: IO[bytes], complete: Event) -> None:
    """Copy a file until there is no more of it once it is complete."""
    while not path.exists() and not complete.wait(MORE_SECONDS):
        pass
    if not path.exists():
        return
    with path.open("rb") as source:
        last = False
        while True:
            while block := source.read(BLOCK):
                entry.write(block)
            if last:
                return
            last = complete.wait(MORE_SECONDS)
