"""From the JSON of a row to checked options. Nothing heavy is imported: forms are checked with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

from models_registry.inference.errors import MisconfiguredBackendError
from models_registry.inference.remote.keys import is_key_name
from models_registry.inference.remote.options import PARAMETERS, RemoteOptions

PASTED_KEYS = frozenset({"key", "api_key", "apikey", "token", "authorization", "password", "secret", "headers"})
# Fields that decide what is asked or how the answer comes.
OURS = frozenset({"model", "messages", "stream", "stream_options", "n", "tools", "functions"})


class OptionsError(MisconfiguredBackendError):
    """Some options cannot be used; `problems` has one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Rule:
    """Of what type an option is, in which words, and between which numbers."""

    types: tuple[type, ...]
    words: str
    least: float = 0.0
    most: float = float("inf")

    def objection(self, value: object) -> str:
        """Return what a value should have been, or nothing if it is fine."""
        # A truth value is a number to Python, and never what was meant.
        if not isinstance(value, self.types) or (isinstance(value, bool) and bool not in self.types):
            return self.words
        fits = not isinstance(value, int | float) or self.least <= value <= self.most
        return "" if fits else f"{self.words} from {self.least:g} to {self.most:g}"


def _seconds(most: float) -> _Rule:
    return _Rule((int, float), "a number of seconds", 0.05, most)


def _whole(least: int, most: int) -> _Rule:
    return _Rule((int,), "a whole number", least, most)


_TEXT, _SWITCH, _OBJECT = _Rule((str,), "text"), _Rule((bool,), "true or false"), _Rule((dict,), "an object")
_RULES: dict[str, _Rule] = {
    "base_url": _TEXT,
    "model": _TEXT,
    "key_env": _TEXT,
    "allow_private": _SWITCH,
    "connect_timeout": _seconds(60),
    "first_text_timeout": _seconds(600),
    "silence_timeout": _seconds(600),
    "total_timeout": _seconds(3600),
    "retries": _whole(0, 5),
    "concurrency": _whole(1, 512),
    "requests_per_minute": _whole(0, 1_000_000),
    "ask_usage": _SWITCH,
    "parameters": _OBJECT,
    "extra": _OBJECT,
}


def read_options(options: Mapping[str, object]) -> RemoteOptions:
    """Return the options of a row.

    Raises
    ------
    OptionsError
        If any is unknown, missing, of the wrong type or out of range; it says all that is wrong.
    """
    problems = [*_unknown(options), *_missing(options), *_unfit(options)]
    if problems:
        raise OptionsError(problems)
    read = RemoteOptions(**cast("Mapping[str, Any]", options))  # Any: each value's type was just checked
    problems = [*_address_problems(read), *_key_problems(read), *_field_problems(read)]
    if problems:
        raise OptionsError(problems)
    return read


def _unknown(options: Mapping[str, object]) -> Iterator[str]:
    for name in options:
        if name.lower() in PASTED_KEYS:
            yield (
                f"{name}: keys are not stored. Put the key into an environment variable of the workers and name it "
                'here, as in "key_env": "EXAMPLE_API_KEY".'
            )
        elif name not in _RULES:
            yield f"{name}: unknown. Known are {', '.join(_RULES)}."


def _missing(options: Mapping[str, object]) -> Iterator[str]:
    if not options.get("base_url"):
        yield 'base_url: missing. Name the server, as in "base_url": "https://api.example.org/v1".'
    if not options.get("model"):
        yield "model: missing. Give the server's name of the model."


def _unfit(options: Mapping[str, object]) -> Iterator[str]:
    for name, rule in _RULES.items():
        objection = rule.objection(options[name]) if name in options else ""
        if objection:
            yield f"{name}: must be {objection}."


def _address_problems(options: RemoteOptions) -> Iterator[str]:
    try:
        parts = urlsplit(options.base_url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        yield "base_url: not an address. Write it as https://api.example.org/v1."
        return
    if not usable or not options.base_url.isascii() or not options.base_url.isprintable() or " " in options.base_url:
        yield "base_url: not an address. Write it as https://api.example.org/v1."
    if parts.username or parts.password or parts.query or parts.fragment:
        yield "base_url: no names, passwords or questions in it. A key goes into key_env."
    if options.key_env and parts.scheme == "http" and not options.allow_private:
        yield "base_url: a key is only sent over https, or to a private address with allow_private."


def _key_problems(options: RemoteOptions) -> Iterator[str]:
    if options.key_env and not is_key_name(options.key_env):
        yield (
            "key_env: the name of an environment variable that ends in _API_KEY, not the key itself, "
            "as in EXAMPLE_API_KEY."
        )


def _field_problems(options: RemoteOptions) -> Iterator[str]:
    for ours, theirs in options.parameters.items():
        if ours not in PARAMETERS:
            yield f"parameters: {ours} is unknown. Known are {', '.join(PARAMETERS)}."
        elif not _is_field_or_none(theirs):
            yield f"parameters: {ours} must be the server's name of it, or null to leave it out."
    if "max_new_tokens" not in options.sent_parameters:
        yield "parameters: max_new_tokens must be sent, or answers would have no end."
    for name in options.extra:
        if name in OURS or name in options.sent_parameters.values():
            yield f"extra: {name} is set by the arena."


def _is_field_or_none(value: object) -> bool:
    return value is None or (isinstance(value, str) and value != "" and value not in OURS)


def is_private_literal(host: str) -> bool:
    """Tell whether a host is a private address by what is written, without asking a name server."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
