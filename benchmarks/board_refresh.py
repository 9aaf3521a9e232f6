"""How long a board takes to show a new vote, and on what: python benchmarks/board_refresh.py [--votes 200000 2000000]

Simulated votes on 200 models are made by SQL in a database of their own. For each number of votes this prints how long
a board's input takes to load when nothing is kept (a worker's start) and after one more vote, to fit, and to write, in
brackets the processor time of it, and the memory of the process that did all of it. At last a real ratings worker and a
real web server run, and the clock goes from the commit of a vote until the page has come with its snapshot.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple
from urllib.request import urlopen

from stack import running_process, running_services, running_web

MODELS = 200
BOARD = "simulated"
PATIENCE = 300.0
# Longer than votes wait after a refresh, so that each is the first one after a quiet time.
REST = 20.0

# Triggers and foreign keys are off while millions of rows are written: the rows are made to fit together.
VOTES = """
SET session_replication_role = replica;
CREATE TEMP TABLE people AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM raters_rater WHERE kind = 'simulated';
CREATE TEMP TABLE sides AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM models_registry_contestantsnapshot;
CREATE TEMP TABLE drawn AS
    SELECT gen_random_uuid() AS battle, i, random() AS luck,
           floor(%(raters)s * random() * random())::int AS rater,
           floor(random() * %(models)s)::int AS a, 1 + floor(random() * (%(models)s - 1))::int AS further
    FROM generate_series(1, %(votes)s) i;
ANALYZE people, sides, drawn;
INSERT INTO battles_battle
    (id, kind, study_id, protocol_id, consent_revision_id, rater_id, snapshot_a_id, snapshot_b_id, matchmaker,
     draw_probability, draw_seed, status, created_at, ended_at)
    SELECT battle, 'simulated', %(study)s, %(protocol)s, %(consent)s, people.id, a.id, b.id, 'bench',
           0.00005, i, 'voted', now(), now()
    FROM drawn
    JOIN people ON people.number = drawn.rater
    JOIN sides a ON a.number = drawn.a
    JOIN sides b ON b.number = (drawn.a + further) %% %(models)s;
INSERT INTO battles_vote
    (battle_id, rater_id, kind, winner, justification, consent_revision_id, seconds_to_vote, created_at)
    SELECT battle, people.id, 'simulated',
           CASE WHEN luck < 0.10 THEN 'tie' WHEN luck < 0.15 THEN 'both_bad'
                WHEN luck < 0.15 + 0.85 / (1 + exp(2.0 * (a - (a + further) %% %(models)s) / %(models)s)) THEN 'model_a'
                ELSE 'model_b' END,
           '', %(consent)s, 12.5, now()
    FROM drawn JOIN people ON people.number = drawn.rater ORDER BY i;
DROP TABLE people, sides, drawn;
SET session_replication_role = origin;
"""


class Seconds(NamedTuple):
    """By the clock, and of this process's processors: the second travels better from a busy machine."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.2f} s ({self.processor:.2f})"


RATINGS_WORKER = (
    *("celery", "--app", "arena.config.celery", "--quiet", "worker", "--queues", "ratings"),
    *("--pool", "prefork", "--concurrency", "1"),
)


def make_board(raters: int) -> dict[str, int]:
    """Store contestants, raters and an empty board; return the numbers that votes refer to."""
    from arena.raters.models import Rater  # noqa: PLC0415 - models need the settings
    from models_registry.services import snapshot_contestant  # noqa: PLC0415 - as above
    from ratings.models import Leaderboard  # noqa: PLC0415 - as above
    from tests.factories import make_arena, make_contestant  # noqa: PLC0415 - as above

    arena = make_arena()
    for contestant in (arena.first, arena.second, *(make_contestant() for _ in range(MODELS - 2))):
        snapshot_contestant(contestant=contestant)
    Rater.objects.bulk_create([Rater(kind=Rater.Kind.SIMULATED) for _ in range(raters)], batch_size=10_000)
    Leaderboard.objects.create(
        slug=BOARD, title="Simulated raters", kind="simulated", protocol=arena.study.protocol.slug
    )
    ids = {"study": arena.study.pk, "protocol": arena.study.protocol.pk, "consent": arena.consent.pk}
    return {"raters": raters, "models": MODELS, **ids}


