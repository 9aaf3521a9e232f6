"""A person with a browser of their own: one rater, one window, and everything that their browser complained about."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
VOTE_BUTTONS = {"model_a": "A is better", "model_b": "B is better", "tie": "Tie", "both_bad": "Both bad"}
ANSWER_MILLISECONDS = 90_000
SHORT_PROMPT = "Why is the sky blue?"
# Asks for more than the longest answer, so that there is a middle in which something can happen.
LONG_PROMPT = "Write a long story about a fox who learns to swim."


@dataclass
class Visitor:
    """What a person does on the pages of a battle. `page` is the window in front."""

    url: str
    context: BrowserContext
    page: Page = field(init=False)
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(PROBE)
        self.context.on("console", self._note)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page = self.context.new_page()

    def expect_complaint(self, pattern: str) -> None:
        """Say that a test provokes what the console then complains about."""
        self.expected.append(pattern)

    @property
    def unexpected_complaints(self) -> list[str]:
        """What the console said, policy violations among it, that no test provoked."""
        return [text for text in self.complaints if not any(re.search(pattern, text) for pattern in self.expected)]

    def open(self, path: str = "/") -> None:
        """Go to a page of the arena."""
        self.page.goto(self.url + path)

    def ask(self, prompt: str = SHORT_PROMPT) -> str:
        """Begin a battle from the home page, and return its id."""
        self.open()
        self.page.get_by_label("Your question for both").fill(prompt)
        self.page.get_by_role("button", name="Compare two answers").click()
        return self.battle_id()

    def battle_id(self) -> str:
        """Return the id of the battle in front, waiting for its page."""
        self.page.wait_for_url(re.compile(r"/battles/[0-9a-f-]{36}/$"))
        return self.page.url.rstrip("/").rpartition("/")[2]

    def wait_for_text(self, characters: int = 20) -> None:
        """Wait until both panes show so much."""
        self.page.wait_for_function(
            """(least) => {
                const panes = [...document.querySelectorAll("[data-current-turn] .answer-text")];
                return panes.length === 2 && panes.every((pane) => pane.textContent.length >= least);
            }""",
            arg=characters,
            timeout=ANSWER_MILLISECONDS,
        )

    def wait_for_vote(self) -> None:
        """Wait until both answers are complete."""
        hint = self.page.locator("#vote-hint")
        expect(hint).to_have_text("Both answers are complete. Which is better?", timeout=ANSWER_MILLISECONDS)

    def vote_button(self, winner: str) -> Locator:
        """Return the button of a vote."""
        return self.page.get_by_role("button", name=VOTE_BUTTONS[winner])

    def vote(self, winner: str) -> None:
        """Vote by mouse and wait for the reveal."""
        self.vote_button(winner).click()
        self.wait_for_reveal()

    def wait_for_reveal(self) -> None:
        expect(self.page.get_by_text("Your vote is saved.")).to_be_visible()

    def answers(self) -> tuple[str, str]:
        """Return what both panes of the current turn show now, read in one moment."""
        a, b = self.page.evaluate(
            """() => ["a", "b"].map((side) =>
                document.querySelector(`[data-current-turn] .pane[data-side="${side}"] .answer`).textContent)"""
        )
        return a, b

    def lose_connection(self) -> None:
        """Lose the network. Chromium lets open sockets neither talk nor end then, so they are closed before."""
        self.expect_complaint("ERR_INTERNET_DISCONNECTED")
        self.page.evaluate("parallaxProbe.closeSockets()")
        self.context.set_offline(offline=True)
        # A slow machine lets the page come back in between.
        while self.page.evaluate("parallaxProbe.sockets.some((socket) => socket.readyState === WebSocket.OPEN)"):
            self.context.set_offline(offline=False)
            self.page.evaluate("parallaxProbe.closeSockets()")
            self.context.set_offline(offline=True)

    def is_running(self) -> bool:
        """Tell whether the turn in front is still being answered, as the page knows it."""
        return self.page.locator("#battle-body").get_attribute("data-turn-status") == "running"

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")
