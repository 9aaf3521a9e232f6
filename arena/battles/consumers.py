"""The websocket of a battle: it authorises, follows the turn, and sends what the pace has released."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, cast

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.http import parse_cookie
from structlog import get_logger

from arena.battles import clock
from arena.battles.agreeing import is_stale
from arena.battles.ending import ended
from arena.battles.events import BattleEvent, battle_group
from arena.battles.feed import stream_feed
from arena.battles.models import Turn
from arena.battles.selectors import (
    StreamedTurn,
    owned_battle,
    owns_under_terms_in_force,
    released_texts,
    streamed_turn,
)
from arena.battles.streaming import Answer, stream_key
from arena.raters.identity import rater_id_from_cookies
from models_registry.heartbeat import live_workers

logger = get_logger(__name__)

# How often the database is looked at although nobody announced a change: announcements may be lost.
RECHECK_SECONDS = 5.0
# A page that stands still is looked at rarely: it can only change by what somebody does, which is announced.
REST_SECONDS = 20.0
NOT_FOUND = 4404
CONSENT_NEEDED = 4409
INTERNAL_ERROR = 1011
STILL = frozenset({Turn.Status.STOPPED, Turn.Status.FAILED})


class BattleConsumer(AsyncJsonWebsocketConsumer):
    """Sends `BattleEvent`s; takes `{"type": "snapshot"}` from a client that saw a gap."""

    async def connect(self) -> None:
        self.battle_id = self.scope["url_route"]["kwargs"]["battle_id"]
        refusal = await self._refusal()
        if refusal:
            await self.accept()
            await self.close(code=refusal)
            return
        self.seq = 0
        self.changed = asyncio.Event()
        self.snapshot_wanted = True
        self.group = battle_group(self.battle_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        self.pump = asyncio.create_task(self._follow())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - Channels decides what its hooks get
        if pump := getattr(self, "pump", None):
            await ended(pump)
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content: object, **_: object) -> None:
        if isinstance(content, dict) and content.get("type") == "snapshot":
            self.snapshot_wanted = True
            self.changed.set()

    async def battle_changed(self, _event: dict[str, Any]) -> None:  # Any: a layer message is a free-form dictionary
        self.changed.set()

    @database_sync_to_async
    def _refusal(self) -> int:
        """Return the code to close with; 0 for the rater's own battle under terms that they agreed to."""
        headers = dict(self.scope["headers"])
        rater_id = rater_id_from_cookies(parse_cookie(headers.get(b"cookie", b"").decode("latin-1")))
        if owns_under_terms_in_force(battle_id=self.battle_id, rater_id=rater_id):
            return 0
        battle = owned_battle(battle_id=self.battle_id, rater_id=rater_id)
        if battle is None:
            return NOT_FOUND
        return CONSENT_NEEDED if is_stale(battle) else 0

    async def send_event(self, event: dict[str, object]) -> None:
        self.seq += 1
        await self.send_json(cast("BattleEvent", {**event, "seq": self.seq}))

    async def _follow(self) -> None:
        """Follow the battle until its page is closed; the socket is closed when that cannot go on."""
        try:
            await TurnPump(self).run()
        except OSError:
            # The page was closed while something was being sent, which is how most pages end.
            return
        except Exception:
            # The boundary of a background task: without this the page would wait for ever.
            logger.exception("battle_socket_failed")
            await self.close(code=INTERNAL_ERROR)


