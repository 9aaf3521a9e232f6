"""The websocket of a battle, through the real ASGI application and a real channel layer."""

import json
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace

import pytest
from channels.db import database_sync_to_async

from arena.battles.models import Battle, Completion
from arena.battles.services.completing import fail_completion
from arena.battles.services.turns import retry_turn, stop_turn
from arena.battles.services.voting import cast_vote
from arena.battles.streaming import Answer, stream_key
from arena.raters.models import Rater
from models_registry.redis_connection import client
from tests.clients import rater_cookie
from tests.factories import TELLTALES, complete_turn, make_arena, make_battle, make_conversation, make_ready_battle
from tests.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)


class Tab:
    """An open page of a rater: what it got, and what it would show."""

    def __init__(self, battle: Battle, rater: Rater, *, origin: str = "http://localhost") -> None:
        cookie = f"parallax_rater={rater_cookie(rater)}"
        self.socket = Socket(f"/ws/battles/{battle.pk}/", cookie=cookie, origin=origin)
        self.frames: list[str] = []
        self.texts: dict[str, str] = {"a": "", "b": ""}

    @property
    def a(self) -> str:
        return self.texts["a"]

    @property
    def b(self) -> str:
        return self.texts["b"]

    async def open(self) -> bool:
        return await self.socket.open()

    async def next(self) -> dict[str, object]:
        frame = await self.socket.text()
        self.frames.append(frame)
        event: dict[str, object] = json.loads(frame)
        assert event["seq"] == len(self.frames)
        if event["type"] == "battle.snapshot":
            self.texts = {side: event[side]["text"] for side in "abcd" if side in event}  # type: ignore[index]  # typed by its name
        if event["type"] == "turn.delta":
            self.texts = {side: text + str(event[side]) for side, text in self.texts.items()}
        return event

    async def until(self, kind: str) -> dict[str, object]:
        while (event := await self.next())["type"] != kind:
            pass
        return event


Opener = Callable[..., Tab]


@pytest.fixture
async def open_tab() -> AsyncIterator[Opener]:
    tabs: list[Tab] = []

    def make(*args: object, **options: object) -> Tab:
        tabs.append(Tab(*args, **options))  # type: ignore[arg-type]  # handed through
        return tabs[-1]

    yield make
    for tab in tabs:
        await tab.socket.close()


@pytest.fixture
def arena() -> SimpleNamespace:
    return make_arena()


def write(battle: Battle, side: str, text: str, *, end: bool = False) -> None:
    key = stream_key(battle.turns.get().completions.get(side=side, attempt=1).pk)
    client().xadd(key, {"t": text})
    if end:
        client().xadd(key, {"end": "stop"})


def fail(battle: Battle, side: str) -> None:
    completion = Completion.objects.current().get(turn__battle=battle, side=side)
    fail_completion(completion_id=completion.pk, failure="engine_failed", answer=Answer())


async def test_socket_sends_equal_lengths_while_both_answer(arena: SimpleNamespace, open_tab: Opener) -> None:
    battle = await database_sync_to_async(make_battle)(arena)
    await database_sync_to_async(write)(battle, "a", "Because of the way that light scatters.")
    await database_sync_to_async(write)(battle, "b", "It is blue.")
    tab = open_tab(battle, battle.rater)
    await tab.open()

    await tab.until("battle.snapshot")
    lengths = []
    while len(tab.b) < len("It is blue."):
        await tab.until("turn.delta")
        lengths.append((len(tab.a), len(tab.b)))

    assert (tab.a, tab.b) == ("Because of ", "It is blue.")
    assert all(a == b for a, b in lengths)


async def test_socket_sends_four_sides_at_one_pace_and_drops_one_that_is_left_out(
    arena: SimpleNamespace, open_tab: Opener
) -> None:
    battle = await database_sync_to_async(make_conversation)(arena, is_answered=False)
    tab = open_tab(battle, battle.rater)
    for side, text in {"a": "Because.", "b": "It is blue.", "c": "Light."}.items():
        await database_sync_to_async(write)(battle, side, text)
    await tab.open()
    snapshot = await tab.until("battle.snapshot")

    for _try in range(2):
        await database_sync_to_async(fail)(battle, "d")
    await tab.until("battle.changed")
    while len(tab.texts["c"]) < len("Light."):
        await tab.next()

    assert [side for side in "abcd" if side in snapshot] == ["a", "b", "c", "d"]
    assert tab.texts == {"a": "Becaus", "b": "It is ", "c": "Light."}
    assert [word for word in TELLTALES if word in "".join(tab.frames)] == []


