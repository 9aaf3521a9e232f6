"""Which values of the profile belong to which votes: the one statement on which everything by group rests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from arena.battles.binary_copy import Columns, copy_rows, row_form, selected
from arena.battles.vote_table import Numbers, Raters, VoteTable
from ratings.core.arrays import BoolArray, IntArray

COLUMNS: Columns = (
    ("answer", "answer.id", ">i8"),
    ("person", "answer.person_id", "S16"),
    ("study", "answer.study_id::int4", ">i4"),
    ("since", "answer.answered_at", ">i8"),
    ("said", "coalesce(known.place, 0)::int4", ">i4"),
)
ROW = row_form(COLUMNS)
# Answers and permissions are those of the person, whichever of their raters gave them. Answers without any of the
# values that are asked for are read too: they end the time of the one before.
QUERY = f"""
WITH person AS (
    SELECT id AS rater_id, COALESCE(merged_into_id, id) AS person_id FROM raters_rater WHERE kind = %(kind)s
),
allowed AS (
    SELECT person_id, decision.study_id
    FROM studies_consentdecision decision
    JOIN person USING (rater_id)
    JOIN studies_consentrevision revision ON revision.id = decision.revision_id
    WHERE decision.purpose = 'profile' AND decision.superseded_at IS NULL
    GROUP BY person_id, decision.study_id
    HAVING bool_and(decision.given) AND bool_or(revision.retired_at IS NULL)
),
answer AS (
    SELECT profiles_answer.id, person_id, profiles_answer.study_id, answered_at
    FROM profiles_answer
    JOIN person USING (rater_id)
    JOIN allowed USING (person_id, study_id)
    WHERE key = %(key)s
),
known AS (
    SELECT field, value, place
    FROM unnest(%(fields)s::text[], %(values)s::text[]) WITH ORDINALITY AS known(field, value, place)
)
SELECT {selected(COLUMNS)}
FROM answer
LEFT JOIN (profiles_answervalue said JOIN known USING (field, value)) ON said.answer_id = answer.id
ORDER BY answer.person_id, answer.study_id, answer.answered_at, answer.id
"""  # noqa: S608  every part is a constant above


@dataclass(frozen=True, slots=True)
class FieldValues:
    """A field of the profile and those of its values that are asked for."""

    field: str
    values: Sequence[str]


@dataclass(frozen=True, eq=False, slots=True)
class Answers:
    """Answers to one question, in the order of people, studies and time.

    Attributes
    ----------
    person : (s,) numbers of raters. An answer holds from when it was given until the next one of the same person in the
        same study; the first also for the votes before it.
    study : (s,) ids.
    since : (s,) microseconds since the year 2000.
    values : for each field (s,) positions among its values, -1 for an answer without any of them.
    """

    person: Numbers
    study: Numbers
    since: IntArray
    values: dict[str, IntArray]

    def places(self, table: VoteTable, votes: BoolArray) -> IntArray:
        """Return for each of the `votes` which answer belongs to it, -1 where none does."""
        starts = np.flatnonzero((np.diff(self.person, prepend=-1) != 0) | (np.diff(self.study, prepend=-1) != 0))
        counts = np.diff(starts, append=len(self.person))
        rater, study = table.rater[votes], table.study[votes]
        # Where the answers of a person in a study begin, as a table of both.
        first = np.full((len(table.raters) + 1, int(max(study.max(initial=0), self.study.max(initial=0))) + 1), -1)
        first[self.person[starts], self.study[starts]] = np.arange(len(starts))
        run = first[rater, study]
        place = np.where(run < 0, -1, starts[run] if len(starts) else -1)
        cast_at = table.cast_at[votes]
        for later in range(1, int(counts.max(initial=1))):
            candidates = np.flatnonzero((run >= 0) & (counts[run] > later))
            at = starts[run[candidates]] + later
            holds = cast_at[candidates] >= self.since[at]
            place[candidates[holds]] = at[holds]
        return place


def read_answers(kind: str, key: str, fields: Iterable[FieldValues], raters: Raters) -> Answers:
    """Return what raters of `kind` who allow a profile now said to the question `key`; one query.

    People who are not among `raters` cast no vote, and are left out.
    """
    known = [(place, field.field, value) for field in fields for place, value in enumerate(field.values)]
    names = [name for _place, name, _value in known]
    asked = {"kind": kind, "key": key, "fields": names, "values": [value for _place, _name, value in known]}
    rows = np.concatenate(list(copy_rows(QUERY, asked, ROW)))
    person = raters.find(rows["person"].astype("S16"))
    rows, person = rows[person >= 0], person[person >= 0]
    # An answer is as many rows as it has of these values, next to each other.
    is_first = np.diff(rows["answer"].astype(np.int64), prepend=-1) != 0
    number = np.cumsum(is_first) - 1
    values = {}
    for name in dict.fromkeys(names):
        values[name] = np.full(int(is_first.sum()), -1, dtype=np.intp)
        place_of = np.array([-1, *(place if name == other else -1 for place, other, _value in known)])
        place = place_of[rows["said"].astype(np.intp)]
        values[name][number[place >= 0]] = place[place >= 0]
    return Answers(
        person=person[is_first],
        study=rows["study"][is_first].astype(np.int32),
        since=rows["since"][is_first].astype(np.int64),
        values=values,
    )
