"""Staff make a draft, look at it, edit and publish it."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from arena.profiles.models import Question, Survey
from arena.profiles.selectors.surveys import survey_in_force
from arena.profiles.services.publishing import draft_from

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

LIST = "admin:profiles_survey_changelist"


def act(client, survey: Survey, action: str) -> list[str]:
    """Do something with a survey in the list, and return what the page then says."""
    response = client.post(reverse(LIST), {"action": action, "_selected_action": [survey.pk]})
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_staff_drop_a_question_for_a_study_by_a_draft_that_they_publish(study, admin_client):
    survey = survey_in_force(study)
    act(admin_client, survey, "draft")
    draft = Survey.objects.get(published_at=None)
    marital = draft.questions.get(key="marital_status")

    admin_client.post(reverse("admin:profiles_question_delete", args=[marital.pk]), {"post": "yes"})
    act(admin_client, draft, "publish")

    in_force = survey_in_force(study)
    assert (in_force, in_force.questions.count(), survey.questions.count()) == (draft, 17, 18)


def test_publishing_twice_says_why_not(study, admin_client):
    said = act(admin_client, survey_in_force(study), "publish")

    assert said == ["Survey Open arena #1 is published already. Make a new draft from it."]


def test_parts_of_a_published_survey_cannot_be_edited(study, admin_client):
    question = survey_in_force(study).questions.get(key="age")
    address = reverse("admin:profiles_question_change", args=[question.pk])

    page = admin_client.get(address).content.decode()
    refused = admin_client.post(address, {"key": "age", "text": "Else?"})

    assert (refused.status_code, 'name="_save"' in page, "add-row" in page) == (403, False, False)


def test_question_can_depend_only_on_options_of_its_own_survey(study, admin_client):
    draft = draft_from(survey=survey_in_force(study))
    question = draft.questions.get(key="lm_usecases")

    form = admin_client.get(reverse("admin:profiles_question_change", args=[question.pk])).context["adminform"].form

    surveys = set(form.fields["shown_if"].queryset.values_list("question__survey", flat=True))
    assert surveys == {draft.pk}


def test_new_draft_gets_the_next_number(study, admin_client):
    form = {"study": study.pk, "questions-TOTAL_FORMS": 0, "questions-INITIAL_FORMS": 0}

    admin_client.post(reverse("admin:profiles_survey_add"), form)

    assert Survey.objects.get(published_at=None).number == 2


def test_preview_shows_every_question_with_its_condition(study, admin_client, django_assert_max_num_queries):
    draft = draft_from(survey=survey_in_force(study))

    with django_assert_max_num_queries(12):
        page = admin_client.get(reverse("profiles:preview", args=[draft.pk])).content.decode()

    assert page.count("Why we ask:") == Question.objects.filter(survey=draft).count() == 18
    assert "Only of those who chose “yes” at “lm_direct_use”." in page
