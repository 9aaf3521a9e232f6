import pytest

from arena.config.local.fingerprint import source_fingerprint

pytestmark = pytest.mark.unit


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "arena").mkdir()
    (tmp_path / "arena" / "models.py").write_text("one")
    return tmp_path


def test_fingerprint_stays_while_nothing_changes(checkout):
    assert source_fingerprint(checkout) == source_fingerprint(checkout)


def test_fingerprint_ignores_what_running_writes(checkout):
    before = source_fingerprint(checkout)

    (checkout / "arena" / "__pycache__").mkdir()
    (checkout / "arena" / "__pycache__" / "models.pyc").write_text("compiled")
    (checkout / "var").mkdir()
    (checkout / "var" / "log").write_text("line")

    assert source_fingerprint(checkout) == before


@pytest.mark.parametrize("change", ["arena/models.py", "arena/new.py", "requirements.lock", "static.css"])
def test_fingerprint_changes_with_sources_only(checkout, change):
    before = source_fingerprint(checkout)

    (checkout / change).write_text("three")

    assert (source_fingerprint(checkout) != before) is (change != "static.css")
