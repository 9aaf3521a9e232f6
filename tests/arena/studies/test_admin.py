import pytest

from arena.studies.models import ConsentRevision, Protocol, Study
from arena.studies.services.installing import install_open_arena

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

PAGES = "/admin/studies/consentrevision/"


@pytest.fixture
def study() -> Study:
    return install_open_arena()


@pytest.fixture
def draft(admin_client, study) -> ConsentRevision:
    form = {"study": study.pk, "purpose": "terms", "language": "en", "summary": "In short.", "text": "At length."}
    admin_client.post(f"{PAGES}add/", form)
    return ConsentRevision.objects.get(number=2)


def publish(admin_client, revision: ConsentRevision) -> None:
    admin_client.post(PAGES, {"action": "publish", "_selected_action": [str(revision.pk)]})
    revision.refresh_from_db()


def test_consent_draft_gets_its_number_and_hash(draft):
    assert (draft.number, draft.sha256, draft.published_at) == (2, draft.text_sha256(), None)


def test_consent_draft_can_be_edited(admin_client, draft):
    form = {"study": draft.study_id, "purpose": "terms", "language": "en", "summary": "In short.", "text": "Shorter."}

    response = admin_client.post(f"{PAGES}{draft.pk}/change/", form)

    draft.refresh_from_db()
    assert response.status_code == 302
    assert (draft.number, draft.text, draft.sha256) == (2, "Shorter.", draft.text_sha256())


def test_consent_is_published_once(admin_client, draft):
    publish(admin_client, draft)
    first = draft.published_at

    publish(admin_client, draft)

    assert first is not None
    assert draft.published_at == first


def test_published_consent_can_be_read_only(admin_client, draft):
    publish(admin_client, draft)
    form = {"study": draft.study_id, "purpose": "terms", "language": "en", "summary": "In short.", "text": "Changed."}

    answers = [
        admin_client.get(f"{PAGES}{draft.pk}/change/").status_code,
        admin_client.post(f"{PAGES}{draft.pk}/change/", form).status_code,
        admin_client.post(f"{PAGES}{draft.pk}/delete/", {"post": "yes"}).status_code,
    ]

    draft.refresh_from_db()
    assert answers == [200, 403, 403]
    assert draft.text == "At length."


def test_protocol_is_added_but_not_changed(admin_client, study):
    added = admin_client.post(
        "/admin/studies/protocol/add/", {"slug": "pairwise", "revision": 2, "kind": "pairwise", "options": "{}"}
    )
    changed = admin_client.post(f"/admin/studies/protocol/{study.protocol_id}/change/", {"slug": "other"})

    assert (added.status_code, changed.status_code) == (302, 403)
    assert list(Protocol.objects.values_list("slug", "revision")) == [("pairwise", 1), ("pairwise", 2), ("prism", 1)]


def test_consent_is_retired_with_an_action(admin_client, study):
    research = ConsentRevision.objects.get(purpose="research")

    admin_client.post(PAGES, {"action": "retire", "_selected_action": [str(research.pk)]})

    assert ConsentRevision.objects.get(pk=research.pk).state == "retired"


def test_retiring_the_last_terms_is_refused_with_a_reason(admin_client, study):
    terms = ConsentRevision.objects.get(purpose="terms")

    page = admin_client.post(PAGES, {"action": "retire", "_selected_action": [str(terms.pk)]}, follow=True)

    assert "nobody could take part" in page.content.decode()
    assert ConsentRevision.objects.get(pk=terms.pk).state == "published"


def test_draft_leads_to_its_preview(admin_client, draft):
    page = admin_client.get(f"{PAGES}{draft.pk}/change/").content.decode()

    assert f'href="/consent/texts/{draft.pk}/"' in page


def test_study_has_no_second_protocol_of_the_same_kind(admin_client, study):
    address = f"/admin/studies/study/{study.pk}/change/"
    form = {
        "slug": study.slug,
        "name": study.name,
        "protocol": study.protocol_id,
        "is_default": "on",
        "minimum_cell": 20,
    }

    same = admin_client.post(address, {**form, "second_protocol": study.protocol_id})
    other = admin_client.post(address, {**form, "second_protocol": Protocol.objects.get(slug="prism").pk})

    assert (same.status_code, other.status_code) == (200, 302)
    assert "Choose one of another kind" in same.content.decode()
