"""A rater's browser, as far as faults are concerned: pages, forms, and an eye on what must not be told."""

import re
import time

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.faults.faulty_arena import FaultyArena

TELLTALE = "Telltale"
HTMX = {"HX-Request": "true"}


class Visitor:
    """Somebody with a cookie of their own."""

    def __init__(self, arena: FaultyArena) -> None:
        self.arena = arena
        self.http = httpx.Client(base_url=arena.url, timeout=30, headers={"Origin": arena.url})

    def start(self) -> str:
        """Ask something and return the battle's id."""
        home = self.http.get("/").raise_for_status().text
        terms = re.search(r'name="consent" value="(\d+)"', home)
        assert terms is not None
        response = self._post("/battles/", {"prompt": "Why is the sky blue?", "consent": terms[1]}, headers={})
        assert response.status_code == 302, response.text
        return response.headers["Location"].rstrip("/").rpartition("/")[2]

    def page(self, battle: str) -> str:
        """Return the page of a battle; before its vote it names nobody."""
        response = self.http.get(f"/battles/{battle}/")
        response.raise_for_status()
        if not self.arena.votes(battle):
            assert TELLTALE not in response.text
        return response.text

    def turn_status(self, battle: str) -> str:
        found = re.search(r'data-turn-status="(\w+)"', self.page(battle))
        assert found is not None
        return found[1]

    def wait_for(self, battle: str, *statuses: str, seconds: float = 60.0) -> str:
        """Return the turn's status once it is one of these, as the page says it."""
        self.arena.wait_until(lambda: self.turn_status(battle) in statuses, seconds)
        return self.turn_status(battle)

    def wait_for_text(self, battle: str) -> None:
        """Wait until some of both answers is shown."""
        self.arena.wait_until(lambda: "word 3," in self.page(battle), 30)

    def retry(self, battle: str) -> None:
        self._post(f"/battles/{battle}/retry/", {}).raise_for_status()

    def skip(self, battle: str) -> None:
        self._post(f"/battles/{battle}/skip/", {"reason": "other"}).raise_for_status()

    def vote(self, battle: str, winner: str) -> httpx.Response:
        """Post a vote; what the server acknowledges is remembered, the first time."""
        response = self._post(f"/battles/{battle}/vote/", {"winner": winner})
        if response.status_code == 200 and "Your vote is saved." in response.text:
            self.arena.acknowledged.setdefault(battle, winner)
        else:
            assert TELLTALE not in response.text
        return response

    def vote_until_saved(self, battle: str, winner: str, seconds: float = 30.0) -> httpx.Response:
        """Press the button again until the server says that the vote is saved, as the page offers it."""
        deadline = time.monotonic() + seconds
        while (response := self.vote(battle, winner)).status_code != 200:
            assert time.monotonic() < deadline, response.text
            time.sleep(0.3)
        return response

    def socket(self, battle: str) -> ClientConnection:
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        url = f"{self.arena.url.replace('http', 'ws')}/ws/battles/{battle}/"
        return connect(url, additional_headers={"Cookie": cookies}, origin=self.arena.url)

    def _post(self, path: str, data: dict[str, str], *, headers: dict[str, str] = HTMX) -> httpx.Response:
        token = self.http.cookies["csrftoken"]
        return self.http.post(path, data={**data, "csrfmiddlewaretoken": token}, headers=headers)
