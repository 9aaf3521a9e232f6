"""What one rater does, for locust: ask, watch the stream, vote, look at the leaderboard. Started by `run.py`.

Each rater has cookies of their own, as a browser has. What was posted and when text was first seen goes as JSON into
the file that `LOAD_REPORT` names.
"""

import json
import os
import random
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import gevent
import websocket
from locust import FastHttpUser, between, events, task
from locust.env import Environment

SECONDS_FOR_A_TURN = 180
# Opening prompts of the PRISM study had 13 words on average (Kirk 2024, https://arxiv.org/abs/2404.16019).
PROMPT_WORDS = (4, 22)
# How fast people type: 52 words a minute (Dhakal 2018, https://doi.org/10.1145/3173574.3174220).
SECONDS_PER_WORD = 60 / 52
WORDS = (
    "why",
    "how",
    "when",
    "sea",
    "sky",
    "bread",
    "river",
    "cat",
    "clock",
    "winter",
    "music",
    "grow",
    "sing",
    "sleep",
)

# As the page asks: for what changes, not for a redirection to all of it.
PART = {"HX-Request": "true"}
NO_HEADERS: Mapping[str, str] = {}

votes: list[str] = []
first_texts: dict[str, float] = {}
problems: list[str] = []


class Rater(FastHttpUser):
    """Thinks of a prompt, types it, reads along while answers appear, reads on when they are there, and votes.

    Both answers together have about 130 words, which take an adult half a minute to read: 238 words a minute in silence
    (Brysbaert 2019, https://doi.org/10.1016/j.jml.2019.104047). A third of that passes while they appear.
    """

    wait_time = between(4, 12)

    @task
    def compare(self) -> None:
        battle = self._ask()
        if battle and self._watch(battle):
            gevent.sleep(random.uniform(10, 30))
            self._vote(battle)
        if random.random() < 1 / 3:
            self.client.get("/leaderboard/", name="leaderboard")

    def _token(self) -> str:
        return next(cookie.value or "" for cookie in self.client.cookiejar if cookie.name == "csrftoken")

    def _post(  # noqa: ANN202 - locust's own type
        self, path: str, fields: dict[str, str], headers: Mapping[str, str] = NO_HEADERS, **options: object
    ):
        data = {**fields, "csrfmiddlewaretoken": self._token()}
        headers = {"Origin": self.host, **headers}
        return self.client.post(path, data=data, headers=headers, catch_response=True, **options)

    def _ask(self) -> str:
        home = self.client.get("/", name="home").text or ""
        terms = home.partition('name="consent" value="')[2].partition('"')[0]
        words = random.randint(*PROMPT_WORDS)
        gevent.sleep(words * SECONDS_PER_WORD)
        prompt = " ".join(random.choices(WORDS, k=words)) + "?"
        form = {"prompt": prompt, "consent": terms}
        with self._post("/battles/", form, name="ask", allow_redirects=False) as response:
            if response.status_code != 302:
                return self._fail(response, f"ask gave {response.status_code}")
            path = response.headers["Location"]
        self.client.get(path, name="battle")
        return urlsplit(path).path.strip("/").split("/")[-1]

    def _watch(self, battle: str) -> bool:
        """Read the socket until the turn has ended, and fetch the page part as the page does."""
        began = time.perf_counter()
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.client.cookiejar)
        address = f"{self.host.replace('http', 'ws')}/ws/battles/{battle}/"
        error: Exception | None = None
        try:
            connection = websocket.create_connection(
                address, cookie=cookies, origin=self.host, timeout=SECONDS_FOR_A_TURN
            )
            try:
                status = _read(connection, battle)
            finally:
                connection.close()
            if status != "complete":
                error = RuntimeError(f"the turn ended as {status}")
        except (websocket.WebSocketException, OSError) as caught:
            error = caught
        self.environment.events.request.fire(
            request_type="WS", name="stream", response_time=1000 * (time.perf_counter() - began), response_length=0,
            exception=error, context={},
        )  # fmt: skip
        if error:
            problems.append(f"{battle}: {error}")
            return False
        self.client.get(f"/battles/{battle}/", headers=PART, name="battle part")
        return True

    def _vote(self, battle: str) -> None:
        winner = random.choice(("model_a", "model_b", "tie", "both_bad"))
        # The server may close an idle connection in the very moment of the post; a browser then sends it again.
        if not self._vote_once(battle, winner, last=False):
            self._vote_once(battle, winner, last=True)

    def _vote_once(self, battle: str, winner: str, *, last: bool) -> bool:
        path = f"/battles/{battle}/vote/"
        with self._post(path, {"winner": winner}, PART, name="vote") as response:
            if response.status_code == 0 and not last:
                response.success()
                return False
            if response.status_code == 200 and "Your vote is saved." in (response.text or ""):
                votes.append(battle)
            else:
                self._fail(response, f"vote gave {response.status_code}")
        return True

    @staticmethod
    def _fail(response, text: str) -> str:  # noqa: ANN001 - as above
        response.failure(text)
        problems.append(text)
        return ""


def _read(connection: websocket.WebSocket, battle: str) -> str:
    while True:
        event = json.loads(connection.recv())
        if event["type"] == "turn.delta" and (event["a"] or event["b"]):
            first_texts.setdefault(battle, time.time())
        if event["type"] == "battle.snapshot" and event["a"]["text"]:
            # Text was there before the socket was: this battle says nothing about the first one.
            first_texts.setdefault(battle, 0.0)
        if event["type"] == "turn.ended":
            return str(event["status"])


@events.quitting.add_listener
def write_report(environment: Environment, **_: object) -> None:
    entries = {
        entry.name: {
            "count": entry.num_requests,
            "failures": entry.num_failures,
            "median": entry.median_response_time,
            "p99": entry.get_response_time_percentile(0.99),
            "most": entry.max_response_time,
        }
        for entry in environment.stats.entries.values()
    }
    errors = [f"{error.name}: {error.error} ({error.occurrences})" for error in environment.stats.errors.values()]
    report = {"entries": entries, "errors": errors, "problems": problems, "votes": votes, "first_texts": first_texts}
    Path(os.environ["LOAD_REPORT"]).write_text(json.dumps(report), encoding="utf-8")
