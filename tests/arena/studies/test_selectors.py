import pytest

from arena.studies.models import ConsentRevision, Study
from arena.studies.selectors import consent_in_force, default_study
from arena.studies.services import install_open_arena, publish_consent, save_consent_draft

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def add_text(study: Study, text: str, *, language: str = "en", published: bool = True) -> None:
    revision = ConsentRevision(study=study, language=language, summary="In short.", text=text)
    save_consent_draft(revision=revision)
    if published:
        publish_consent(revision=revision)


def test_default_study_comes_with_its_protocol(django_assert_num_queries):
    install_open_arena()

    with django_assert_num_queries(1):
        study = default_study()

        assert study.protocol.slug == "pairwise"


def test_default_study_is_missing_before_preparation():
    with pytest.raises(Study.DoesNotExist):
        default_study()


def test_consent_in_force_is_the_newest_published_one():
    study = install_open_arena()
    add_text(study, "Second.")
    add_text(study, "Third, a draft.", published=False)

    assert consent_in_force(study=study).text == "Second."


def test_consent_in_force_is_in_the_language_asked_or_else_in_english():
    study = install_open_arena()
    add_text(study, "Kurz gesagt.", language="de")

    assert consent_in_force(study=study, language="de").text == "Kurz gesagt."
    assert consent_in_force(study=study, language="fr").language == "en"


def test_consent_in_force_is_missing_without_a_published_text():
    study = install_open_arena()
    ConsentRevision.objects.update(published_at=None)

    with pytest.raises(ConsentRevision.DoesNotExist):
        consent_in_force(study=study)
