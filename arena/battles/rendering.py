"""Answers as safe HTML: Markdown without raw HTML, images or remote content, then an allow-list over the result.

Images would tell a third party who reads, and could tell the reader which model wrote; they become plain links' text.
"""

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

TAGS = frozenset(
    {
        *("p", "br", "hr", "strong", "em", "s", "code", "pre", "span", "ol", "ul", "li", "blockquote", "a"),
        *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
    }
)
ATTRIBUTES = {"span": {"class"}, "code": {"class"}, "ol": {"start"}, "a": {"href"}}
# Answers sit below the page's own headings.
HEADING_SHIFT = 2
DEEPEST_HEADING = 6

_formatter = HtmlFormatter(nowrap=True)


def _highlight(code: str, language: str, _attributes: str) -> str:
    if not language:
        return escape(code)
    try:
        return highlight(code, get_lexer_by_name(language), _formatter)
    except ClassNotFound:
        return escape(code)


_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "highlight": _highlight}).enable(
    ["table", "strikethrough"]
)
_markdown.disable("image")


def render_answer(text: str) -> SafeString:
    """Return `text` as sanitised HTML. Never raises on any text; what is not allowed is dropped or shown as text."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + HEADING_SHIFT, DEEPEST_HEADING)}"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return mark_safe(  # noqa: S308 - this is the one place where answers become HTML, and nh3 has just cleaned it
        nh3.clean(
            html,
            tags=set(TAGS),
            attributes=ATTRIBUTES,
            url_schemes={"http", "https"},
            link_rel="noopener noreferrer nofollow",
        )
    )
