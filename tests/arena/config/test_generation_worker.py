import os
import subprocess
import sys

import pytest


@pytest.mark.integration
@pytest.mark.usefixtures("live_services")
def test_generation_worker_refuses_to_fork(repository):
    command = [sys.executable, "-m", "celery", "--app", "arena.config.celery", "worker"]
    options = ["--queues", "generation-gpu0", "--pool", "prefork", "--concurrency", "1", "--hostname", "refused@%h"]

    ended = subprocess.run(
        [*command, *options], cwd=repository, env=os.environ, capture_output=True, check=False, text=True, timeout=60
    )

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == (
        "A generation worker needs `--pool threads`: start it with `celery worker -P threads`."
    )
