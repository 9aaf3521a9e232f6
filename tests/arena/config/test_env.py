"""Settings from the environment: defaults, refusals in words, secrets in files, and that each is written down."""

import ast
import re
import runpy
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import REPOSITORY

SOURCE = REPOSITORY / "arena/config/env.py"
EXAMPLE = REPOSITORY / ".env.example"
GUIDE = REPOSITORY / "docs/configuration.md"
# Read by the launcher, not by the settings.
LAUNCHER = {"HOST", "PORT", "WEB_CONCURRENCY"}
SECRETS = {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "METRICS_TOKEN", "EMAIL_URL", "OIDC_CLIENT_SECRET"}
# Empty unless set.
EMPTY = {"PARALLAX_VAR", "RELEASES_DIR", "CSRF_TRUSTED_ORIGINS", "OIDC_SERVER_URL", "OIDC_CLIENT_ID"}
HEADING = "Some settings cannot be used.\n"

Read = Callable[..., dict[str, Any]]


def variables_read() -> set[str]:
    """Every name that the module asks the environment for, found in its source."""
    calls = [node for node in ast.walk(ast.parse(SOURCE.read_text())) if isinstance(node, ast.Call) and node.args]
    readers = {"env.bool", "env.int", "env.str", "env.list", "env.float", "secret", "os.environ.get"}
    named = [call.args[0] for call in calls if ast.unparse(call.func) in readers]
    return {name.value for name in named if isinstance(name, ast.Constant)}


def example_lines() -> dict[str, str]:
    """Names and values of the example, whose lines are all commented out."""
    return dict(re.findall(r"^# ?([A-Z][A-Z_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))


@pytest.fixture
def read(monkeypatch, tmp_path) -> Read:
    """Reads the settings of an environment that holds what is given, a signing key, and nothing else of ours."""
    for name in variables_read():
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.setenv("PARALLAX_VAR", str(tmp_path))
    (tmp_path / "secret_key").write_text("a-key-of-this-folder\n")

    def read_environment(**given: str) -> dict[str, Any]:
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SOURCE))

    return read_environment


@pytest.fixture
def refusal(read) -> Callable[..., str]:
    """Returns the words with which an environment is refused."""

    def words(**given: str) -> str:
        with pytest.raises(SystemExit) as refused:
            read(**given)
        return str(refused.value.code)

    return words


