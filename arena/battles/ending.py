"""How to end a background task for certain."""

import asyncio

AGAIN_SECONDS = 2.0


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait until it has ended. What it raises stays with it.

    It is asked again when it goes on: libraries swallow a cancellation that comes at an inconvenient moment.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=AGAIN_SECONDS)
