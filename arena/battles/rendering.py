"""Answers as safe HTML: Markdown without raw HTML, images or remote content, then an allow-list over the result.

Images would tell a third party who reads, and could tell the reader which model wrote; they become plain links' text.
"""

from functools import lru_cache

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
# An answer is rendered when it is complete and again after the vote, in a short time.
HELD_ANSWERS = 256

_formatter = HtmlFormatter(nowrap=True)


def _highlight(code: str, language: str, _attributes: str) -> str:
    if not language:
        return escape(code)
    try:
        return highlight(code, get_lexer_by_name(language), _formatter)
    except ClassNotFound:
        return escape(code)


def _parser(*, breaks: bool) -> MarkdownIt:
    options = {"html": False, "breaks": breaks, "highlight": _highlight}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"]).disable("image")


# Models end a line where they mean it; texts that people keep in files are wrapped anywhere.
_answers = _parser(breaks=True)
_texts = _parser(breaks=False)


@lru_cache(maxsize=HELD_ANSWERS)
def render_answer(text: str) -> SafeString:
    """Return a model's answer as sanitised HTML, below the page's own headings.

    Never raises on any text; what is not allowed is dropped or shown as text.
    """
    return _render(_answers, text)


def render_text(text: str) -> SafeString:
    """Return a text written by staff, such as a consent text, as sanitised HTML below the page's own headings."""
    return _render(_texts, text)


def _render(parser: MarkdownIt, text: str) -> SafeString:
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + HEADING_SHIFT, DEEPEST_HEADING)}"
    html = parser.renderer.render(tokens, parser.options, {})
    return mark_safe(  # noqa: S308 - this is the one place where Markdown becomes HTML, and nh3 has just cleaned it
        nh3.clean(
            html,
            tags=set(TAGS),
            attributes=ATTRIBUTES,
            url_schemes={"http", "https"},
            link_rel="noopener noreferrer nofollow",
        )
    )
