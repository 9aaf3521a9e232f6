"""How mail leaves: by the server that `EMAIL_URL` names, or into a folder of this machine when there is none."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

SCHEMES = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Mail:
    """What Django's mail settings are; `folder` is where mails are kept when no server is named."""

    backend: str
    folder: Path | None
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def is_mail_address(url: str) -> bool:
    """Tell whether `url` reads as `smtp+tls://user:password@host:587`."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it raises when it is no number
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.hostname) and not parse_qs(parts.query)


def mail_from_url(url: str, *, folder: Path) -> Mail:
    """Return the settings that `url` stands for; mails are files in `folder` when it is empty."""
    if not url:
        return Mail(backend="arena.config.mail_folder.FolderBackend", folder=folder)
    parts = urlsplit(url)
    return Mail(
        backend="django.core.mail.backends.smtp.EmailBackend",
        folder=None,
        host=parts.hostname or "",
        port=parts.port or SCHEMES[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme == "smtps",
    )
