import json
import subprocess
import sys

import pytest

# In a process of its own: the logging of this one belongs to the test session.
PROGRAM = """
import sys
import structlog
from arena.config.logging import configure_logging

configure_logging(level="INFO", log_format=sys.argv[1])
log = structlog.get_logger("test")

def answer(prompt):
    raise ValueError("broken")

log.info("battle_started", battle=7)
log.info("request_started", request="GET /setup/one-time-token/?q=secret+search", user_agent="A browser")
try:
    answer("my diary")
except ValueError:
    log.exception("completion_crashed", completion=8)
"""


def logged(repository, log_format: str) -> str:
    command = [sys.executable, "-c", PROGRAM, log_format]
    return subprocess.run(command, cwd=repository, capture_output=True, check=True, text=True).stderr


def test_json_log_has_one_object_a_line(repository):
    lines = [json.loads(line) for line in logged(repository, "json").splitlines()]

    assert [(line["event"], line["level"]) for line in lines] == [
        ("battle_started", "info"),
        ("request_started", "info"),
        ("completion_crashed", "error"),
    ]
    assert lines[0]["battle"] == 7
    assert "ValueError: broken" in lines[2]["exception"]


def test_console_log_names_event_and_facts(repository):
    text = logged(repository, "console")

    assert "battle_started" in text
    assert "battle=7" in text
    assert "ValueError: broken" in text


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_log_of_an_exception_leaves_out_what_variables_held(repository, log_format):
    text = logged(repository, log_format)

    # The source line `raise ...` may be quoted; the argument's value, which could be a prompt, may not.
    assert "completion_crashed" in text
    assert "prompt = 'my diary'" not in text
    assert "my diary" not in text


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_log_of_a_request_leaves_out_tokens_searches_and_browsers(repository, log_format):
    text = logged(repository, log_format)

    assert "GET /setup/" in text
    assert [word for word in ("one-time-token", "secret", "A browser") if word in text] == []
