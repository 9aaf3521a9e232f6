"""A study that asks for a profile does so before the first vote, and keeps what was written."""

import pytest
from django.urls import reverse

from arena.battles.models import Battle
from arena.profiles.models import Option, Question
from arena.profiles.services.answering import save_answer
from arena.profiles.services.publishing import new_survey, publish_survey
from arena.raters.models import Rater
from arena.studies.services.deciding import agree
from tests.clients import client_of
from tests.factories import make_arena, make_consent

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def test_study_that_requires_a_profile_begins_with_it():
    arena = make_arena()
    arena.study.requires_profile = True
    arena.study.save()
    text = make_consent(arena.study, purpose="profile")
    survey = new_survey(study=arena.study)
    question = Question.objects.create(survey=survey, key="age", kind="one", position=1, text="How old?", why="So.")
    Option.objects.create(question=question, key="young", position=1, text="Young")
    publish_survey(survey=survey)
    rater = Rater.objects.create()
    client = client_of(rater)
    prompt = {"prompt": "Why is grass green?", "consent": arena.consent.pk}

    asked = client.get(reverse("home")).content.decode()
    refused = client.post(reverse("battles:start"), prompt)
    before = Battle.objects.count()
    agree(rater=rater, revision=text)
    save_answer(rater=rater, question=question, said=None, options_order=["young"])
    begun = client.post(reverse("battles:start"), prompt)

    assert f'<a href="{reverse("profiles:overview")}">Answer them now</a>' in asked
    assert (refused.status_code, before) == (409, 0)
    assert "Why is grass green?" in refused.content.decode()
    assert (begun.status_code, Battle.objects.count()) == (302, 1)
    assert "Answer them now" not in client.get(reverse("home")).content.decode()