def fill(numbers: dict[str, int], votes: int) -> None:
    """Add simulated votes until there are so many."""
    from django.db import connection  # noqa: PLC0415 - as above

    from arena.battles.models import Vote  # noqa: PLC0415 - as above

    with connection.cursor() as cursor:
        cursor.execute(VOTES, {**numbers, "votes": votes - Vote.objects.count()})
        cursor.execute("VACUUM ANALYZE")


def cast_one(seed: int) -> None:
    from arena.battles.services.simulating import Simulation, simulate_raters  # noqa: PLC0415 - as above
    from arena.studies.selectors import default_study  # noqa: PLC0415 - as above

    strengths = {"zephyrine-9b": 0.5, "obsidian-3b": 0.0}
    simulate_raters(Simulation(default_study(), strengths, raters=1, votes=1, seed=seed))


def refresh() -> dict[str, Seconds]:
    """Refresh the board in this process, as a ratings worker does; return how long each part took."""
    from ratings.services import refreshing  # noqa: PLC0415 - as above

    seconds: dict[str, Seconds] = {}
    parts = {"load": "load_board_input", "fit": "compute_content", "write": "_publish"}
    whole = {part: getattr(refreshing, name) for part, name in parts.items()}
    for part, name in parts.items():
        setattr(refreshing, name, partial(timed, seconds, part, whole[part]))
    try:
        timed(seconds, "all", refreshing.refresh_leaderboard, BOARD)
    finally:
        for part, name in parts.items():
            setattr(refreshing, name, whole[part])
    return seconds


def timed(seconds: dict[str, Seconds], part: str, work: Callable[..., object], *arguments: object) -> object:
    began, busy = time.perf_counter(), time.process_time()
    try:
        return work(*arguments)
    finally:
        seconds[part] = Seconds(time.perf_counter() - began, time.process_time() - busy)


def measure(votes: int, repeats: int) -> None:
    from arena.battles import comparisons  # noqa: PLC0415 - as above

    comparisons.kept_votes = {"simulated": comparisons.KeptVotes("simulated")}
    first = refresh()
    rounds = []
    for repeat in range(repeats):
        cast_one(seed=votes + repeat)
        rounds.append(refresh())
    middle = {
        part: Seconds(*map(statistics.median, zip(*(one[part] for one in rounds), strict=True))) for part in first
    }
    parts = "   ".join(f"{part} {seconds}" for part, seconds in middle.items())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{votes:>9,} votes   first load {first['load']}   then {parts}   peak {memory:.0f} MB", flush=True)


def watch(url: str, repeats: int) -> None:
    """Time from the commit of a vote until the board's page has come with its snapshot; the first starts the worker."""
    waits = []
    for repeat in range(repeats + 1):
        shown = version(url)
        cast_one(seed=repeat)
        waits.append(wait_for_another(url, shown))
        time.sleep(REST)
    print(f"from a vote to the page: {', '.join(f'{wait:.2f}' for wait in waits[1:])} s")


def version(url: str) -> str:
    with urlopen(f"{url}/leaderboard/{BOARD}.csv") as answer:  # noqa: S310 - our own server
        return str(answer.headers["ETag"])


def wait_for_another(url: str, shown: str) -> float:
    began = time.perf_counter()
    while version(url) == shown:
        assert time.perf_counter() - began < PATIENCE, "the board was not refreshed"
        time.sleep(0.02)
    with urlopen(f"{url}/leaderboard/{BOARD}/") as answer:  # noqa: S310 - as above
        answer.read()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--votes", type=int, nargs="+", default=[200_000, 1_000_000, 2_000_000])
    parser.add_argument("--raters", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with running_services():
        numbers = make_board(options.raters)
        for votes in options.votes:
            fill(numbers, votes)
            measure(votes, options.repeats)
        with running_web() as url, running_process(*RATINGS_WORKER):
            watch(url, options.repeats)


if __name__ == "__main__":
    main()
