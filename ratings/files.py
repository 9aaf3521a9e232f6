"""Comparisons from files: CSV, Parquet and JSON Lines, read in batches.

The plain form has the columns ``voter,context,a,b,winner``, where the winner is a, b, tie or both_bad. The exports of
the arena are read as they are: ``rater``, ``prompt_key``, ``model_a``, ``model_b``, with the winners model_a and
model_b, and without the votes that they mark as excluded. Other columns are covariates, groups or weights where they
are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ratings.core.comparisons import LOSS, TIE, WIN, Comparisons
from ratings.core.compiled_counts import count_cells
from ratings.core.pairs import OUTCOMES, PairCounts, from_cells
from ratings.file_source import EXCLUDED, FileFormatError, FileSource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ratings.core.arrays import BoolArray, FloatArray, IntArray

Column = Any  # an array of pyarrow, which has no types, or of whatever number a column holds
BOTH_BAD = -1.0
OUTCOMES_OF = {
    "a": WIN,
    "model_a": WIN,
    "b": LOSS,
    "model_b": LOSS,
    "tie": TIE,
    "both_bad": BOTH_BAD,
    "tie (bothbad)": BOTH_BAD,
}
ROWS_NAMED = 5


@dataclass(frozen=True, eq=False, slots=True)
class FileVotes:
    """Votes of a file.

    Attributes
    ----------
    comparisons : decided votes and ties, competitors in alphabetical order.
    bad_a, bad_b : (k,) competitors of the votes that found both bad.
    rows : votes read; excluded ones are not among them.
    excluded : rows that the file marks as excluded.
    group, bad_group : (n,) and (k,) which group each of these belongs to, or None.
    group_names : in the order of the numbers in `group`.
    """

    comparisons: Comparisons
    bad_a: IntArray
    bad_b: IntArray
    rows: int
    excluded: int
    group: IntArray | None
    bad_group: IntArray | None
    group_names: tuple[str, ...]

    @property
    def both_bad(self) -> IntArray:
        """Both-bad votes per pair, (m, m) and symmetric."""
        size = len(self.comparisons.competitors)
        bad = np.zeros((size, size), dtype=np.intp)
        np.add.at(bad, (self.bad_a, self.bad_b), 1)
        return bad + bad.T

    @property
    def judged(self) -> IntArray:
        """Votes of any kind that each competitor took part in, (m,)."""
        sides = (self.comparisons.a, self.comparisons.b, self.bad_a, self.bad_b)
        return np.bincount(np.concatenate(sides), minlength=len(self.comparisons.competitors)).astype(np.intp)

    def only(self, number: int) -> FileVotes:
        """Return the votes of one group, with the models that it met."""
        if self.group is None or self.bad_group is None:
            raise ValueError("These votes were read without groups")
        rows, bad = self.group == number, self.bad_group == number
        chosen = self.comparisons.select(rows)
        met = np.unique(np.concatenate([chosen.a, chosen.b, self.bad_a[bad], self.bad_b[bad]]))
        place = np.zeros(len(self.comparisons.competitors), dtype=np.intp)
        place[met] = np.arange(len(met))
        return FileVotes(
            comparisons=chosen.among(met),
            bad_a=place[self.bad_a[bad]],
            bad_b=place[self.bad_b[bad]],
            rows=int(rows.sum() + bad.sum()),
            excluded=self.excluded,
            group=None,
            bad_group=None,
            group_names=(),
        )


@dataclass(frozen=True, eq=False, slots=True)
class FileCounts:
    """What is left of a file of any length when nothing but pairs matters; fields as in `FileVotes`."""

    pairs: PairCounts
    both_bad: IntArray
    judged: IntArray
    rows: int
    excluded: int


def read_votes(
    path: Path,
    *,
    covariates: Sequence[str] = (),
    group: str | None = None,
    weight: str | None = None,
    on_rows: Callable[[int], None] = lambda _rows: None,
) -> FileVotes:
    """Read every vote; memory grows with their number, by about 30 bytes for each.

    A covariate ``x`` is the column of that name, side A minus side B, or else ``x_a`` minus ``x_b``.

    Parameters
    ----------
    group : a column whose values become `FileVotes.group`.
    weight : a column of weights.
    on_rows : told how many rows have been read, now and then.

    Raises
    ------
    FileFormatError
        When a column is missing or a row holds something else than a vote, naming columns or rows.
    OSError
        When the file cannot be read.
    """
    source = FileSource(path)
    reader = _Reader(source, covariates, group, weight)
    for batch in source.batches(reader.columns):
        reader.add(batch)
        on_rows(reader.rows)
    return reader.votes()


def count_votes(path: Path, *, on_rows: Callable[[int], None] = lambda _rows: None) -> FileCounts:
    """Sum the votes of a file into pairs while it is read; memory does not grow with their number.

    Raises
    ------
    FileFormatError, OSError
        As `read_votes`.
    """
    source = FileSource(path)
    tally = _Tally()
    for batch in source.batches([source.column(name) for name in ("a", "b", "winner")]):
        tally.add(batch, source)
        on_rows(tally.rows)
    return tally.counts()


class _Labels:
    """Numbers for labels, in the order in which they first appear."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def encode(self, column: Column) -> IntArray:
        """Return the number of each label; -1 where there is none."""
        if not pa.types.is_dictionary(column.type):
            column = column.cast(pa.string()).dictionary_encode()
        seen = [
            -1 if label is None or label == "" else self.numbers.setdefault(label, len(self.numbers))
            for label in (None if value is None else str(value) for value in column.dictionary.to_pylist())
        ]
        known = np.array([*seen, -1], dtype=np.intp)  # the last stands for null
        indices = column.indices.fill_null(len(seen)).to_numpy(zero_copy_only=False)
        return np.asarray(known[indices.astype(np.intp)], dtype=np.intp)


