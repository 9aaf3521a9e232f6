"""Law 1 in a real browser: nothing that reaches it before the vote tells who answers."""

import json
import re

import pytest

from tests.e2e.visitor import LONG_PROMPT

pytestmark = pytest.mark.e2e

# Every key that a frame may have, and nothing else: no tokens, no times, no names.
FRAME_KEYS = {
    "battle.snapshot": {"type", "seq", "turn", "attempt", "status", "a", "b"},
    "turn.delta": {"type", "seq", "turn", "attempt", "a", "b"},
    "turn.waiting": {"type", "seq", "state"},
    "turn.ended": {"type", "seq", "turn", "attempt", "status"},
    "battle.changed": {"type", "seq"},
}
IDENTITIES = """
    SELECT c.slug FROM models_registry_contestant c UNION SELECT c.name FROM models_registry_contestant c
    UNION SELECT slug FROM models_registry_languagemodel UNION SELECT name FROM models_registry_languagemodel
    UNION SELECT revision FROM models_registry_languagemodel UNION SELECT website FROM models_registry_languagemodel
    UNION SELECT unnest(aliases) FROM models_registry_languagemodel
    UNION SELECT slug FROM models_registry_organisation UNION SELECT name FROM models_registry_organisation
    UNION SELECT slug FROM models_registry_endpoint UNION SELECT options->>'model_path' FROM models_registry_endpoint
    UNION SELECT sha256 FROM models_registry_contestantsnapshot
"""
# Of this battle: seeds and the probability of its pair, which tell contestants apart just as well.
NUMBERS = """SELECT b.draw_seed::text FROM battles_battle b WHERE b.id = %s
             UNION SELECT c.seed::text FROM battles_completion c JOIN battles_turn t ON t.id = c.turn_id
             WHERE t.battle_id = %s"""
TELLTALES = (
    "135m", "smollm", "drop2", "transformers", "contestant", "snapshot_", "snapshot-", "_tokens", "-tokens",
    "finish_reason", "finish-reason", "temperature", "top_p", "draw_", "seed", "endpoint", "sampling", "parameters",
    "duration", "elapsed", "server-timing",
)  # fmt: skip

# Tokens and signatures of our own, in which chance may spell anything.
RANDOM = re.compile(r"[A-Za-z0-9_-]{32,}")


class Recorder:
    """Everything that reached the browser: addresses, headers and bodies, and the frames of websockets."""

    def __init__(self, page):
        self.texts = {}
        self.headers = []
        self.frames = []
        self._page = page
        self._under_way = set()
        page.on("request", self._begin)
        page.on("requestfailed", self._end)
        page.on("requestfinished", self._take)
        page.on("websocket", lambda socket: socket.on("framereceived", self._take_frame))

    def _begin(self, request):
        self._under_way.add(request)

    def _end(self, request):
        self._under_way.discard(request)

    def _take(self, request):
        try:
            response = request.response()
            self.headers += [f"{name}: {value}" for name, value in response.all_headers().items()]
            is_redirect = 300 <= response.status < 400
            self.texts.setdefault(request.url, []).append("" if is_redirect else response.text())
        finally:
            self._end(request)

    def settle(self):
        """Wait until everything asked for so far is written down."""
        while self._under_way:
            self._page.wait_for_timeout(20)

    def _take_frame(self, frame):
        self.frames.append(frame)

    @property
    def pages(self):
        """What came from views; styles and scripts are the same for every battle."""
        return [text for url, texts in self.texts.items() if "/static/" not in url for text in texts]

    @property
    def everything(self):
        bodies = (text for texts in self.texts.values() for text in texts)
        return "\n".join([*self.texts, *bodies, *self.headers, *self.frames])


def without_answers(html):
    """The page without what the models wrote, which may hold any word."""
    return re.sub(r'(<div class="answer[^>]*>).*?(</div>\s*</section>)', r"\1\2", html, flags=re.DOTALL)


def panes(html):
    """The markup of both panes without the answers, with side A's letters in both."""
    found = re.findall(r'<section class="pane.*?</section>', without_answers(html), flags=re.DOTALL)
    swap = {"a": "b", "b": "a", "A": "B", "B": "A"}
    found[1] = re.sub(r"(?<![</])\b[abAB]\b", lambda match: swap[match[0]], found[1])
    return found


def test_nothing_before_the_vote_tells_who_answers(arena, visitor):
    recorder = Recorder(visitor.page)

    battle_id = visitor.ask(LONG_PROMPT)
    visitor.wait_for_text(20)
    visitor.page.get_by_role("button", name="Stop").click()
    visitor.page.get_by_role("button", name="Retry").click()
    visitor.wait_for_text(20)
    visitor.page.reload()
    visitor.wait_for_vote()
    visitor.page.reload()
    visitor.wait_for_vote()
    visitor.open("/battles/mine/")
    recorder.settle()
    before_the_vote = recorder.everything.casefold()
    pages, headers = [without_answers(text) for text in recorder.pages], recorder.headers[:]
    visitor.page.go_back()
    visitor.vote("model_a")
    recorder.settle()

    assert arena.stored_votes(battle_id) == ["model_a"]
    identities = [name for (name,) in arena.rows(IDENTITIES) + arena.rows(NUMBERS, battle_id, battle_id) if name]
    assert len(identities) > 20
    assert len(recorder.frames) > 10
    assert [name for name in identities if name.casefold() in before_the_vote] == []
    ours = RANDOM.sub("", "\n".join([*pages, *headers])).casefold()
    assert [word for word in TELLTALES if word in ours] == []
    # The recorder does see such words where they are: after the vote.
    revealed = "\n".join(recorder.pages).casefold()
    assert "smollm2" in revealed
    assert "parameters" in revealed


def test_frames_hold_text_and_states_only(visitor):
    recorder = Recorder(visitor.page)

    visitor.ask()
    visitor.wait_for_vote()

    frames = [json.loads(frame) for frame in recorder.frames]
    assert {frame["type"] for frame in frames} >= {"battle.snapshot", "turn.delta", "turn.ended"}
    for frame in frames:
        assert set(frame) == FRAME_KEYS[frame["type"]]
        if frame["type"] == "battle.snapshot":
            assert (set(frame["a"]), set(frame["b"])) == ({"text"}, {"text"})


def test_panes_differ_in_nothing_but_letter_and_text(visitor):
    recorder = Recorder(visitor.page)

    visitor.ask()
    visitor.wait_for_text(5)
    visitor.wait_for_vote()
    recorder.settle()

    pages = [panes(text) for text in recorder.pages if 'class="pane' in text]
    assert len(pages) >= 2
    for first, second in pages:
        assert first == second
