"""Imported votes in the plain form: voter, context, a, b, winner."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from arena.battles.models import Vote
from arena.releases.models import ImportedVote, VoteImport
from arena.releases.vote_files import COLUMNS

BATCH = 2_000
WINNERS = {Vote.Winner.MODEL_A: "a", Vote.Winner.MODEL_B: "b", Vote.Winner.TIE: "tie", Vote.Winner.BOTH_BAD: "both_bad"}


def plain_votes(vote_import: VoteImport) -> Iterator[bytes]:
    """Yield the votes of an import as CSV, a batch at a time, in the order of its file.

    Importing them elsewhere gives the same board. What is not one of the five columns is left out.
    """
    columns = COLUMNS[VoteImport.Form.PLAIN]
    yield _csv([columns])
    votes = ImportedVote.objects.filter(vote_import=vote_import).order_by("line").values_list(*columns)
    rows = votes.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield _csv([(*texts, WINNERS[Vote.Winner(winner)]) for *texts, winner in batch])


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