class _Votes:
    """Sides and outcomes of one batch after another, with the number of rows so far."""

    def __init__(self) -> None:
        self.competitors = _Labels()
        self.rows = 0
        self.excluded = 0

    def decode(
        self, batch: pa.RecordBatch, source: FileSource
    ) -> tuple[pa.RecordBatch, IntArray, IntArray, FloatArray]:
        """Return the batch without excluded rows, with both sides and outcomes of the rest."""
        before = self.rows + self.excluded
        if EXCLUDED in batch.schema.names:
            kept = ~batch.column(EXCLUDED).cast(pa.bool_()).fill_null(False).to_numpy(zero_copy_only=False)
            self.excluded += int((~kept).sum())
            batch = batch.filter(pa.array(kept))
        a, b = (self.competitors.encode(batch.column(source.column(side))) for side in ("a", "b"))
        winners = _Labels()
        number = winners.encode(batch.column(source.column("winner")))
        outcome = np.array([OUTCOMES_OF.get(label.strip().lower(), np.nan) for label in winners.numbers] + [np.nan])[
            number
        ]
        _refuse(before, "winner is none of a, b, tie and both_bad", np.isnan(outcome))
        _refuse(before, "a model has no name", (a < 0) | (b < 0))
        _refuse(before, "a model meets itself", a == b)
        self.rows += len(a)
        return batch, a, b, outcome


class _Tally(_Votes):
    """Counts that grow with the models, not with the votes."""

    def __init__(self) -> None:
        super().__init__()
        self._cells = np.zeros((0, 0, OUTCOMES + 1))

    def add(self, batch: pa.RecordBatch, source: FileSource) -> None:
        _, a, b, outcome = self.decode(batch, source)
        self._grow(len(self.competitors.numbers))
        decided = outcome != BOTH_BAD
        cells = np.zeros((*self._cells.shape[:2], OUTCOMES))
        count_cells(a[decided], b[decided], outcome[decided], np.ones(1), cells)
        self._cells[:, :, :OUTCOMES] += cells
        low, high = np.minimum(a, b)[~decided], np.maximum(a, b)[~decided]
        np.add.at(self._cells, (low, high, OUTCOMES), 1)

    def counts(self) -> FileCounts:
        order, names = _alphabetical(self.competitors)
        cells = np.zeros_like(self._cells)
        low, high = np.nonzero(self._cells.sum(axis=2))
        here, there = order[low], order[high]
        turned = here > there
        values = self._cells[low, high]
        values[turned, :OUTCOMES] = values[turned, OUTCOMES - 1 :: -1]
        cells[np.minimum(here, there), np.maximum(here, there)] = values
        bad = cells[:, :, OUTCOMES] + cells[:, :, OUTCOMES].T
        met = cells.sum(axis=2)
        return FileCounts(
            pairs=from_cells(names, np.ascontiguousarray(cells[:, :, :OUTCOMES])),
            both_bad=bad.astype(np.intp),
            judged=(met.sum(axis=0) + met.sum(axis=1)).astype(np.intp),
            rows=self.rows,
            excluded=self.excluded,
        )

    def _grow(self, size: int) -> None:
        old = len(self._cells)
        if size > old:
            cells = np.zeros((size, size, OUTCOMES + 1))
            cells[:old, :old] = self._cells
            self._cells = cells


