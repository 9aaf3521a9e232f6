"""Run something until the person at the terminal, or the system, asks it to stop."""

import asyncio
import signal
from collections.abc import Coroutine

from arena.config.local.child import ProgramFailedError
from arena.config.local.console import Console
from arena.config.local.postgres import PostgresError
from arena.config.local.preflight import PreflightError
from arena.config.local.redis import RedisError

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run_until_signal(work: Coroutine[None, None, None], console: Console) -> int:
    """Do the work; the first Ctrl-C, TERM or hang-up cancels it, and further ones change nothing.

    Returns
    -------
    int
        The exit status: 0 after a signal, 1 when the arena could not be kept running.
    """
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    asked = False

    def ask_to_stop() -> None:
        # A second cancellation would interrupt the stopping itself and leave processes behind.
        nonlocal asked
        if not asked:
            asked = True
            task.cancel()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, ask_to_stop)
    try:
        await task
    except asyncio.CancelledError:
        return 0
    except (PreflightError, ProgramFailedError, PostgresError, RedisError) as error:
        console.say(str(error))
        return 1
    finally:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
    return 0
