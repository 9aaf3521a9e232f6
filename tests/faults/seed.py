"""Fill the database of the faulty arena: contestants that misbehave, each in one way, and a board."""

import django

# Numbered, because words that only repeat count as a loop, which is cut.
SLOW = " ".join(f"word {number}," for number in range(40))
SCRIPTS: dict[str, dict[str, object]] = {
    "quick-1": {"text": "The first quick answer."},
    "quick-2": {"text": "The second quick answer."},
    "quick-3": {"text": "The third quick answer."},
    "slow-1": {"text": SLOW, "chunk_delay": 0.1},
    "slow-2": {"text": SLOW, "chunk_delay": 0.1},
    "late-1": {"text": "Late, but good.", "first_delay": 3.0},
    "late-2": {"text": "As late, and as good.", "first_delay": 3.0},
    "silent": {"text": "Never.", "hang_at": 0},
    "stalling": {"text": SLOW, "chunk_delay": 0.05, "hang_at": 10},
    # A little blank, which nobody sees, and a second later an error.
    "broken": {"text": "     Never.", "first_delay": 1.0, "fail_at": 1, "failure": "engine_failed"},
    "truncated": {"text": SLOW, "chunk_delay": 0.1, "fail_at": 20, "failure": "malformed"},
}


def seed() -> None:
    from django.conf import settings

    from models_registry.models import Contestant
    from ratings.models import Leaderboard
    from tests.factories import make_arena, make_contestant

    arena = make_arena()
    Contestant.objects.update(status=Contestant.Status.RETIRED)
    for slug, script in SCRIPTS.items():
        make_contestant(name=f"Telltale-{slug}", slug=slug, script=script)
    Leaderboard.objects.create(slug="open-arena", title="Open arena", kind="human", protocol=arena.study.protocol.slug)
    assert settings.SCRIPTED_BACKEND


if __name__ == "__main__":
    django.setup()
    seed()
