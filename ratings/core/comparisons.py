"""The one input of every estimator: who met whom, and how it ended."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ratings.core.arrays import BoolArray, FloatArray, IntArray, frozen
from ratings.core.compiled_counts import count_faults
from ratings.core.errors import InvalidComparisonsError

if TYPE_CHECKING:
    from collections.abc import Container, Hashable, Iterable, Sequence

    from numpy.typing import ArrayLike

WIN, TIE, LOSS = 1.0, 0.5, 0.0


@dataclass(frozen=True, eq=False, slots=True)
class Comparisons:
    """Checked comparisons; every row names two different known competitors.

    Arrays are copied, so that nobody can change them afterwards; those that are read-only already, and of the right
    type, are kept as they are. Rows stay in the order given: a seeded bootstrap of the same rows in another order draws
    other weights, so sources keep a stable order.

    Parameters
    ----------
    competitors : labels, unique; the arrays index into them. Competitors without any row are allowed.
    a, b : (n,) index of the competitor on each side.
    outcome : (n,) 1 when `a` won, 1/2 for a tie, 0 when `b` won. "Both bad" is none of these and does not belong here.
    weight : (n,) finite and not negative; 1 when left out.
    rater : (n,) index of who judged, from 0, or None when unknown.
    prompt : (n,) index of what was asked, from 0, or None when unknown.
    covariates : (n, k) side-A minus side-B features, or None.
    covariate_names : k names, in the order of the columns.
    time : (n,) seconds since any fixed moment, or None.

    Raises
    ------
    InvalidComparisonsError
        Naming the rows, when any of the above does not hold.
    """

    competitors: tuple[str, ...]
    a: IntArray
    b: IntArray
    outcome: FloatArray
    weight: FloatArray | None = None
    rater: IntArray | None = None
    prompt: IntArray | None = None
    covariates: FloatArray | None = None
    covariate_names: tuple[str, ...] = ()
    time: FloatArray | None = None

    def __post_init__(self) -> None:
        _refuse_repeated_labels(self.competitors)
        self._keep("competitors", tuple(self.competitors))
        self._keep("a", _indices("a", self.a))
        self._keep("b", _indices("b", self.b))
        self._keep("outcome", _floats(self.outcome))
        # One number that is seen as many: it takes no room, and equals an array of ones in every other respect.
        self._keep("weight", np.broadcast_to(1.0, len(self.a)) if self.weight is None else _floats(self.weight))
        for name in ("rater", "prompt"):
            column = getattr(self, name)
            self._keep(name, None if column is None else _indices(name, column))
        for name in ("covariates", "time"):
            column = getattr(self, name)
            self._keep(name, None if column is None else _floats(column))
        self._check_shapes()
        self._check_rows()

    @classmethod
    def from_labels(  # noqa: PLR0913  one argument per column of a vote table
        cls,
        a: Sequence[str],
        b: Sequence[str],
        outcome: ArrayLike,
        *,
        competitors: Sequence[str] | None = None,
        weight: ArrayLike | None = None,
        rater: Sequence[Hashable] | None = None,
        prompt: Sequence[Hashable] | None = None,
    ) -> Comparisons:
        """Build comparisons from columns of labels.

        Competitors are sorted when they are not given, so that the order of the rows does not matter to their order;
        raters and prompts are numbered as they first appear.

        Raises
        ------
        InvalidComparisonsError
            Naming the rows, when a label is not among `competitors` or a row is not a comparison.
        """
        known = tuple(sorted({*a, *b}) if competitors is None else competitors)
        index = {label: position for position, label in enumerate(known)}
        return cls(
            competitors=known,
            a=_look_up("a", a, index),
            b=_look_up("b", b, index),
            outcome=np.asarray(outcome, dtype=np.float64),
            weight=None if weight is None else np.asarray(weight, dtype=np.float64),
            rater=None if rater is None else _number(rater),
            prompt=None if prompt is None else _number(prompt),
        )

    def __len__(self) -> int:
        return len(self.a)

    @property
    def weights(self) -> FloatArray:
        """The weight of each row, (n,); never None, unlike the constructor's argument."""
        assert self.weight is not None  # noqa: S101  set in __post_init__; tells the type checker
        return self.weight

    @property
    def unweighted(self) -> bool:
        """Whether no weights were given, so that every row counts 1."""
        return self.weights.strides == (0,)

    def select(self, rows: BoolArray | IntArray) -> Comparisons:
        """Return the given rows, with all competitors kept."""
        columns: dict[str, Any] = {
            name: None if column is None else column[rows]
            for name in ("a", "b", "outcome", "weight", "rater", "prompt", "covariates", "time")
            for column in (None if name == "weight" and self.unweighted else getattr(self, name),)
        }
        return Comparisons(competitors=self.competitors, covariate_names=self.covariate_names, **columns)

    def among(self, members: Sequence[int] | IntArray) -> Comparisons:
        """Return the rows between `members`, whose competitors are exactly these, in this order."""
        chosen = np.asarray(members, dtype=np.intp)
        if np.array_equal(chosen, np.arange(len(self.competitors))):
            return self
        position = np.full(len(self.competitors), -1, dtype=np.intp)
        position[chosen] = np.arange(len(chosen))
        inside = self.select((position[self.a] >= 0) & (position[self.b] >= 0))
        columns: dict[str, Any] = {field.name: getattr(inside, field.name) for field in fields(inside)}
        columns["weight"] = None if inside.unweighted else inside.weight
        columns |= {"a": position[inside.a], "b": position[inside.b]}
        columns["competitors"] = tuple(self.competitors[member] for member in chosen)
        return Comparisons(**columns)

    def with_covariates(self, chosen: Container[str]) -> Comparisons:
        """Return the same rows with only the covariates of these names, in the order that they have; None if none."""
        kept = [place for place, name in enumerate(self.covariate_names) if name in chosen]
        return replace(
            self,
            covariates=None if self.covariates is None or not kept else self.covariates[:, kept],
            covariate_names=tuple(self.covariate_names[place] for place in kept),
        )

    def sha256(self) -> str:
        """Return a digest of every label and number, in row order; equal input gives an equal digest anywhere."""
        digest = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            digest.update(field.name.encode())
            digest.update(_canonical_bytes(value))
        return digest.hexdigest()

    def _keep(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check_shapes(self) -> None:
        rows = len(self.a)
        for name in ("a", "b", "outcome", "weight", "rater", "prompt", "time"):
            column = getattr(self, name)
            if column is not None and column.shape != (rows,):
                raise InvalidComparisonsError(f"{name} has shape {column.shape}, where ({rows},) is needed")
        width = len(self.covariate_names)
        if self.covariates is not None and self.covariates.shape != (rows, width):
            raise InvalidComparisonsError(f"covariates have shape {self.covariates.shape}, not {(rows, width)}")

    def _check_rows(self) -> None:
        known = len(self.competitors)
        if count_faults(self.a, self.b, self.outcome, known):
            self._name_faults(known)
        if not self.unweighted:
            _refuse("weight is negative or not a number", ~(np.isfinite(self.weights) & (self.weights >= 0)))
        for name in ("rater", "prompt"):
            column = getattr(self, name)
            if column is not None:
                _refuse(f"{name} index is negative", column < 0)
        if self.covariates is not None:
            finite = np.isfinite(self.covariates)
            if not finite.all():
                _refuse("covariate is not a number", ~finite.all(axis=1))
        if self.time is not None:
            _refuse("time is not a number", ~np.isfinite(self.time))

    def _name_faults(self, known: int) -> None:
        _refuse("unknown competitor", (self.a < 0) | (self.a >= known) | (self.b < 0) | (self.b >= known))
        _refuse("a competitor meets itself", self.a == self.b)
        _refuse("outcome is not 1, 1/2 or 0", ~np.isin(self.outcome, (WIN, TIE, LOSS)))


def _refuse(reason: str, offending: ArrayLike) -> None:
    rows = np.flatnonzero(offending)
    if len(rows):
        raise InvalidComparisonsError(reason, rows)


def _refuse_repeated_labels(labels: Sequence[str]) -> None:
    seen: set[str] = set()
    repeated = sorted({label for label in labels if label in seen or seen.add(label)})  # type: ignore[func-returns-value]  # add returns None on purpose
    if repeated:
        raise InvalidComparisonsError(f"competitor labels are not unique: {', '.join(repeated)}")


def _floats(column: ArrayLike) -> FloatArray:
    if isinstance(column, np.ndarray) and column.dtype == np.float64 and not column.flags.writeable:
        return column
    return frozen(np.array(column, dtype=np.float64))


def _indices(name: str, column: ArrayLike) -> IntArray:
    given = np.asarray(column)
    if given.size and not np.issubdtype(given.dtype, np.integer):
        raise InvalidComparisonsError(f"{name} must hold integers, not {given.dtype}")
    return frozen(given.astype(np.intp, copy=given.flags.writeable))


def _look_up(side: str, labels: Iterable[str], index: dict[str, int]) -> IntArray:
    found = np.array([index.get(label, -1) for label in labels], dtype=np.intp)
    _refuse(f"unknown competitor in {side}", found < 0)
    return found


def _number(values: Iterable[Hashable]) -> IntArray:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.intp)


def _canonical_bytes(value: object) -> bytes:
    if isinstance(value, np.ndarray):
        width = "<f8" if np.issubdtype(value.dtype, np.floating) else "<i8"
        return f"{value.shape}".encode() + value.astype(width).tobytes()
    return repr(value).encode()
