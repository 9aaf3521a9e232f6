"""The supervisor restarts what dies, gives up in plain words, and leaves no process behind."""

import asyncio
import io
import sys

import psutil
import pytest

from arena.config.local.child import Persistence, ProgramFailedError
from arena.config.local.console import Console
from arena.config.local.leftovers import Roll
from arena.config.local.programs import Program
from arena.config.local.supervisor import Supervisor

pytestmark = pytest.mark.integration

SLEEP = "import time; print('up', flush=True); time.sleep(600)"
IGNORE_TERM = f"import signal; [signal.signal(n, signal.SIG_IGN) for n in (signal.SIGTERM, signal.SIGQUIT)]; {SLEEP}"
START_GRANDCHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); {SLEEP}"


def program(code, name="dummy", **options):
    return Program(name, "The dummy", (sys.executable, "-c", code), **options)


def runs_python(process):
    # Redis is a child of this session too; and what is listed may have ended before it is asked.
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.name() != "redis-server"
    except psutil.Error:
        return False


class Stage:
    """A supervisor with quick restarts, what it said, and which processes it started."""

    def __init__(self, folder, delays):
        self.stream = io.StringIO()
        self.folder = folder
        self.roll = Roll(folder / "children.json")
        self.supervisor = Supervisor(
            environment={},
            log_folder=folder,
            console=Console(stream=self.stream),
            roll=self.roll,
            persistence=Persistence(delays=delays),
        )

    @property
    def said(self):
        return self.stream.getvalue()

    def processes(self):
        return [process for process in psutil.Process().children(recursive=True) if runs_python(process)]

    async def until(self, condition):
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - processes have no event of ours
                await asyncio.sleep(0.02)

    async def until_printed(self, text="up", name="dummy"):
        log = self.folder / f"{name}.log"
        await self.until(lambda: log.exists() and text in log.read_text())


@pytest.fixture
async def stage(tmp_path):
    stage = Stage(tmp_path, delays=(0.01, 0.01))
    yield stage
    await stage.supervisor.stop()
    assert stage.processes() == []


async def test_supervisor_stop_ends_every_program(stage):
    for name in ("one", "two"):
        stage.supervisor.start(program(SLEEP, name))
        await stage.until_printed(name=name)

    await stage.supervisor.stop()

    assert stage.processes() == []


async def test_supervisor_stop_kills_a_program_that_ignores_it(stage):
    stage.supervisor.start(program(IGNORE_TERM, patience=0.2))
    await stage.until_printed()

    await stage.supervisor.stop()

    assert stage.processes() == []


async def test_supervisor_stop_ends_what_a_program_started(stage):
    stage.supervisor.start(program(START_GRANDCHILD))
    await stage.until(lambda: len(stage.processes()) == 2)
    await stage.until_printed("up\nup")

    await stage.supervisor.stop()

    assert stage.processes() == []


async def test_supervisor_restarts_a_program_that_was_killed(stage):
    stage.supervisor.start(program(SLEEP))
    await stage.until_printed()
    first = stage.processes()[0]

    first.kill()
    await stage.until(lambda: [process.pid for process in stage.processes()] not in ([], [first.pid]))

    assert "The dummy stopped by itself (killed, perhaps because memory ran out); starting it again" in stage.said


async def test_supervisor_gives_up_and_says_how_the_log_ends(stage):
    stage.supervisor.start(program("raise SystemExit('the reason')"))

    await stage.until(lambda: "keeps stopping" in stage.said)

    assert stage.said.count("starting it again") == 2
    assert "the reason" in stage.said
    assert "The rest of the arena goes on without it" in stage.said


async def test_supervisor_wait_raises_when_an_essential_program_is_given_up(stage):
    stage.supervisor.start(program("raise SystemExit('the reason')", essential=True))

    with pytest.raises(ProgramFailedError, match=r"The dummy keeps stopping\. (?s:.*)the reason"):
        await asyncio.wait_for(stage.supervisor.wait(), 60)


async def test_supervisor_stop_does_not_wait_for_a_restart(tmp_path):
    stage = Stage(tmp_path, delays=(600,))
    stage.supervisor.start(program("raise SystemExit(3)"))
    await stage.until(lambda: "exit status 3" in stage.said)

    await asyncio.wait_for(stage.supervisor.stop(), 5)

    assert stage.processes() == []


async def test_supervisor_shows_announcements_and_logs_the_rest(stage):
    await stage.supervisor.run_to_end(program("print('parallax: models ready'); print('detail')"))

    assert "models ready" in stage.said
    assert "detail" not in stage.said
    assert (stage.folder / "dummy.log").read_text() == "parallax: models ready\ndetail\n"


async def test_supervisor_shows_what_a_speaking_program_says_but_not_its_errors(stage):
    code = "import sys; print('http://localhost/setup'); print('a warning', file=sys.stderr)"

    await stage.supervisor.run_to_end(program(code, speech="Open "))

    assert stage.said.endswith("Open http://localhost/setup\n")
    assert "a warning" not in stage.said
    assert sorted((stage.folder / "dummy.log").read_text().splitlines()) == ["a warning", "http://localhost/setup"]


async def test_supervisor_run_to_end_raises_with_the_end_of_the_log(stage):
    with pytest.raises(ProgramFailedError, match=r"The dummy failed(?s:.*)no such table"):
        await stage.supervisor.run_to_end(program("raise SystemExit('no such table')"))


async def test_supervisor_cancelled_while_a_command_runs_ends_it(stage):
    running = asyncio.create_task(stage.supervisor.run_to_end(program(SLEEP)))
    await stage.until_printed()

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert stage.processes() == []


async def test_supervisor_survives_a_line_without_end(stage):
    await stage.supervisor.run_to_end(program("print('x' * 3_000_000)"))

    assert (stage.folder / "dummy.log").stat().st_size == 3_000_001


async def test_roll_ends_what_a_killed_run_left_behind(stage):
    stage.supervisor.start(program(START_GRANDCHILD))
    await stage.until(lambda: len(stage.processes()) == 2)
    left_behind = stage.processes()

    ended = Roll(stage.roll.path).end_leftovers()

    assert ended == 2
    assert psutil.wait_procs(left_behind, timeout=10)[1] == []


def test_roll_leaves_a_process_alone_that_took_over_the_number(tmp_path):
    roll = Roll(tmp_path / "children.json")
    roll.path.write_text(f"[[{psutil.Process().pid}, 1.0]]")

    assert roll.end_leftovers() == 0


def test_roll_that_is_damaged_is_empty(tmp_path):
    roll = Roll(tmp_path / "children.json")
    roll.path.write_text("[[12")

    assert roll.end_leftovers() == 0