class _Reader(_Votes):
    """All columns that are asked for, batch after batch."""

    def __init__(self, source: FileSource, covariates: Sequence[str], group: str | None, weight: str | None) -> None:
        super().__init__()
        self._source = source
        self._covariates, self._parts = tuple(covariates), [_covariate_columns(source, name) for name in covariates]
        for name in (group, weight):
            if name is not None and name not in source.names:
                raise FileFormatError(f"{source.path.name} has no column {name}")
        self._names = {"voter": source.optional("voter"), "context": source.optional("context"), "group": group}
        self._labels = {name: _Labels() for name in self._names}
        self._weight = weight
        self._kept: dict[str, list[Any]] = {}

    @property
    def columns(self) -> list[str]:
        named = [self._source.column(name) for name in ("a", "b", "winner")]
        named += [name for name in self._names.values() if name is not None]
        named += [name for parts in self._parts for name in parts]
        return named + ([self._weight] if self._weight else [])

    def add(self, batch: pa.RecordBatch) -> None:
        before = self.rows + self.excluded
        batch, a, b, outcome = self.decode(batch, self._source)
        kept: dict[str, Any] = {"a": a.astype(np.int32), "b": b.astype(np.int32), "outcome": outcome.astype(np.float32)}
        for name, column in self._names.items():
            if column is not None:
                kept[name] = self._labels[name].encode(batch.column(column)).astype(np.int32)
        if self._names["voter"]:
            _refuse(before, "a vote has no voter", kept["voter"] < 0)
        if self._parts:
            kept["covariates"] = np.stack([_difference(batch, parts, before) for parts in self._parts], axis=1)
        if self._weight:
            kept["weight"] = _numbers(batch, self._weight, before)
        for name, values in kept.items():
            self._kept.setdefault(name, []).append(values)

    def votes(self) -> FileVotes:
        order, names = _alphabetical(self.competitors)
        columns = {name: np.concatenate(parts) for name, parts in self._kept.items()}
        if not columns:
            columns = {"a": np.zeros(0, int), "b": np.zeros(0, int), "outcome": np.zeros(0)}
        a, b = order[columns["a"]], order[columns["b"]]
        decided = columns["outcome"] != BOTH_BAD

        def column(name: str) -> Column | None:
            return columns[name][decided] if name in columns else None

        context = column("context")
        comparisons = Comparisons(
            competitors=names,
            a=a[decided],
            b=b[decided],
            outcome=columns["outcome"][decided],
            weight=column("weight"),
            rater=column("voter"),
            prompt=None if context is None else _alone_where_unknown(context),
            covariates=column("covariates"),
            covariate_names=self._covariates if self._parts else (),
        )
        group = columns.get("group")
        return FileVotes(
            comparisons=comparisons,
            bad_a=a[~decided],
            bad_b=b[~decided],
            rows=self.rows,
            excluded=self.excluded,
            group=None if group is None else group[decided].astype(np.intp),
            bad_group=None if group is None else group[~decided].astype(np.intp),
            group_names=tuple(self._labels["group"].numbers),
        )


def _alphabetical(labels: _Labels) -> tuple[IntArray, tuple[str, ...]]:
    """Return each label's place in alphabetical order, and the labels in it."""
    names = tuple(sorted(labels.numbers))
    order = np.zeros(len(names), dtype=np.intp)
    for place, name in enumerate(names):
        order[labels.numbers[name]] = place
    return order, names


def _covariate_columns(source: FileSource, name: str) -> tuple[str, ...]:
    if name in source.names:
        return (name,)
    if {f"{name}_a", f"{name}_b"} <= set(source.names):
        return (f"{name}_a", f"{name}_b")
    raise FileFormatError(f"{source.path.name} has neither a column {name} nor columns {name}_a and {name}_b")


def _difference(batch: pa.RecordBatch, columns: tuple[str, ...], before: int) -> FloatArray:
    values = _numbers(batch, columns[0], before)
    for other in columns[1:]:
        values = values - _numbers(batch, other, before)
    return values


def _numbers(batch: pa.RecordBatch, name: str, before: int) -> FloatArray:
    try:
        values: FloatArray = batch.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid as error:
        raise FileFormatError(f"{name} holds something else than numbers: {error}") from error
    _refuse(before, f"{name} is not a number", ~np.isfinite(values))
    return values


def _alone_where_unknown(context: IntArray) -> IntArray:
    """Give each row without a context, as where a rater wrote the prompt, one of its own."""
    unknown = context < 0
    numbers = context.astype(np.intp)
    numbers[unknown] = numbers.max(initial=-1) + 1 + np.arange(int(unknown.sum()))
    return numbers


def _refuse(before: int, reason: str, offending: BoolArray) -> None:
    rows = before + 1 + np.flatnonzero(offending)
    if len(rows):
        more = " and more" if len(rows) > ROWS_NAMED else ""
        raise FileFormatError(f"{reason} (row {', '.join(str(row) for row in rows[:ROWS_NAMED])}{more})")
