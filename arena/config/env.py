"""Every setting that comes from the environment, read once, typed, and checked together.

A clone runs with none of them set. A secret `X` may also be given as `X_FILE`, the path of a file that holds it. A bad
value stops the process with a sentence that names the variable.
"""

import ipaddress
import os
from pathlib import Path
from typing import cast

from environs import Env, EnvValidationError
from limits import parse_many

from arena.config.mail import is_mail_address

env = Env(eager=False)

MOST_SLOTS = 512
MOST_TURNS = 100
FEWEST_CHARS = 100
MOST_PROXIES = 10

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(os.environ.get("PARALLAX_VAR") or BASE_DIR / "var").resolve()


class ConfigurationError(SystemExit):
    """A variable that cannot be used; the message says which one and what it should be."""


def secret(name: str, default: str = "") -> str:
    """Return the value of `name`, or the content of the file that `<name>_FILE` points to.

    Raises
    ------
    ConfigurationError
        When the file named cannot be read.
    """
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return os.environ.get(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        message = f"{name}_FILE names {path}, which cannot be read: {error.strerror}. Give a readable file or unset it."
        raise ConfigurationError(message) from error


def is_rate(text: str) -> bool:
    """Tell whether `text` reads as rates, such as `20/minute` or `20/minute;300/hour`."""
    try:
        return all(item.amount >= 1 for item in parse_many(text))
    except ValueError:
        return False


def local_secret_key() -> str:
    """Return the key kept in the var folder by the local launcher, or nothing when there is none."""
    path = VAR_DIR / "secret_key"
    return path.read_text(encoding="ascii").strip() if path.is_file() else ""


DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY: str = secret("SECRET_KEY") or local_secret_key()
DATABASE_URL: str = secret("DATABASE_URL", default="postgresql://localhost/parallax")
REDIS_URL: str = secret("REDIS_URL", default="redis://localhost:6379/0")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_HTTPS: bool = env.bool("BEHIND_HTTPS", default=False)
BEHIND_PROXY: int = env.int("BEHIND_PROXY", default=0)
RATE_LIMITS: bool = env.bool("RATE_LIMITS", default=True)
RATE_PROMPTS: str = env.str("RATE_PROMPTS", default="20/minute;300/hour")
RATE_PROPOSALS: str = env.str("RATE_PROPOSALS", default="5/minute;40/day")
RATE_VOTES: str = env.str("RATE_VOTES", default="60/minute")
RATE_SOCKETS: str = env.str("RATE_SOCKETS", default="60/minute")
RATE_PAGES: str = env.str("RATE_PAGES", default="600/minute")
RATE_NETWORK_FACTOR: int = env.int("RATE_NETWORK_FACTOR", default=10)
MAX_OPEN_SOCKETS: int = env.int("MAX_OPEN_SOCKETS", default=20)
MAX_WAITING_ANSWERS: int = env.int("MAX_WAITING_ANSWERS", default=60)
METRICS_NETWORKS: list[str] = env.list("METRICS_NETWORKS", default=["127.0.0.0/8", "::1/128"])
METRICS_TOKEN: str = secret("METRICS_TOKEN")
EMAIL_URL: str = secret("EMAIL_URL")
EMAIL_FROM: str = env.str("EMAIL_FROM", default="Parallax <parallax@localhost>")
STAFF_MFA: str = env.str("STAFF_MFA", default="required")
OIDC_SERVER_URL: str = env.str("OIDC_SERVER_URL", default="")
OIDC_CLIENT_ID: str = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET: str = secret("OIDC_CLIENT_SECRET")
OIDC_NAME: str = env.str("OIDC_NAME", default="Single sign-on")
LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT: str = env.str("LOG_FORMAT", default="console")
RELEASES_DIR: Path = Path(env.str("RELEASES_DIR", default="") or VAR_DIR / "releases").resolve()
SCRIPTED_BACKEND: bool = env.bool("SCRIPTED_BACKEND", default=False)
ALLOW_PRIVATE_ENDPOINTS: bool = env.bool("ALLOW_PRIVATE_ENDPOINTS", default=False)
GENERATION_SLOTS: int = env.int("GENERATION_SLOTS", default=16)
FIRST_TEXT_DEADLINE: int = env.int("FIRST_TEXT_DEADLINE", default=60)
TURN_DEADLINE: int = env.int("TURN_DEADLINE", default=180)
MAX_TURNS: int = env.int("MAX_TURNS", default=10)
MAX_CONVERSATION_CHARS: int = env.int("MAX_CONVERSATION_CHARS", default=4000)
RATES = (
    ("RATE_PROMPTS", RATE_PROMPTS),
    ("RATE_PROPOSALS", RATE_PROPOSALS),
    ("RATE_VOTES", RATE_VOTES),
    ("RATE_SOCKETS", RATE_SOCKETS),
    ("RATE_PAGES", RATE_PAGES),
)


def _are_networks(names: list[str]) -> bool:
    try:
        return all(ipaddress.ip_network(name) for name in names)
    except ValueError:
        return False


def seal() -> None:
    """Check all variables together.

    Raises
    ------
    ConfigurationError
        When any is unusable; the message lists each with what is wrong.
    """
    try:
        env.seal()
    except EnvValidationError as error:
        # The library allows a plain list too, but fills a dictionary of lists.
        messages = cast("dict[str, list[str]]", error.error_messages)
        lines = [f"{name}: {' '.join(texts)}" for name, texts in messages.items()]
        raise ConfigurationError("Some settings cannot be used.\n" + "\n".join(lines)) from error
    problems = [
        text
        for wrong, text in (
            (not SECRET_KEY, "SECRET_KEY: not set. Use `make run`, or set it to at least 50 random characters."),
            (
                not _are_networks(METRICS_NETWORKS),
                "METRICS_NETWORKS: must be networks such as 10.0.0.0/8, with commas.",
            ),
            (
                bool(EMAIL_URL) and not is_mail_address(EMAIL_URL),
                "EMAIL_URL: must look like smtp+tls://user:password@host.",
            ),
            (STAFF_MFA not in {"required", "postpone"}, "STAFF_MFA: must be required or postpone."),
            (
                bool(OIDC_SERVER_URL) and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET),
                "OIDC_SERVER_URL: needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.",
            ),
            (
                bool(OIDC_SERVER_URL)
                and not OIDC_SERVER_URL.startswith(("https://", "http://localhost", "http://127.0.0.1")),
                "OIDC_SERVER_URL: must begin with https://.",
            ),
            (LOG_FORMAT not in {"console", "json"}, "LOG_FORMAT: must be console or json."),
            (not 1 <= GENERATION_SLOTS <= MOST_SLOTS, "GENERATION_SLOTS: must be from 1 to 512."),
            (FIRST_TEXT_DEADLINE < 1, "FIRST_TEXT_DEADLINE: must be at least 1 (seconds)."),
            (TURN_DEADLINE < FIRST_TEXT_DEADLINE, "TURN_DEADLINE: must not be shorter than FIRST_TEXT_DEADLINE."),
            (MAX_CONVERSATION_CHARS < FEWEST_CHARS, "MAX_CONVERSATION_CHARS: must be at least 100."),
            (not 0 <= BEHIND_PROXY <= MOST_PROXIES, "BEHIND_PROXY: must be from 0 to 10 (proxies of your own)."),
            *((not is_rate(rate), f"{name}: must look like 20/minute or 20/minute;300/hour.") for name, rate in RATES),
            (RATE_NETWORK_FACTOR < 1, "RATE_NETWORK_FACTOR: must be at least 1."),
            (MAX_OPEN_SOCKETS < 1, "MAX_OPEN_SOCKETS: must be at least 1."),
            (MAX_WAITING_ANSWERS < 1, "MAX_WAITING_ANSWERS: must be at least 1."),
            (not 1 <= MAX_TURNS <= MOST_TURNS, "MAX_TURNS: must be from 1 to 100."),
        )
        if wrong
    ]
    if problems:
        raise ConfigurationError("Some settings cannot be used.\n" + "\n".join(problems))


seal()
