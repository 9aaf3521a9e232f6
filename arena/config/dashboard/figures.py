"""What happened in each hour and day: two queries, which read only what their indexes name.

Votes, raters, battles and skips are those of people; simulated raters and judge models are never among them (Law 9).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from arena.config.dashboard.periods import Bucket

# How many answers of one bucket are looked at for its times: all when there are fewer, else evenly spread ones.
SAMPLE = 200

BUCKETS = "WITH bucket AS (SELECT * FROM unnest(%s::text[], %s::timestamptz[], %s::timestamptz[]) AS b (key, lo, hi))"

# A rater that was merged into that of an account is the same person. Grouped and not counted as distinct, for which all
# votes would be sorted.
COUNTS = f"""{BUCKETS}, merged AS MATERIALIZED (
    SELECT id, merged_into_id FROM raters_rater WHERE merged_into_id IS NOT NULL)
SELECT key, votes, raters, battles, skips, failures FROM bucket
CROSS JOIN LATERAL (
    SELECT coalesce(sum(given), 0)::bigint AS votes, count(*) AS raters FROM (
        SELECT count(*) AS given FROM battles_vote LEFT JOIN merged ON merged.id = rater_id
        WHERE kind = 'human' AND created_at >= lo AND created_at < hi
        GROUP BY coalesce(merged_into_id, rater_id)) AS person) AS voted
CROSS JOIN LATERAL (
    SELECT count(*) AS battles, count(*) FILTER (WHERE status = 'skipped') AS skips FROM battles_battle
    WHERE kind = 'human' AND created_at >= lo AND created_at < hi) AS started
CROSS JOIN LATERAL (
    SELECT count(*) AS failures FROM battles_completion
    WHERE status = 'failed' AND finished_at >= lo AND finished_at < hi) AS failed
"""  # noqa: S608 - put together from constants

# Which answers are looked at is decided in the index alone; an odd step takes both sides, whose numbers follow each
# other. OFFSET 0 keeps the planner from reading every answer of the bucket instead of those that were picked.
TIMES = f"""{BUCKETS}
SELECT key, first_text, waited FROM bucket
CROSS JOIN LATERAL (
    SELECT count(*) / %s | 1 AS step FROM battles_completion
    WHERE status = 'done' AND finished_at >= lo AND finished_at < hi) AS size
CROSS JOIN LATERAL (
    SELECT
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
            ORDER BY (arrivals -> 0 ->> 0)::float8 / 1000 - extract(epoch FROM queued_at)::float8) AS first_text,
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
            ORDER BY extract(epoch FROM started_at - queued_at)::float8) AS waited
    FROM (
        SELECT id AS picked FROM battles_completion
        WHERE status = 'done' AND finished_at >= lo AND finished_at < hi AND id %% step = 0 OFFSET 0) AS sample
    CROSS JOIN LATERAL (
        SELECT arrivals, queued_at, started_at FROM battles_completion WHERE id = picked OFFSET 0) AS answer) AS timed
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds within which half of the answers, and nine in ten, had come that far."""

    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One bucket: counts, and the times of its answers where it had any."""

    votes: int
    raters: int
    battles: int
    skips: int
    failures: int
    first_text: Times | None
    waited: Times | None


def read_figures(buckets: Sequence[Bucket]) -> dict[str, Figures]:
    """Return the figures of every bucket by its key. Two queries.

    Times are of answers that were finished in the bucket, from when they were asked for: until their first text, and
    until a worker took them. Where there are many, of about `SAMPLE` evenly spread ones.
    """
    asked = ([row.key for row in buckets], [row.start for row in buckets], [row.end for row in buckets])
    with connection.cursor() as cursor:
        cursor.execute(TIMES, (*asked, SAMPLE))
        times = {key: (_times(first), _times(waited)) for key, first, waited in cursor.fetchall()}
        cursor.execute(COUNTS, asked)
        return {
            key: Figures(votes, raters, battles, skips, failures, *times[key])
            for key, votes, raters, battles, skips, failures in cursor.fetchall()
        }


def _times(percentiles: list[float] | None) -> Times | None:
    """The clocks of two machines may differ by some milliseconds; nothing comes before it is asked for."""
    return Times(*(max(0.0, seconds) for seconds in percentiles)) if percentiles else None
