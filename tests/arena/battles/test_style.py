import pytest

from arena.battles.style import Style, measure_style

pytestmark = pytest.mark.unit

ANSWER = """## Why the sky is blue

Great question! The sky is **blue** because the air scatters short waves more than long ones, and you might see more.

1. **Sunlight** holds all colours, and perhaps others.
2. Air scatters `blue` light, not `might`.
   - That is often true of other waves, I think.

```python
# no heading
- no item, **not bold**, maybe!
```

I hope this helps!
"""


def test_measure_style_counts_what_stands_outside_code():
    assert measure_style(ANSWER) == Style(
        length=len(ANSWER), words=52, headings=1, lists=3, bold=2, code=3, tone=4, hedging=4
    )


@pytest.mark.parametrize(
    "text",
    [
        "Der Himmel ist blau, weil die Luft kurze Wellen stärker streut! Das ist vielleicht sogar möglich.",
        "天空是蓝色的、因为空气散射短波。",
        "",
    ],
)
def test_measure_style_counts_no_english_words_in_other_texts(text):
    style = measure_style(text)

    assert (style.length, style.tone, style.hedging) == (len(text), None, None)


def test_measure_style_takes_a_fence_that_nobody_closed_to_the_end():
    style = measure_style("Look at this, and that:\n\n```\n# no heading\n- no item\n")

    assert (style.code, style.headings, style.lists, style.words) == (1, 0, 0, 5)


@pytest.mark.parametrize(("text", "hedging"), [("May the cat have it?", 0), ("The cat may have it.", 1)])
def test_measure_style_tells_may_from_the_month(text, hedging):
    assert measure_style(text).hedging == hedging
