"""The database gathers the next batch of votes while the one before is being written."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from arena.releases.row_query import read_votes

Told = list[dict[str, Any]]  # Any: what the query gathered, by name


def votes_ahead(batches: Iterable[Sequence[int]]) -> Generator[Told, None, None]:
    """Yield what belongs to the votes of each batch, in order, while a thread reads the next one.

    At most two batches are held. The thread reads over the caller's own connection, which lets one query through at a
    time, so that it sees what the caller sees and leaves no connection behind. What goes wrong there is raised here.
    Close the generator to end the thread; that waits for the query that is under way.
    """
    with _lent_connection() as lent, ThreadPoolExecutor(max_workers=1, thread_name_prefix="export") as thread:
        before: Future[Told] | None = None
        for votes in batches:
            coming = thread.submit(read_votes, votes, lent)
            if before is not None:
                yield before.result()
            before = coming
        if before is not None:
            yield before.result()


@contextmanager
def _lent_connection() -> Iterator[BaseDatabaseWrapper]:
    """Let another thread use this one's connection."""
    lent = connections[DEFAULT_DB_ALIAS]
    lent.inc_thread_sharing()
    try:
        yield lent
    finally:
        lent.dec_thread_sharing()
