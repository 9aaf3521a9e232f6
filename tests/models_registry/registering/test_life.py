from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from models_registry.models import Contestant, ContestantEvent
from models_registry.registering.errors import RegistryError
from models_registry.registering.life import drain, enter_draw, retire, weigh
from tests.factories import make_contestant

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def today() -> date:
    return timezone.now().date()


@pytest.fixture
def draft() -> Contestant:
    return make_contestant(status=Contestant.Status.DRAFT)


def in_draw(contestant: Contestant) -> bool:
    return Contestant.objects.in_draw().filter(pk=contestant.pk).exists()


def history(contestant: Contestant) -> list[tuple[str, float, str]]:
    return list(contestant.events.order_by("pk").values_list("action", "weight", "reason"))


def test_whole_life_is_written_down(draft, admin_user):
    drawn = []

    enter_draw(contestant=draft, by=admin_user, weight=2.0)
    drawn.append(in_draw(draft))
    weigh(contestant=draft, by=admin_user, weight=0.5)
    drain(contestant=draft, by=admin_user, reason="Too slow.")
    drawn.append(in_draw(draft))
    enter_draw(contestant=draft, by=admin_user)
    drawn.append(in_draw(draft))
    retire(contestant=draft, by=admin_user, on=today(), reason=" Replaced. ", today=today())
    drawn.append(in_draw(draft))

    assert drawn == [True, False, True, False]
    assert (draft.status, draft.retired_on, draft.retired_reason) == ("retired", today(), "Replaced.")
    assert history(draft) == [
        ("entered", 2.0, ""),
        ("weighed", 0.5, ""),
        ("drained", 0.5, "Too slow."),
        ("returned", 0.5, ""),
        ("retired", 0.5, "Replaced."),
    ]
    assert set(draft.events.values_list("by", flat=True)) == {admin_user.pk}


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ("draft", {"enter"}),
        ("active", {"weigh", "drain", "retire"}),
        ("draining", {"enter", "retire"}),
        ("retired", set()),
    ],
)
def test_each_state_allows_its_steps_only(admin_user, status, allowed):
    steps = {
        "enter": lambda row: enter_draw(contestant=row, by=admin_user),
        "weigh": lambda row: weigh(contestant=row, by=admin_user, weight=2.0),
        "drain": lambda row: drain(contestant=row, by=admin_user),
        "retire": lambda row: retire(contestant=row, by=admin_user, on=today(), reason="Old.", today=today()),
    }
    done = set()

    for name, step in steps.items():
        contestant = make_contestant(status=status)
        try:
            step(contestant)
            done.add(name)
        except RegistryError:
            assert (Contestant.objects.get(pk=contestant.pk).status, contestant.events.count()) == (status, 0)

    assert done == allowed


@pytest.mark.parametrize("weight", [0.0, -1.0, 101.0, float("inf"), float("nan")])
def test_weight_that_makes_no_sense_is_refused(draft, admin_user, weight):
    with pytest.raises(RegistryError, match="weight"):
        enter_draw(contestant=draft, by=admin_user, weight=weight)

    assert not in_draw(draft)


def test_contestant_of_a_switched_off_endpoint_does_not_enter(draft, admin_user):
    draft.endpoint.enabled = False
    draft.endpoint.save()

    with pytest.raises(RegistryError, match="switched off"):
        enter_draw(contestant=draft, by=admin_user)


@pytest.mark.parametrize(("days", "reason", "sentence"), [(0, " ", "why"), (1, "Old.", "date"), (-1, "Old.", "date")])
def test_retirement_needs_a_reason_and_a_date_that_was(admin_user, days, reason, sentence):
    contestant = make_contestant()

    with pytest.raises(RegistryError, match=sentence):
        retire(contestant=contestant, by=admin_user, on=today() + timedelta(days=days), reason=reason, today=today())


def test_database_refuses_a_retirement_date_of_one_in_the_draw():
    contestant = make_contestant()

    with pytest.raises(IntegrityError, match="contestant_retired_when_it_says_so"):
        Contestant.objects.filter(pk=contestant.pk).update(retired_on=today())


def test_deleted_account_leaves_the_history(draft, admin_user):
    enter_draw(contestant=draft, by=admin_user)

    admin_user.delete()

    assert ContestantEvent.objects.get().by is None
