import pytest

from arena.config.local.logs import KEPT, last_lines, open_log

pytestmark = pytest.mark.unit


def write(path, text):
    with open_log(path) as log:
        log.write(text.encode())


def test_log_begins_anew_and_keeps_the_last_few(tmp_path):
    path = tmp_path / "log" / "web.log"

    for number in range(KEPT + 2):
        write(path, f"start {number}")

    kept = {file.name: file.read_text() for file in path.parent.iterdir()}
    assert kept == {
        "web.log": "start 6",
        "web.1.log": "start 5",
        "web.2.log": "start 4",
        "web.3.log": "start 3",
        "web.4.log": "start 2",
    }


def test_last_lines_of_a_log_that_was_never_written_are_empty(tmp_path):
    assert last_lines(tmp_path / "web.log") == ""


def test_last_lines_are_the_end(tmp_path):
    write(tmp_path / "web.log", "one\ntwo\nthree\n")

    assert last_lines(tmp_path / "web.log", 2) == "two\nthree"
