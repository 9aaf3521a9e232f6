import pytest
from django.core.management import call_command
from django.db import connection

from arena.battles.models import Completion
from arena.battles.services.completing import finish_completion
from arena.battles.services.measuring import measure_older_answers
from arena.battles.streaming import Answer
from arena.battles.style import STYLE_VERSION, measure_style
from tests.factories import make_arena, make_battle, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def stored() -> list[tuple[object, ...]]:
    return list(Completion.objects.order_by("side").values_list("side", "style", "style_version"))


def test_an_answer_is_measured_when_it_is_stored():
    turn = make_battle(make_arena()).turns.get()
    Completion.objects.update(status="running")
    text = "# Why\n\nThat **may** be so!"

    for completion in turn.completions.all():
        finish_completion(
            completion_id=completion.pk,
            answer=Answer(text=text, times=[1], lengths=[len(text)], ended_ms=2),
            finish_reason="stop",
            prompt_tokens=1,
            completion_tokens=1,
        )

    assert stored() == [(side, list(measure_style(text)), STYLE_VERSION) for side in ("a", "b")]


def test_the_command_measures_older_answers_and_no_others(capsys):
    arena = make_arena()
    make_ready_battle(arena)
    running = make_battle(arena).turns.get()

    call_command("measure_answers")

    assert capsys.readouterr().out == "Measured the style of 2 answers.\n"
    assert [row for row in stored() if row[2]] == [
        (side, list(measure_style(text)), STYLE_VERSION)
        for side, text in (("a", "An answer."), ("b", "Another **answer**."))
    ]
    assert set(running.completions.values_list("style_version", flat=True)) == {0}


def test_older_answers_are_measured_in_parts_and_told():
    make_ready_battle(make_arena())
    told = []

    assert measure_older_answers(most=1, report=told.append) == 1
    assert told == [1]
    assert [version for _side, _style, version in stored()] == [STYLE_VERSION, 0]
    assert measure_older_answers(most=10) == 1
    assert measure_older_answers(most=10) == 0


def test_older_answers_are_found_by_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Completion.objects.filter(status="done", style_version__lt=STYLE_VERSION).explain()

    assert "completion_not_measured" in plan
