"""How weights on a hub are named exactly: an owner, a name, and a commit. Nothing heavy is imported."""

import re

HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
COMMIT = re.compile(r"[0-9a-f]{40}")


def is_hub_name(text: str) -> bool:
    """Tell whether a text has the form owner/name."""
    return HUB_NAME.fullmatch(text) is not None and ".." not in text and "--" not in text


def is_commit(text: str) -> bool:
    """Tell whether a text names one commit for ever: a branch or a tag may point elsewhere tomorrow."""
    return COMMIT.fullmatch(text) is not None