def test_environment_may_be_empty(read):
    values = read()

    assert values["SECRET_KEY"] == "a-key-of-this-folder"
    assert values["DATABASE_URL"] == "postgresql://localhost/parallax"
    assert values["REDIS_URL"] == "redis://localhost:6379/0"
    assert values["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert (values["DEBUG"], values["BEHIND_HTTPS"], values["SCRIPTED_BACKEND"]) == (False, False, False)


def test_environment_is_typed(read):
    values = read(DEBUG="yes", GENERATION_SLOTS="4", ALLOWED_HOSTS="one.example.org,two.example.org")

    assert values["DEBUG"] is True
    assert values["GENERATION_SLOTS"] == 4
    assert values["ALLOWED_HOSTS"] == ["one.example.org", "two.example.org"]


def test_secret_key_of_the_environment_goes_before_the_one_in_the_folder(read):
    values = read(SECRET_KEY="another")

    assert values["SECRET_KEY"] == "another"


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_secret_may_stand_in_a_file(read, tmp_path, name):
    file = tmp_path / "secret"
    file.write_text("smtp://from-a-file/arena\n")

    values = read(**{f"{name}_FILE": str(file), name: "not-this"})

    assert values[name] == "smtp://from-a-file/arena"


def test_secret_file_that_cannot_be_read_is_named(refusal, tmp_path):
    missing = tmp_path / "nothing-here"

    words = refusal(SECRET_KEY_FILE=str(missing))

    assert words == (
        f"SECRET_KEY_FILE names {missing}, which cannot be read: No such file or directory. "
        "Give a readable file or unset it."
    )


def test_missing_secret_key_is_refused(refusal, tmp_path):
    (tmp_path / "secret_key").unlink()

    words = refusal()

    assert words == HEADING + "SECRET_KEY: not set. Use `make run`, or set it to at least 50 random characters."


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"EMAIL_URL": "mail.example.org"}, "EMAIL_URL: must look like smtp+tls://user:password@host."),
        ({"STAFF_MFA": "no"}, "STAFF_MFA: must be required or postpone."),
        (
            {"OIDC_SERVER_URL": "https://id.example.org"},
            "OIDC_SERVER_URL: needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.",
        ),
        (
            {"OIDC_SERVER_URL": "http://id.example.org", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"},
            "OIDC_SERVER_URL: must begin with https://.",
        ),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT: must be console or json."),
        ({"GENERATION_SLOTS": "0"}, "GENERATION_SLOTS: must be from 1 to 512."),
        ({"GENERATION_SLOTS": "513"}, "GENERATION_SLOTS: must be from 1 to 512."),
        ({"FIRST_TEXT_DEADLINE": "0"}, "FIRST_TEXT_DEADLINE: must be at least 1 (seconds)."),
        ({"TURN_DEADLINE": "59"}, "TURN_DEADLINE: must not be shorter than FIRST_TEXT_DEADLINE."),
        ({"MAX_CONVERSATION_CHARS": "99"}, "MAX_CONVERSATION_CHARS: must be at least 100."),
        ({"MAX_TURNS": "0"}, "MAX_TURNS: must be from 1 to 100."),
        ({"RATE_PAGES": "many"}, "RATE_PAGES: must look like 20/minute or 20/minute;300/hour."),
        ({"RATE_VOTES": "0/minute"}, "RATE_VOTES: must look like 20/minute or 20/minute;300/hour."),
        ({"RATE_NETWORK_FACTOR": "0"}, "RATE_NETWORK_FACTOR: must be at least 1."),
        ({"MAX_OPEN_SOCKETS": "0"}, "MAX_OPEN_SOCKETS: must be at least 1."),
        ({"MAX_WAITING_ANSWERS": "0"}, "MAX_WAITING_ANSWERS: must be at least 1."),
        ({"BEHIND_PROXY": "-1"}, "BEHIND_PROXY: must be from 0 to 10 (proxies of your own)."),
        ({"MAX_TURNS": "101"}, "MAX_TURNS: must be from 1 to 100."),
        ({"DEBUG": "perhaps"}, "DEBUG: Not a valid boolean."),
        ({"MAX_TURNS": "ten"}, "MAX_TURNS: Not a valid integer."),
    ],
)
def test_unusable_value_is_refused_by_name(refusal, given, sentence):
    assert refusal(**given) == HEADING + sentence


def test_all_unusable_values_are_told_at_once(refusal):
    words = refusal(MAX_TURNS="0", LOG_FORMAT="xml")

    assert words == HEADING + "LOG_FORMAT: must be console or json.\nMAX_TURNS: must be from 1 to 100."


def test_example_holds_every_variable():
    assert set(example_lines()) == variables_read() | LAUNCHER


def test_example_shows_the_defaults(read):
    shown = {name: value for name, value in example_lines().items() if value and name not in LAUNCHER}
    before = read()

    after = read(**shown)

    assert {name: after[name] for name in shown} == {name: before[name] for name in shown}
    assert set(shown) == variables_read() - SECRETS - EMPTY


def test_guide_explains_every_variable():
    explained = set(re.findall(r"^\| `([A-Z][A-Z_]+)` \|", GUIDE.read_text(), re.MULTILINE))

    assert explained >= variables_read() | LAUNCHER


def test_guide_shows_the_defaults():
    defaults = {name: value for name, value in example_lines().items() if value}

    shown = dict(re.findall(r"^\| `([A-Z][A-Z_]+)` \| `([^`]*)` \|", GUIDE.read_text(), re.MULTILINE))

    assert shown == defaults
