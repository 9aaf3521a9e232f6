import pytest

from arena.config.databases import cache_settings, channel_layers, database_from_url
from arena.config.env import ConfigurationError


def address(url: str) -> tuple[str, str, str, str, str]:
    entry = database_from_url(url)
    return entry["NAME"], entry["USER"], entry["PASSWORD"], entry["HOST"], entry["PORT"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://ann:secret@db.example.org:6432/arena", ("arena", "ann", "secret", "db.example.org", "6432")),
        ("postgres://db.example.org/arena", ("arena", "", "", "db.example.org", "")),
        ("postgresql://ann@/arena?host=/run/postgres", ("arena", "ann", "", "/run/postgres", "")),
        ("postgresql:///arena?host=/run/postgres&port=5433&user=ann", ("arena", "ann", "", "/run/postgres", "5433")),
        ("postgresql://ann:p%40ss%2Fword@db/arena", ("arena", "ann", "p@ss/word", "db", "")),
    ],
)
def test_database_from_url_reads_every_part(url, expected):
    assert address(url) == expected


def test_database_from_url_hands_other_parameters_to_the_driver():
    options = database_from_url("postgresql://ann@db/arena?sslmode=verify-full&host=ignored")["OPTIONS"]

    assert options == {"sslmode": "verify-full", "pool": {"min_size": 1, "max_size": 20, "timeout": 10}}


@pytest.mark.parametrize("url", ["mysql://ann@db/arena", "postgresql://ann@db", "arena", ""])
def test_database_from_url_refuses_what_is_not_postgresql(url):
    with pytest.raises(ConfigurationError) as refused:
        database_from_url(url)

    assert refused.value.code == (
        "DATABASE_URL: must look like postgresql://user:password@host:5432/name (PostgreSQL is required)."
    )


def test_cache_and_layer_keep_apart_on_one_server():
    url = "redis://:secret@cache.example.org:6379/0"

    assert cache_settings(url)["KEY_PREFIX"] == "cache"
    assert channel_layers(url)["CONFIG"] == {"hosts": [url], "prefix": "layer"}
