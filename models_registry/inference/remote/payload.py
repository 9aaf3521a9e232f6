"""The body of a request."""

import json
from dataclasses import asdict

from models_registry.inference.protocol import CompletionRequest
from models_registry.inference.remote.options import RemoteOptions

# Servers differ in how large a seed they take; all take this.
SEEDS = 2**31


def request_body(options: RemoteOptions, request: CompletionRequest) -> bytes:
    """Return the JSON with which a conversation is sent, with the sampling parameters that the endpoint takes."""
    ours = {**asdict(request.sampling), "seed": request.seed % SEEDS}
    body: dict[str, object] = {
        **options.extra,
        **{theirs: ours[name] for name, theirs in options.sent_parameters.items()},
        "model": options.model,
        "messages": [asdict(message) for message in request.messages],
        "stream": True,
    }
    if options.ask_usage:
        body["stream_options"] = {"include_usage": True}
    return json.dumps(body, ensure_ascii=False).encode()
