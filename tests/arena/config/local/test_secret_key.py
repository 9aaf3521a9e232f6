from concurrent.futures import ThreadPoolExecutor

import pytest

from arena.config.local.secret_key import ensure_secret_key

pytestmark = pytest.mark.unit


def test_secret_key_is_long_private_and_kept(tmp_path):
    path = tmp_path / "var" / "secret_key"

    first = ensure_secret_key(path)
    second = ensure_secret_key(path)

    assert first == second
    assert len(first) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_secret_key_differs_between_arenas(tmp_path):
    assert ensure_secret_key(tmp_path / "one") != ensure_secret_key(tmp_path / "two")


def test_secret_key_asked_for_by_many_at_once_is_one(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: ensure_secret_key(tmp_path / "secret_key"), range(8)))

    assert len(keys) == 1
