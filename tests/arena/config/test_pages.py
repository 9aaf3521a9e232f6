"""The texts that people agree to, in every version."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from arena.studies.models import ConsentRevision, Study
from arena.studies.services.installing import install_open_arena
from arena.studies.services.texts import publish_consent, save_consent_draft

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def study() -> Study:
    return install_open_arena()


def draft(study: Study) -> ConsentRevision:
    revision = ConsentRevision(study=study, summary="Newer.", text="Some *newer* text.\n\n<script>alert(1)</script>")
    save_consent_draft(revision=revision)
    return revision


def test_consent_page_shows_the_terms_and_leads_to_the_other_texts(client, study):
    page = client.get(reverse("consent")).content.decode()

    others = study.consent_revisions.filter(purpose__in=["research", "publication", "privacy"])
    assert "What is recorded when you take part" in page
    assert [f'href="/consent/texts/{row.pk}/"' in page for row in others] == [True, True, True]


def test_consent_page_takes_few_queries(client, study, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get(reverse("consent"))


def test_consent_text_that_was_replaced_can_still_be_read(client, study):
    old = study.consent_revisions.get(purpose="terms")
    publish_consent(revision=draft(study))

    page = client.get(reverse("consent_text", args=[old.pk])).content.decode()

    assert "An earlier version, in force from" in page
    assert old.sha256 in page


def test_draft_is_a_preview_for_staff_only(client, admin_client, study):
    address = reverse("consent_text", args=[draft(study).pk])

    page = admin_client.get(address).content.decode()

    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    assert "A draft, seen by staff only." in page
    assert "Some <em>newer</em> text." in page
    assert "<script>alert" not in page


def test_missing_consent_text_is_not_found(client, study):
    assert client.get(reverse("consent_text", args=[0])).status_code == HTTPStatus.NOT_FOUND
