import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from arena.safety.loops import ends_in_loop


@pytest.mark.parametrize(
    "text",
    [
        "The answer is " + "very " * 20,
        "I like it. " + "It is good. It is good for you. " * 4,
        "ha" * 30,
        "!" * 48,
        "It starts well. " + "and then the dog,\n and then the  dog, " * 5 + "and then th",
        "这是一个答案。" * 8,
    ],
)
def test_ends_in_loop_finds_a_repeating_end(text: str) -> None:
    assert ends_in_loop(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "No, no, no, no!",
        "Row, row, row your boat, gently down the stream. Merrily, merrily, merrily, merrily, life is but a dream.",
        "-" * 60 + "\nThe table above has no rows, so there is nothing to compare in it.",
        "1. Wash the rice.\n2. Boil the water.\n3. Cook the rice.\n4. Let the rice stand.\n5. Serve the rice.",
        "for i in range(1, 6):\n    print(i)\nfor i in range(1, 7):\n    print(i)\nfor i in range(1, 8):\n    print(i)",
    ],
)
def test_ends_in_loop_leaves_other_texts_alone(text: str) -> None:
    assert not ends_in_loop(text)


@pytest.mark.property
@given(
    start=st.text(max_size=200),
    unit=st.text("abcdefgh .,", min_size=12, max_size=100),
    repeats=st.integers(5, 9),
)
def test_ends_in_loop_finds_any_unit_said_five_times(start: str, unit: str, repeats: int) -> None:
    assume(len("".join(unit.split())) >= 10)

    assert ends_in_loop(start + " " + unit * repeats)


def test_ends_in_loop_reads_a_bounded_end_of_a_long_text() -> None:
    looping_start = "again and " * 200
    plain_end = " ".join(str(number * number) for number in range(400))

    assert not ends_in_loop(looping_start + plain_end)
