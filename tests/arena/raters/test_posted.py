import pytest

from arena.raters.posted import posted_key

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "key"),
    [("7", 7), ("0", 0), (None, 0), ("", 0), ("-7", 0), ("7.0", 0), ("٨", 0), ("9" * 18, 10**18 - 1), ("9" * 5_000, 0)],
)
def test_posted_key_is_a_key_or_finds_nothing(text, key):
    assert posted_key(text) == key
