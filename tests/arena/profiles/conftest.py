"""A study that asks people about themselves, and somebody who allows it."""

import pytest

# Django's models are imported where they are used: this file is read before the settings are.


@pytest.fixture
def study(db):
    """The open arena with the default survey, and the text that people agree to before."""
    from arena.profiles.services.installing import install_default_survey
    from tests.factories import make_consent, make_study

    study = make_study()
    make_consent(study, purpose="profile")
    install_default_survey(study)
    return study


@pytest.fixture
def text(study):
    """What people agree to before they say something of themselves."""
    return study.consent_revisions.get(purpose="profile")


@pytest.fixture
def rater(text):
    from arena.raters.models import Rater
    from arena.studies.services.deciding import agree

    rater = Rater.objects.create()
    agree(rater=rater, revision=text)
    return rater
