"""Each thing that can be wrong before a start gives one sentence with what to do."""

import errno
import os
import socket

import pytest

from arena.config.local import preflight
from arena.config.local.preflight import PreflightError

pytestmark = pytest.mark.unit


def test_python_too_old_names_the_version_found():
    with pytest.raises(PreflightError, match=r"needs Python 3\.11 or newer, and this is 3\.10\.9: .*PYTHON="):
        preflight.check_python((3, 10, 9))


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1)])
def test_python_new_enough_passes(version):
    preflight.check_python(version)


def test_port_that_is_taken_is_named_with_another_one():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        with pytest.raises(PreflightError, match=rf"Port {port} is taken .*PORT="):
            preflight.check_port("127.0.0.1", port)


def test_port_that_is_free_passes():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    preflight.check_port("127.0.0.1", port)


def test_port_on_an_address_of_another_machine_names_host():
    with pytest.raises(PreflightError, match=r"cannot listen on 192\.0\.2\.1 .*HOST"):
        preflight.check_port("192.0.2.1", 8000)


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1", "80.0", "٨٠"])
def test_port_that_is_no_port_names_the_variable(text):
    with pytest.raises(PreflightError, match=r"^PORT is "):
        preflight.parse_port(text)


@pytest.mark.parametrize("text", ["1", "8000", "65535"])
def test_port_is_parsed(text):
    assert preflight.parse_port(text) == int(text)


def test_disk_with_too_little_space_says_how_much(tmp_path):
    with pytest.raises(PreflightError, match=r"has 0\.5 GB free and Parallax needs 2\.0 GB"):
        preflight.check_disk(tmp_path, needed=2_000_000_000, measure=lambda _: 500_000_000)


def test_disk_with_space_passes_for_a_folder_not_made_yet(tmp_path):
    preflight.check_disk(tmp_path / "not" / "yet", needed=1)


def test_disk_that_is_full_is_a_sentence():
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    problem = preflight.why_not_writable(full, "/somewhere")

    assert problem == (
        "The disk that holds /somewhere is full: free some space, or set PARALLAX_VAR to a folder elsewhere."
    )


def test_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(PreflightError, match=r"cannot write to .*PARALLAX_VAR"):
        preflight.check_writable(tmp_path / "file" / "var")


def test_folder_that_is_writable_is_made_and_left_empty(tmp_path):
    preflight.check_writable(tmp_path / "var")

    assert list((tmp_path / "var").iterdir()) == []


def test_platform_without_unix_sockets_is_refused():
    with pytest.raises(PreflightError, match="WSL"):
        preflight.check_platform("nt")