class TurnPump:
    """Looks some ten times a second at what is released of the current turn, and sends what is new."""

    def __init__(self, consumer: BattleConsumer) -> None:
        self.consumer = consumer
        self.turn: StreamedTurn | None = None
        self.shown: dict[str, str] = {}
        self.waiting = ""
        self.read_at = 0.0
        self.asked_at = 0.0

    async def run(self) -> None:
        await asyncio.to_thread(clock.now_ms)  # the first question to the clock may wait for an answer
        while True:
            await self._look()
            if self.turn is None:
                await asyncio.sleep(RECHECK_SECONDS)
                continue
            streams = self.turn.streams
            async with stream_feed().watch([stream_key(pk) for pk in streams.values()]) as streamed:
                await self._follow_attempt(self.turn, dict(zip(streams, streamed, strict=True)))

    async def _follow_attempt(self, turn: StreamedTurn, streamed: Mapping[str, Answer]) -> None:
        """Follow one attempt of one turn until another one takes its place."""
        streams, feed = turn.streams, stream_feed()
        while turn.streams == streams:
            if await self._step(turn, streamed):
                await self._rest()
            if not self._has_shown:
                await feed.wait_for_text(list(streamed.values()), feed.frame_seconds)
            else:
                await asyncio.sleep(feed.frame_seconds)
            await self._look()
            if self.turn is None:
                return
            turn = self.turn

    @property
    def _has_shown(self) -> bool:
        return any(self.shown.values())

    async def _rest(self) -> None:
        """Nothing moves until somebody votes, retries or asks: wait for that."""
        while not self.consumer.snapshot_wanted:
            try:
                await asyncio.wait_for(self.consumer.changed.wait(), REST_SECONDS)
            except TimeoutError:
                self.read_at = 0.0
            return

    async def _look(self) -> None:
        """Read the turn's row when it may have changed."""
        due = time.monotonic() - self.read_at >= RECHECK_SECONDS
        if not (due or self.consumer.changed.is_set() or self.turn is None):
            return
        self.consumer.changed.clear()
        before, self.turn = self.turn, await database_sync_to_async(streamed_turn)(self.consumer.battle_id)
        self.read_at = time.monotonic()
        if before is None or self.turn is None:
            return
        if (before.index, before.attempt) != (self.turn.index, self.turn.attempt):
            self.shown, self.waiting, self.consumer.snapshot_wanted = {}, "", True
            await self.consumer.send_event({"type": "battle.changed"})
        elif before.streams.keys() != self.turn.streams.keys():
            # A side was left out: its pane goes, and with it what stood there.
            self.shown, self.consumer.snapshot_wanted = {}, True
            await self.consumer.send_event({"type": "battle.changed"})
        elif before.streams != self.turn.streams and self._has_shown:
            # A side is asked again, which happens before anything is shown; if something just was, it is replaced.
            self.shown, self.consumer.snapshot_wanted = {}, True
        elif before.battle_status != self.turn.battle_status:
            await self.consumer.send_event({"type": "battle.changed"})

    async def _step(self, turn: StreamedTurn, streamed: Mapping[str, Answer]) -> bool:
        """Send what is due, and return whether the turn stands still now."""
        now = clock.now_ms()
        answers = {side: turn.stored[side] or answer for side, answer in streamed.items()}
        texts = released_texts(answers, stopped_ms=turn.stopped_ms, now_ms=now)
        still = turn.status in STILL or (turn.released_ms is not None and now >= turn.released_ms)
        status = turn.status if still else Turn.Status.RUNNING
        if self.consumer.snapshot_wanted:
            await self._send_snapshot(turn, texts, status)
        elif any(len(text) > len(self.shown.get(side, "")) for side, text in texts.items()):
            await self._send_delta(turn, texts)
        self.shown = texts
        if still:
            await self._emit("turn.ended", turn, {"status": status})
        elif not self._has_shown:
            await self._send_waiting()
        return still

    async def _send_snapshot(self, turn: StreamedTurn, texts: Mapping[str, str], status: str) -> None:
        self.consumer.snapshot_wanted = False
        panes = {side: {"text": text} for side, text in texts.items()}
        await self._emit("battle.snapshot", turn, {"status": status, **panes})

    async def _send_delta(self, turn: StreamedTurn, texts: Mapping[str, str]) -> None:
        new = {side: text[len(self.shown.get(side, "")) :] for side, text in texts.items()}
        await self._emit("turn.delta", turn, new)

    async def _send_waiting(self) -> None:
        if time.monotonic() - self.asked_at < RECHECK_SECONDS:
            return
        self.asked_at = time.monotonic()
        state = "thinking" if await _somebody_is_ready() else "warming"
        if state != self.waiting:
            self.waiting = state
            await self.consumer.send_event({"type": "turn.waiting", "state": state})

    async def _emit(self, kind: str, turn: StreamedTurn, facts: Mapping[str, object]) -> None:
        await self.consumer.send_event({"type": kind, "turn": turn.index, "attempt": turn.attempt, **facts})


async def _somebody_is_ready() -> bool:
    """Tell whether any worker is ready. Never which: that could tell the contestants apart."""
    states = await asyncio.to_thread(live_workers)
    return any(state.ready for state in states)
