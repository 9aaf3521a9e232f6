import pytest
from django.db import IntegrityError, transaction

from arena.profiles.margins.tables import MarginsError
from arena.profiles.models import Margins
from arena.profiles.services.installing import install_default_survey
from arena.profiles.services.margins import install_margins, stop_using_margins, use_margins
from tests.factories import make_study

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def study():
    study = make_study()
    install_default_survey(study)
    return study


def test_margins_of_the_project_are_installed_once_and_fit_the_survey(study):
    assert (install_margins(), install_margins()) == (2, 0)

    for margins in Margins.objects.all():
        stop_using_margins(margins=margins)
        use_margins(margins=margins)
    assert Margins.objects.exclude(in_use_since=None).count() == 2


def test_margins_taken_out_of_use_stay_so_when_the_arena_is_prepared_again(study):
    install_margins()
    stop_using_margins(margins=Margins.objects.get(slug="uk"))

    install_margins()

    assert [row.slug for row in Margins.objects.exclude(in_use_since=None)] == ["us"]


def test_margins_of_fields_that_nobody_is_asked_for_are_not_used(study):
    margins = Margins.objects.create(slug="rich", title="Rich", text="income,count\nhigh,1\nlow,2\n")

    with pytest.raises(MarginsError, match="Nobody is asked for: income"):
        use_margins(margins=margins)


def test_margins_name_field_and_value_or_neither(study):
    with pytest.raises(IntegrityError), transaction.atomic():
        Margins.objects.create(slug="half", title="Half", text="x", among_field="age")
