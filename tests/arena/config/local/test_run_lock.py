import os

import pytest

from arena.config.local.preflight import PreflightError
from arena.config.local.run_lock import run_lock

pytestmark = pytest.mark.unit


def test_run_lock_refuses_a_second_arena_and_names_the_first(tmp_path):
    path = tmp_path / "run" / "lock"

    with (
        run_lock(path),
        pytest.raises(PreflightError, match=rf"already runs from .*process {os.getpid()}"),
        run_lock(path),
    ):
        pass


def test_run_lock_is_free_again_afterwards(tmp_path):
    with run_lock(tmp_path / "lock"):
        pass

    with run_lock(tmp_path / "lock"):
        holder = (tmp_path / "lock").read_text()

    assert holder == str(os.getpid())