async def test_socket_shows_nothing_while_one_side_is_silent(arena: SimpleNamespace, open_tab: Opener) -> None:
    battle = await database_sync_to_async(make_battle)(arena)
    await database_sync_to_async(write)(battle, "a", "Because of the way that light scatters.")
    tab = open_tab(battle, battle.rater)
    await tab.open()

    await tab.until("turn.waiting")

    assert (tab.a, tab.b) == ("", "")


async def test_second_tab_and_reload_show_the_same(arena: SimpleNamespace, open_tab: Opener) -> None:
    battle = await database_sync_to_async(make_ready_battle)(arena)
    tabs = [open_tab(battle, battle.rater) for _ in range(2)]
    for tab in tabs:
        await tab.open()

        await tab.until("turn.ended")

    assert [(tab.a, tab.b) for tab in tabs] == [("An answer.", "Another **answer**.")] * 2


async def test_client_that_lost_frames_gets_a_snapshot(arena: SimpleNamespace, open_tab: Opener) -> None:
    battle = await database_sync_to_async(make_ready_battle)(arena)
    tab = open_tab(battle, battle.rater)
    await tab.open()
    await tab.until("turn.ended")

    await tab.socket.send({"type": "snapshot"})

    assert (await tab.until("battle.snapshot"))["status"] == "complete"


async def test_stop_and_retry_reach_an_open_tab(arena: SimpleNamespace, open_tab: Opener) -> None:
    battle = await database_sync_to_async(make_battle)(arena)
    tab = open_tab(battle, battle.rater)
    await tab.open()
    await tab.until("battle.snapshot")

    await database_sync_to_async(stop_turn)(battle_id=battle.pk)
    ended = await tab.until("turn.ended")
    await database_sync_to_async(retry_turn)(battle_id=battle.pk)
    await tab.until("battle.changed")
    again = await tab.until("battle.snapshot")

    assert (ended["status"], ended["attempt"]) == ("stopped", 1)
    assert (again["status"], again["attempt"]) == ("running", 2)


async def test_vote_in_another_tab_is_announced(arena: SimpleNamespace, open_tab: Opener) -> None:
    battle = await database_sync_to_async(make_ready_battle)(arena)
    tab = open_tab(battle, battle.rater)
    await tab.open()
    await tab.until("turn.ended")

    await database_sync_to_async(cast_vote)(battle_id=battle.pk, winner="tie")

    await tab.until("battle.changed")


async def test_no_frame_tells_a_model(arena: SimpleNamespace, open_tab: Opener) -> None:
    battle = await database_sync_to_async(make_battle)(arena)
    tab = open_tab(battle, battle.rater)
    await tab.open()
    await tab.until("turn.waiting")
    await database_sync_to_async(write)(battle, "a", "Some text.")
    await database_sync_to_async(write)(battle, "b", "Another text.")
    await tab.until("turn.delta")
    await database_sync_to_async(lambda: complete_turn(battle.turns.get()))()
    await tab.until("turn.ended")

    sent = "\n".join(tab.frames).lower()
    allowed = {"type", "seq", "turn", "attempt", "status", "state", "a", "b"}
    assert [word for word in TELLTALES if word.lower() in sent] == []
    assert {key for frame in tab.frames for key in json.loads(frame)} <= allowed


async def test_socket_of_another_rater_is_closed(arena: SimpleNamespace, open_tab: Opener) -> None:
    battle = await database_sync_to_async(make_ready_battle)(arena)
    stranger = await Rater.objects.acreate()
    tab = open_tab(battle, stranger)
    await tab.open()

    closed = await tab.socket.output()

    assert (closed["type"], closed["code"]) == ("websocket.close", 4404)


async def test_socket_of_another_origin_is_refused(arena: SimpleNamespace, open_tab: Opener) -> None:
    battle = await database_sync_to_async(make_ready_battle)(arena)

    assert await open_tab(battle, battle.rater, origin="https://evil.example").open() is False
