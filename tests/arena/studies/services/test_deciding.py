import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from arena.raters.models import Rater
from arena.raters.services import link_rater
from arena.studies.models import ConsentDecision, ConsentRevision, Study
from arena.studies.selectors import agreed, terms_standing, withdrew
from arena.studies.services.deciding import StaleTextError, agree, withdraw
from arena.studies.services.texts import publish_consent, save_consent_draft
from tests.factories import make_consent, make_study

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def terms(study) -> ConsentRevision:
    return make_consent(study)


@pytest.fixture
def research(study) -> ConsentRevision:
    return make_consent(study, purpose="research")


def replace(revision: ConsentRevision) -> ConsentRevision:
    newer = ConsentRevision(study=revision.study, purpose=revision.purpose, summary="In short.", text="Changed.")
    save_consent_draft(revision=newer)
    return publish_consent(revision=newer)


def allowed(purpose: str = "research") -> set[object]:
    """Who agreed and did not withdraw, as pages and exports ask for it."""
    rows = ConsentDecision.objects.filter(
        agreed(purpose, rater="rater", study="study"), ~withdrew(purpose, rater="rater", study="study")
    )
    return set(rows.values_list("rater", flat=True))


def merge(one: Rater, other: Rater) -> None:
    account = User.objects.create(username="rater-ada")
    link_rater(account=account, cookie_id=one.pk)
    link_rater(account=account, cookie_id=other.pk)


def test_agree_stores_version_hash_and_time(terms):
    rater = Rater.objects.create()

    decision = agree(rater=rater, revision=terms)

    row = ConsentDecision.objects.get()
    assert (row, row.rater, row.revision, row.study, row.purpose) == (decision, rater, terms, terms.study, "terms")
    assert (row.sha256, row.given, row.superseded_at) == (terms.sha256, True, None)
    assert row.decided_at is not None


def test_agree_twice_is_one_decision(terms):
    rater = Rater.objects.create()

    first, second = agree(rater=rater, revision=terms), agree(rater=rater, revision=terms)

    assert first == second
    assert ConsentDecision.objects.count() == 1


def test_agree_refuses_a_draft_a_retired_text_and_the_privacy_notice(study, terms):
    rater = Rater.objects.create()
    draft = ConsentRevision(study=study, purpose="research", summary="In short.", text="A draft.")
    save_consent_draft(revision=draft)
    privacy = make_consent(study, purpose="privacy")
    replace(terms)

    for text in (draft, terms, privacy):
        with pytest.raises(StaleTextError):
            agree(rater=rater, revision=text)

    assert ConsentDecision.objects.count() == 0


def test_withdraw_keeps_what_was_agreed_before(research):
    rater = Rater.objects.create()
    agree(rater=rater, revision=research)

    withdraw(rater=rater, revision=research)

    rows = ConsentDecision.objects.order_by("pk")
    assert [(row.given, row.superseded_at is None) for row in rows] == [(True, False), (False, True)]
    assert allowed() == set()


def test_withdrawing_twice_is_one_decision_and_can_be_taken_back(research):
    rater = Rater.objects.create()

    first, second = withdraw(rater=rater, revision=research), withdraw(rater=rater, revision=research)
    agree(rater=rater, revision=research)

    assert first == second
    assert allowed() == {rater.pk}


def test_agreeing_to_a_text_that_was_replaced_counts_no_more(research):
    rater = Rater.objects.create()
    agree(rater=rater, revision=research)
    assert allowed() == {rater.pk}

    replace(research)

    assert allowed() == set()


def test_terms_standing_tells_never_agreed_and_stale(study, terms):
    rater = Rater.objects.create()
    before = terms_standing(study_id=study.pk, rater_id=rater.pk)
    agree(rater=rater, revision=terms)
    between = terms_standing(study_id=study.pk, rater_id=rater.pk)
    newer = replace(terms)
    stale = terms_standing(study_id=study.pk, rater_id=rater.pk)
    agree(rater=rater, revision=newer)
    after = terms_standing(study_id=study.pk, rater_id=rater.pk)

    told = [(standing.agreed, standing.is_stale) for standing in (before, between, stale, after)]
    assert told == [(None, False), (terms, False), (None, True), (newer, False)]


def test_terms_standing_after_withdrawing_is_as_if_never_agreed(study, terms):
    rater = Rater.objects.create()
    agree(rater=rater, revision=terms)

    withdraw(rater=rater, revision=terms)

    standing = terms_standing(study_id=study.pk, rater_id=rater.pk)
    assert (standing.agreed, standing.is_stale) == (None, False)


def test_decision_of_one_rater_holds_for_the_person(study, terms):
    home, other = Rater.objects.create(), Rater.objects.create()
    agree(rater=home, revision=terms)
    merge(home, other)

    assert terms_standing(study_id=study.pk, rater_id=other.pk).agreed == terms


def test_whoever_withdrew_on_one_device_has_withdrawn(research):
    home, other = Rater.objects.create(), Rater.objects.create()
    agree(rater=home, revision=research)
    withdraw(rater=other, revision=research)
    merge(home, other)

    between = allowed()
    home.refresh_from_db()
    agree(rater=home, revision=research)

    assert between == set()
    assert allowed() == {home.pk, other.pk}
    assert ConsentDecision.objects.filter(superseded_at=None).count() == 1


def test_decision_counts_for_its_study_only(research):
    elsewhere = make_consent(make_study(slug="elsewhere", is_default=False), purpose="research")
    rater, other = Rater.objects.create(), Rater.objects.create()
    agree(rater=rater, revision=research)
    withdraw(rater=rater, revision=elsewhere)
    agree(rater=other, revision=elsewhere)

    here = ConsentDecision.objects.filter(
        agreed("research", rater="rater", study="study"), ~withdrew("research", rater="rater", study="study")
    )

    assert set(here.values_list("rater", "study")) == {(rater.pk, research.study_id), (other.pk, elsewhere.study_id)}


@pytest.mark.parametrize("fields", [{"given": False}, {"sha256": "0" * 64}, {"purpose": "profile"}], ids=str)
def test_decision_is_kept_by_the_database(terms, fields):
    decision = agree(rater=Rater.objects.create(), revision=terms)

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        ConsentDecision.objects.filter(pk=decision.pk).update(**fields)


def test_database_holds_one_decision_in_force(terms):
    decision = agree(rater=Rater.objects.create(), revision=terms)
    decision.pk = None

    with pytest.raises(IntegrityError, match="one_in_force"), transaction.atomic():
        decision.save(force_insert=True)
