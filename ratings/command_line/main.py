"""The door of the console script."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from ratings.command_line import finding_output
from ratings.command_line.arguments import make_parser, read_method
from ratings.command_line.findings import Finding, find_criteria, find_differences, find_orders, find_range
from ratings.command_line.output import RENDERERS
from ratings.command_line.rating import Ballots, ClusterOption, Method, RatedTable, rate_ballots
from ratings.core.errors import MissingColumnError, RatingsError
from ratings.core.pairs import count_pairs
from ratings.files import FileVotes, count_votes, read_votes

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

FAILED = 2
SECONDS_BETWEEN_REPORTS = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script and return its exit status: 0, or 2 with a sentence on standard error."""
    options = make_parser().parse_args(arguments)
    try:
        text = _rate(options)
        if options.output is None:
            sys.stdout.write(text)
        else:
            options.output.write_text(text, encoding="utf-8")
    except (RatingsError, OSError) as error:
        sys.stderr.write(f"parallax: {error}\n")
        return FAILED
    return 0


def _rate(options: argparse.Namespace) -> str:
    progress = _Progress()
    if options.show != "ratings":
        return _show(options, progress)
    tables: list[tuple[str | None, RatedTable]]
    if _counts_suffice(options):
        counted = count_votes(options.file, on_rows=progress)
        ballots = Ballots(counted.pairs, None, counted.both_bad, counted.judged, counted.rows, counted.excluded)
        method = read_method(vars(options), cluster="none")
        progress.say(f"{counted.rows:,} votes read; fitting")
        tables = [(None, rate_ballots(ballots, method))]
    else:
        votes = _read(options, progress)
        method = _method(options, votes)
        tables = _tables(votes, options.by, method)
    progress.end()
    return RENDERERS[options.format](tables, method, options.by)


def _show(options: argparse.Namespace, progress: _Progress) -> str:
    votes = _read(options, progress)
    method = _method(options, votes)
    finding = _find(options, votes, method)
    progress.end()
    return finding_output.RENDERERS[options.format](finding, method)


def _find(options: argparse.Namespace, votes: FileVotes, method: Method) -> Finding:
    if options.show == "orders":
        return find_orders(_ballots(votes), method)
    if options.show == "range":
        return find_range(_ballots(votes), votes.comparisons, method)
    if votes.group is None:
        raise MissingColumnError(f"Name the column for --show {options.show} with --by")
    find = find_differences if options.show == "differences" else find_criteria
    return find(votes.comparisons, votes.group, votes.group_names, method)


def _method(options: argparse.Namespace, votes: FileVotes) -> Method:
    usual: ClusterOption = "none" if votes.comparisons.rater is None else "voter"
    return read_method(vars(options), cluster=options.cluster or usual)


def _read(options: argparse.Namespace, progress: _Progress) -> FileVotes:
    votes = read_votes(
        options.file, covariates=options.covariates, group=options.by, weight=options.weight, on_rows=progress
    )
    progress.say(f"{votes.rows:,} votes read; fitting")
    return votes


def _counts_suffice(options: argparse.Namespace) -> bool:
    """Say whether pairs are all that is needed, so that a file of any length can be read in constant memory."""
    plain = options.ties == "half" and not options.covariates and not options.side
    return bool(options.cluster == "none" and plain and options.by is None and options.weight is None)


def _tables(votes: FileVotes, by: str | None, method: Method) -> list[tuple[str | None, RatedTable]]:
    if by is None or votes.group is None:
        return [(None, rate_ballots(_ballots(votes), method))]
    named = sorted(range(len(votes.group_names)), key=lambda number: votes.group_names[number])
    return [(votes.group_names[number], rate_ballots(_part(votes, number), method)) for number in named]


def _ballots(votes: FileVotes) -> Ballots:
    return Ballots(
        count_pairs(votes.comparisons),
        votes.comparisons,
        votes.both_bad,
        votes.judged,
        votes.rows,
        votes.excluded,
    )


def _part(votes: FileVotes, number: int) -> Ballots:
    assert votes.group is not None  # noqa: S101  checked by the caller; tells the type checker
    return _ballots(votes.only(number))


class _Progress:
    """How far reading is, on standard error, once a second and only when it takes that long."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._shown = False

    def __call__(self, rows: int) -> None:
        if time.monotonic() - self._last >= SECONDS_BETWEEN_REPORTS:
            self.say(f"{rows:,} votes")
            self._last = time.monotonic()
            self._shown = True

    def say(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r{text:40s}")
            sys.stderr.flush()

    def end(self) -> None:
        if self._shown:
            sys.stderr.write("\n")
