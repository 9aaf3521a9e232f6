"""Pages are light: under 60 KB over the wire, with everything that they load, for someone who was never here."""

import pytest

pytestmark = pytest.mark.e2e

LIMIT = 60_000


class Scale:
    """Weighs what a page loads, as the network saw it: compressed, with headers, nothing from a cache."""

    def __init__(self, page):
        self.page = page
        self.bytes = {}
        self._names = {}
        self._browser = page.context.new_cdp_session(page)
        self._browser.send("Network.enable")
        self._browser.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self._browser.on("Network.requestWillBeSent", self._name)
        self._browser.on("Network.loadingFinished", self._add)

    def weigh(self, address):
        self.bytes.clear()
        self.page.goto(address, wait_until="networkidle")
        return sum(self.bytes.values())

    def _name(self, event):
        self._names[event["requestId"]] = event["request"]["url"]

    def _add(self, event):
        self.bytes[self._names.get(event["requestId"], "?")] = event["encodedDataLength"]


def test_pages_weigh_less_than_60_kilobytes(arena, visitor):
    battle_id = visitor.ask()
    visitor.wait_for_vote()
    scale = Scale(visitor.page)
    paths = {
        "home": "/",
        "votable": f"/battles/{battle_id}/",
        "board": "/leaderboard/",
        "simulated": "/leaderboard/simulated-raters/",
    }

    weights = {name: scale.weigh(arena.url + path) for name, path in paths.items()}
    visitor.open(paths["votable"])
    visitor.vote("tie")
    weights["revealed"] = scale.weigh(arena.url + paths["votable"])

    assert min(weights.values()) > 1_000
    assert {name: weight for name, weight in weights.items() if weight >= LIMIT} == {}
