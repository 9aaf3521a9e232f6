"""Which values of the profile belong to which votes: the one statement on which everything by group rests."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from arena.studies.models import Study

# An answer holds from when it was given until the next one; the first also for the votes before it. Answers and
# permissions are those of the person, whichever of their raters gave them.
QUERY = """
WITH person AS (
    SELECT id AS rater_id, COALESCE(merged_into_id, id) AS person_id FROM raters_rater
),
allowed AS (
    SELECT person_id
    FROM studies_consentdecision decision
    JOIN person USING (rater_id)
    JOIN studies_consentrevision revision ON revision.id = decision.revision_id
    WHERE decision.purpose = 'profile' AND decision.study_id = %(study)s AND decision.superseded_at IS NULL
    GROUP BY person_id
    HAVING bool_and(decision.given) AND bool_or(revision.retired_at IS NULL)
),
answer AS (
    SELECT
        profiles_answer.id,
        person_id,
        CASE WHEN row_number() OVER by_person = 1 THEN '-infinity' ELSE answered_at END AS since,
        COALESCE(lead(answered_at) OVER by_person, 'infinity') AS until
    FROM profiles_answer
    JOIN person USING (rater_id)
    JOIN allowed USING (person_id)
    WHERE study_id = %(study)s AND key = %(key)s
    WINDOW by_person AS (PARTITION BY person_id ORDER BY answered_at, profiles_answer.id)
)
SELECT vote.id, said.field, said.value
FROM answer
JOIN profiles_answervalue said ON said.answer_id = answer.id
JOIN person USING (person_id)
JOIN battles_vote vote ON vote.rater_id = person.rater_id AND vote.created_at >= since AND vote.created_at < until
JOIN battles_battle battle ON battle.id = vote.battle_id AND battle.study_id = %(study)s
"""


class VoteValue(NamedTuple):
    """What the giver of a vote had said, as it counts."""

    vote_id: int
    field: str
    value: str


def profile_values(*, study: Study, key: str) -> Iterator[VoteValue]:
    """Yield the values of all votes of a study that an answer to the question `key` belongs to; one query.

    Only of people who allow a profile now. The order is not defined.
    """
    with connection.cursor() as cursor:
        cursor.execute(QUERY, {"study": study.pk, "key": key})
        yield from (VoteValue(*row) for row in cursor.fetchall())
