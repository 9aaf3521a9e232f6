"""Keys of remote servers: named in the database, held by the environment."""

import os
import re
from pathlib import Path

from models_registry.inference.errors import MisconfiguredBackendError

# The ending keeps an endpoint from naming another secret of this process, such as SECRET_KEY or DATABASE_URL, and so
# from sending it to a server of somebody's choice.
KEY_NAME = re.compile(r"[A-Z][A-Z0-9_]*_API_KEY|API_KEY")
KEY_FORM = re.compile(r"[\x21-\x7e]+")


def is_key_name(name: str) -> bool:
    """Tell whether an environment variable may hold the key of an endpoint."""
    return KEY_NAME.fullmatch(name) is not None


def read_key(name: str) -> str:
    """Return the key in the environment variable `name`, or in the file that `<name>_FILE` points to.

    Read for each request, so that a key in a file can be replaced while the arena runs. No message holds the key.

    Raises
    ------
    MisconfiguredBackendError
        If there is none, its file cannot be read, or it could not be sent.
    """
    if not is_key_name(name):
        raise MisconfiguredBackendError(f"{name} may not hold a key: its name has to end in _API_KEY.")
    key = _file_content(name) if f"{name}_FILE" in os.environ else os.environ.get(name, "").strip()
    if not key:
        raise MisconfiguredBackendError(f"The worker has no key: set {name} in its environment and restart it.")
    if not KEY_FORM.fullmatch(key):
        raise MisconfiguredBackendError(f"{name} holds characters that cannot be part of a key.")
    return key


def _file_content(name: str) -> str:
    try:
        return Path(os.environ[f"{name}_FILE"]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise MisconfiguredBackendError(f"The file that {name}_FILE names cannot be read.") from error
