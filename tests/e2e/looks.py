"""The windows in which pages are looked at, and the pictures that are kept of them."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class Look:
    """A window and a colour scheme."""

    device: str
    width: int
    height: int
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        return f"{self.device}-{self.scheme}"

    def apply(self, page: Page) -> None:
        """Show the page as this look has it."""
        page.set_viewport_size({"width": self.width, "height": self.height})
        page.emulate_media(color_scheme=self.scheme)


PHONE = Look("phone", 390, 844, "light")
PHONE_DARK = Look("phone", 390, 844, "dark")
DESKTOP = Look("desktop", 1280, 800, "light")
DESKTOP_DARK = Look("desktop", 1280, 800, "dark")
LOOKS = (PHONE, PHONE_DARK, DESKTOP, DESKTOP_DARK)


@dataclass(frozen=True, slots=True)
class Album:
    """Pictures of pages, kept in one folder as the output of a test run."""

    folder: Path

    def keep(self, page: Page, name: str, look: Look, *, whole: bool = True) -> None:
        """Keep a picture of the page, or of what its window shows.

        Asked of the browser itself: Playwright's own way puts a style into the page, which our policy reports.
        """
        browser = page.context.new_cdp_session(page)
        options: dict[str, object] = {"format": "png"}
        if whole:
            size = browser.send("Page.getLayoutMetrics")["cssContentSize"]
            options |= {"captureBeyondViewport": True, "clip": {**size, "scale": 1}}
        picture = browser.send("Page.captureScreenshot", options)["data"]
        browser.detach()
        (self.folder / f"{name}-{look}.png").write_bytes(base64.b64decode(picture))
