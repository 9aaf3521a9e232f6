from pathlib import Path

import pytest

from arena.config.local.install import fingerprint, steps

pytestmark = pytest.mark.unit
PACKAGES = Path("/venv/packages")


def test_steps_begin_with_the_torch_that_was_chosen():
    first = steps("run", "torch==2.13.0 --index-url https://example.org/cu130", PACKAGES)[0]

    assert first.arguments[:3] == ("torch==2.13.0", "--index-url", "https://example.org/cu130")


def test_steps_check_the_weights_against_their_hash():
    models = steps("run", "torch==2.13.0", PACKAGES)[3]

    assert models.arguments[:2] == ("--no-deps", "--require-hashes")


def test_steps_for_developers_add_to_those_for_running():
    assert steps("dev", "torch==2.13.0", PACKAGES)[:4] == steps("run", "torch==2.13.0", PACKAGES)


def test_fingerprint_changes_with_the_choice_of_torch():
    assert fingerprint("run", "torch==2.13.0") != fingerprint("run", "torch==2.12.0")


def test_steps_ask_for_the_one_redis_that_is_published():
    redis = steps("run", "torch==2.13.0", PACKAGES)[2]

    assert redis.arguments[:5] == ("--target", "/venv/packages", "--upgrade", "--python-version", "3.11")
    assert redis.instead == "redis-server"
