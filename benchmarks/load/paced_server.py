"""A server of the OpenAI chat protocol that answers at a set pace and thinks of nothing. Started by `run.py`.

    python benchmarks/load/paced_server.py --port 8100

Each model of `PACES` is one that writes so many characters at a time, after so many seconds.
"""

import argparse
import asyncio
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Characters a piece, seconds between pieces, and seconds before the first."""

    chars: int
    seconds: float
    first: float


# About 60 and 15 tokens a second.
PACES = {"quick": Pace(13, 0.05, 0.3), "calm": Pace(6, 0.09, 0.6)}
ANSWER = "This is an answer that goes on for a while, as answers do, and comes to its point in the end: {prompt} " * 2
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection, one after the other, until it is closed."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            fields = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:] if ": " in line)
            await answer(writer, json.loads(await reader.readexactly(int(fields["content-length"]))))
    except (asyncio.IncompleteReadError, ConnectionError):
        return
    finally:
        writer.close()


async def answer(writer: asyncio.StreamWriter, request: dict[str, object]) -> None:
    """Stream an answer in pieces, then the counts, then the end."""
    pace = PACES[str(request["model"])]
    text = ANSWER.format(prompt=request["messages"][-1]["content"])
    pieces = [text[start : start + pace.chars] for start in range(0, len(text), pace.chars)]
    writer.write(HEAD.encode())
    await asyncio.sleep(pace.first)
    for piece in pieces:
        await send(writer, {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
        await asyncio.sleep(pace.seconds)
    await send(writer, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    usage = {"prompt_tokens": len(text) // 8, "completion_tokens": len(pieces)}
    await send(writer, {"choices": [], "usage": usage})
    await send(writer, "[DONE]")
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def send(writer: asyncio.StreamWriter, event: object) -> None:
    """Write one event as a chunk."""
    line = f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n".encode()
    writer.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
    await writer.drain()


async def main(port: int) -> None:
    """Serve until ended."""
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=1000)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(main(parser.parse_args().port))
