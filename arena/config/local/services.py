"""The PostgreSQL and Redis of one run: private ones, or those that the environment names."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from arena.config.local.folders import Folders
from arena.config.local.postgres import PrivatePostgres
from arena.config.local.redis import PrivateRedis


class Services:
    """Start and stop what `environment` does not name by `DATABASE_URL` and `REDIS_URL`, or their `_FILE` variants."""

    def __init__(self, folders: Folders, environment: Mapping[str, str] = os.environ) -> None:
        self.postgres = None if _named(environment, "DATABASE_URL") else PrivatePostgres(folders.postgres)
        self.redis = None if _named(environment, "REDIS_URL") else PrivateRedis(folders.redis)
        self._starting: list[asyncio.Task[str]] = []

    async def start(self) -> dict[str, str]:
        """Start both at once and return their addresses, by the names of the variables that hold them."""
        private = {"DATABASE_URL": self.postgres, "REDIS_URL": self.redis}
        starting = {
            name: asyncio.create_task(asyncio.to_thread(service.start))
            for name, service in private.items()
            if service is not None
        }
        self._starting = list(starting.values())
        # Shielded, because a thread cannot be stopped half way; `stop` waits for it.
        return {name: await asyncio.shield(task) for name, task in starting.items()}

    async def stop(self) -> None:
        """Stop what `start` started, also when it failed or was interrupted."""
        await asyncio.gather(*self._starting, return_exceptions=True)
        stopping = [asyncio.to_thread(service.stop) for service in (self.postgres, self.redis) if service is not None]
        await asyncio.gather(*stopping)


def redis_url(environment: Mapping[str, str]) -> str:
    """Return the address of Redis that `environment` gives, by itself or by the name of a file."""
    return environment.get("REDIS_URL") or Path(environment["REDIS_URL_FILE"]).read_text(encoding="utf-8").strip()


def _named(environment: Mapping[str, str], variable: str) -> bool:
    return bool(environment.get(variable) or environment.get(f"{variable}_FILE"))
