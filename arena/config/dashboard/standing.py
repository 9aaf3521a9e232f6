"""How things stand now, in one query: what waits, what failed, and whether anything was ever done here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

# What is older is not news; nobody is reminded of it.
RECENT = timedelta(days=7)
FAILED_TURNS = timedelta(days=1)
MANY_FINDINGS = 100

STANDING = """SELECT
    (SELECT count(*) FROM prompts_prompt WHERE status = 'in_review'),
    EXISTS (SELECT FROM prompts_prompt WHERE status = 'approved'),
    EXISTS (SELECT FROM battles_battle WHERE kind = 'human'),
    (SELECT count(*) FROM battles_completion WHERE status = 'queued'),
    (SELECT min(queued_at) FROM battles_completion WHERE status = 'queued'),
    (SELECT count(DISTINCT turn_id) FROM battles_completion JOIN battles_turn ON battles_turn.id = turn_id
        WHERE battles_completion.status = 'failed' AND finished_at >= %s AND battles_turn.status = 'failed'),
    (SELECT count(*) FROM (
        SELECT FROM battles_answerfinding WHERE id > %s AND created_at >= %s LIMIT %s) AS unread)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """The arena at one moment."""

    in_review: int
    has_prompts: bool
    has_battles: bool
    waiting: int
    oldest: datetime | None
    failed_turns: int
    findings: int

    @property
    def many_findings(self) -> bool:
        """Whether there may be more findings than were counted."""
        return self.findings >= MANY_FINDINGS


def read_standing(*, now: datetime, read_up_to: int) -> Standing:
    """Return how things stand. One query.

    Failed turns are those of the last day, findings those of the last seven days with a number above `read_up_to`.
    """
    with connection.cursor() as cursor:
        cursor.execute(STANDING, (now - FAILED_TURNS, read_up_to, now - RECENT, MANY_FINDINGS))
        [row] = cursor.fetchall()
    return Standing(*row)
