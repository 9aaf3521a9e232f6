"""What an endpoint says of its remote server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# Our names of what decides how tokens are drawn, and the protocol's. What has no name is not sent unless the endpoint
# gives it one: servers that follow the protocol to the letter refuse what it does not know.
PARAMETERS: Mapping[str, str | None] = {
    "temperature": "temperature",
    "top_p": "top_p",
    "max_new_tokens": "max_tokens",
    "seed": "seed",
    "top_k": None,
    "repetition_penalty": None,
}


@dataclass(frozen=True, slots=True)
class RemoteOptions:
    """Where a model is served and how patiently it is asked; `read_options` makes one of checked values.

    Parameters
    ----------
    base_url
        The address to which "/chat/completions" is added.
    model
        The server's name of the model.
    key_env
        The environment variable that holds the key; empty sends none.
    allow_private
        Whether the server may have a private address.
    connect_timeout, first_text_timeout, silence_timeout, total_timeout
        Seconds for the connection; from sending to the first text; between two pieces; for all of it, with waiting for
        a place and with retries.
    retries
        How often a request may be sent again, before any text came.
    concurrency, requests_per_minute
        How many requests of one worker run at once, and how many it sends in any 60 seconds; 0 sets no limit.
    ask_usage
        Whether to ask for token counts; a few servers refuse the question.
    parameters
        Changes to `PARAMETERS`: the server's name of a parameter, or None to leave it out.
    extra
        Further fields of each request.
    """

    base_url: str
    model: str
    key_env: str = ""
    allow_private: bool = False
    connect_timeout: float = 10.0
    first_text_timeout: float = 45.0
    silence_timeout: float = 30.0
    total_timeout: float = 170.0
    retries: int = 2
    concurrency: int = 16
    requests_per_minute: int = 0
    ask_usage: bool = True
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where completions are asked for."""
        return self.base_url.rstrip("/") + "/chat/completions"

    @property
    def host(self) -> str:
        """The name or address in `base_url`."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def sent_parameters(self) -> dict[str, str]:
        """The sampling parameters that are sent, by our name and with the server's."""
        return {ours: theirs for ours, theirs in {**PARAMETERS, **self.parameters}.items() if theirs}
