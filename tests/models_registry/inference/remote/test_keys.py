"""A key is named by the endpoint, held by the environment, sent to the server, and seen nowhere else."""

import json
import logging
import traceback

import pytest

from models_registry.inference.errors import InferenceError, MisconfiguredBackendError
from models_registry.inference.remote.keys import is_key_name, read_key

KEY = "sk-very-secret-0123456789"


@pytest.fixture
def key_env(monkeypatch) -> str:
    monkeypatch.setenv("EXAMPLE_API_KEY", KEY)
    return "EXAMPLE_API_KEY"


async def test_key_is_sent_and_seen_nowhere_else(server, key_env, ask, caplog):
    async def repeats_the_key(exchange):
        await exchange.head(401, "application/json")
        said = f"Incorrect key: {exchange.headers['authorization']}"
        await exchange.send(json.dumps({"error": {"message": said}}))

    caplog.set_level(logging.DEBUG)
    server.replies.append(repeats_the_key)

    with pytest.raises(MisconfiguredBackendError) as failure:
        await ask("What I asked", key_env=key_env)

    assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"
    assert failure.value.said == "Incorrect key: Bearer [key]"
    told = [str(failure.value), repr(failure.value), caplog.text, *traceback.format_exception(failure.value)]
    assert [text for text in told if KEY in text] == []
    assert "What I asked" not in caplog.text


async def test_key_is_no_part_of_an_open_backend(open_remote, key_env):
    backend = open_remote(key_env=key_env)

    assert KEY not in repr([vars(backend), vars(backend._calls), vars(backend._calls._conversing.client)])


async def test_words_of_the_server_stay_out_of_the_message(server, ask):
    async def repeats_the_question(exchange):
        await exchange.head(400, "text/plain")
        await exchange.send(f"Bad\x07 question: {exchange.body['messages'][0]['content']} {'x' * 1000}")

    server.replies.append(repeats_the_question)

    with pytest.raises(InferenceError) as failure:
        await ask("My secret plan")

    assert str(failure.value) == "The server refused the request (status 400)."
    assert failure.value.said.startswith("Bad  question: My secret plan xxx")
    assert len(failure.value.said) == 301


def test_key_may_stand_in_a_file_that_changes(monkeypatch, tmp_path):
    file = tmp_path / "key"
    monkeypatch.setenv("EXAMPLE_API_KEY_FILE", str(file))
    file.write_text("first\n")
    before = read_key("EXAMPLE_API_KEY")

    file.write_text("second\n")

    assert (before, read_key("EXAMPLE_API_KEY")) == ("first", "second")


@pytest.mark.parametrize("value", [None, "", "  ", "two words", "new\nline", "schlüssel"])
def test_key_that_cannot_be_sent_is_refused_without_repeating_it(monkeypatch, value):
    monkeypatch.delenv("EXAMPLE_API_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("EXAMPLE_API_KEY", value)

    with pytest.raises(MisconfiguredBackendError, match="EXAMPLE_API_KEY") as failure:
        read_key("EXAMPLE_API_KEY")

    assert not (value or "").strip() or value not in str(failure.value)


def test_key_file_that_cannot_be_read_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("EXAMPLE_API_KEY_FILE", str(tmp_path / "missing"))

    with pytest.raises(MisconfiguredBackendError, match="EXAMPLE_API_KEY_FILE names cannot be read"):
        read_key("EXAMPLE_API_KEY")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("EXAMPLE_API_KEY", True),
        ("API_KEY", True),
        ("SECRET_KEY", False),
        ("DATABASE_URL", False),
        ("AWS_SECRET_ACCESS_KEY", False),
        ("example_api_key", False),
        ("EXAMPLE_API_KEY ", False),
        (KEY, False),
        ("", False),
    ],
)
def test_only_names_of_keys_may_be_read(monkeypatch, name, is_one):
    assert is_key_name(name) is is_one


def test_other_secrets_of_the_process_are_not_read(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", KEY)

    with pytest.raises(MisconfiguredBackendError, match="has to end in _API_KEY"):
        read_key("SECRET_KEY")
