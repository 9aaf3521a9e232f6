"""The PostgreSQL and Redis of one test session."""

import os

from arena.config.local.throwaway import ThrowawayServices


class LiveServices(ThrowawayServices):
    """Servers that the settings of this process find in the environment."""

    def start(self) -> None:
        super().start()
        os.environ.update(self.addresses)
