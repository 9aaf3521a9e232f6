"""What every template keeps to, so that the strict content security policy and a browser without scripts both work."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
# Template tags may hold quotes and angle brackets; the parser must not trip over them.
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
VERBS = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete")

pytestmark = pytest.mark.unit


class Elements(HTMLParser):
    """Collects start tags with their attributes, and the text inside script and style."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.inline: list[str] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self._open = tag

    def handle_data(self, data: str) -> None:
        if self._open in {"script", "style"} and data.strip():
            self.inline.append(data)

    def handle_endtag(self, _tag: str) -> None:
        self._open = ""


def tag_name(match: re.Match[str]) -> str:
    """Keep what a tag says as harmless text, so that two addresses can be compared."""
    return re.sub(r"[^A-Za-z0-9.:_]+", "_", match.group())


def parse(path: Path) -> Elements:
    elements = Elements()
    elements.feed(TAGS.sub(tag_name, path.read_text(encoding="utf-8")))
    return elements


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_has_no_inline_script_or_style(path: Path) -> None:
    elements = parse(path)

    forbidden = [
        (tag, name)
        for tag, attributes in elements.found
        for name, value in attributes.items()
        if name == "style" or name.startswith(("on", "hx-on")) or value.lstrip().startswith(("javascript:", "js:"))
    ]

    assert forbidden == []
    assert elements.inline == []
    assert [tag for tag, _ in elements.found if tag == "style"] == []


# A button without an address of its own sends its form to the page that it is on.
THIS_PAGE = "_request.path_"


def works_by_itself(tag: str, found: dict[str, str]) -> bool:
    """Tell whether a form, or a button that sends its form, goes where htmx would send it."""
    address = found["hx-post"]
    if tag == "button":
        return found.get("type", "submit") == "submit" and found.get("formaction", THIS_PAGE) == address
    return (tag, found.get("method"), found.get("action")) == ("form", "post", address)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_htmx_controls_work_without_script(path: Path) -> None:
    controls = [(tag, found) for tag, found in parse(path).found if any(verb in found for verb in VERBS)]

    for tag, found in controls:
        assert "hx-target" in found
        assert "hx-swap" in found
        # What checks a field as it is filled in is no control either: the form is checked again when it is sent.
        if "hx-post" in found and found.get("hx-trigger") != "change":
            assert works_by_itself(tag, found), found
        # What refreshes itself is no control; whoever has no script reloads the page.
        if "hx-get" in found and not found.get("hx-trigger", "").startswith("every"):
            assert (tag, found.get("href")) == ("a", found["hx-get"])


def test_battle_page_posts_through_forms() -> None:
    parts = [parse(TEMPLATES / "battles" / name) for name in ("detail.html", "turn_actions.html", "skip.html")]
    forms = [found for part in parts for tag, found in part.found if tag == "form"]

    places = [re.search(r"battles:([a-z]+)", found["action"]) for found in forms]

    assert sorted(place.group(1) for place in places if place) == ["retry", "say", "skip", "stop", "vote"]
