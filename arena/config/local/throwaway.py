"""A PostgreSQL and a Redis for one purpose: new, forgetful, and gone afterwards."""

import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from arena.config.local.postgres import PrivatePostgres
from arena.config.local.redis import PrivateRedis


class ThrowawayServices:
    """Both servers over one new temporary folder, never over `var/`, where an arena may be running."""

    def __init__(self) -> None:
        # Short, because a unix socket's path is.
        self.folder = Path(tempfile.mkdtemp(prefix="parallax-"))
        self.folder.chmod(0o711)  # PostgreSQL runs as another account when we are root
        self.postgres = PrivatePostgres(self.folder / "postgres", durable=False)
        self.redis = PrivateRedis(self.folder / "redis", durable=False)
        self.addresses: dict[str, str] = {}

    def start(self) -> None:
        """Start both at once; afterwards `addresses` has the variables that name them."""
        with ThreadPoolExecutor() as threads:
            database, broker = threads.submit(self.postgres.start), threads.submit(self.redis.start)
            self.addresses = {"DATABASE_URL": database.result(), "REDIS_URL": broker.result()}

    def stop(self) -> None:
        """Stop both and remove what they wrote."""
        self.postgres.stop()
        self.redis.stop()
        shutil.rmtree(self.folder)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
