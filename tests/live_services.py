"""The PostgreSQL and Redis of one test session: private, forgetful, and gone afterwards."""

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from arena.config.local.postgres import PrivatePostgres
from arena.config.local.redis import PrivateRedis


class LiveServices:
    """Both servers over one new temporary folder, never over `var/`, where an arena may be running."""

    def __init__(self) -> None:
        # Short, because a unix socket's path is; not pytest's tmp_path, which exists only later.
        self.folder = Path(tempfile.mkdtemp(prefix="parallax-test-"))
        self.folder.chmod(0o711)  # PostgreSQL runs as another account when the tests run as root
        self.postgres = PrivatePostgres(self.folder / "postgres", durable=False)
        self.redis = PrivateRedis(self.folder / "redis", durable=False)

    def start(self) -> None:
        """Start both and name them, and nothing else, in the environment that the settings read."""
        with ThreadPoolExecutor() as threads:
            database, broker = threads.submit(self.postgres.start), threads.submit(self.redis.start)
            os.environ["DATABASE_URL"] = database.result()
            os.environ["REDIS_URL"] = broker.result()

    def stop(self) -> None:
        """Stop both and remove what they wrote."""
        self.postgres.stop()
        self.redis.stop()
        shutil.rmtree(self.folder)
