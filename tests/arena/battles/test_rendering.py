import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.battles.rendering import render_answer


@given(st.text())
def test_render_answer_takes_any_text_and_keeps_scripts_out(text: str) -> None:
    html = render_answer(text)

    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and _em_", "<p><strong>bold</strong> and <em>em</em></p>\n"),
        ("<b onclick=x>hi</b>", "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n"),
        ("# Title", "<h3>Title</h3>\n"),
        ("###### Deep", "<h6>Deep</h6>\n"),
        (
            "![seen](https://tracker.example/x.png)",
            '<p>!<a href="https://tracker.example/x.png" rel="noopener noreferrer nofollow">seen</a></p>\n',
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,hi)", "<p>[x](data:text/html,hi)</p>\n"),
    ],
)
def test_render_answer_keeps_markdown_and_nothing_else(text: str, html: str) -> None:
    assert render_answer(text) == html


def test_render_answer_colours_code_by_classes_only() -> None:
    html = render_answer("```python\nprint(1)\n```")

    assert '<span class="nb">print</span>' in html
    assert "style=" not in html


def test_render_answer_shows_code_of_an_unknown_language() -> None:
    assert "&lt;x&gt;" in render_answer("```klingon\n<x>\n```")
