"""Where the arena keeps what it makes while running: one folder, `var/` unless `PARALLAX_VAR` names another."""

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Folders:
    """The places below one var folder."""

    var: Path

    @classmethod
    def from_environment(cls) -> "Folders":
        """Return the folders that this process's environment asks for."""
        return cls(Path(os.environ.get("PARALLAX_VAR") or REPOSITORY / "var").resolve())

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def postgres(self) -> Path:
        return self.var / "postgres"

    @property
    def redis(self) -> Path:
        return self.var / "redis"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def secret_key(self) -> Path:
        return self.var / "secret_key"
