"""Give a new arena its default study with the texts that come with the code."""

from django.db import transaction

from arena.studies.asked_file import read_reasons
from arena.studies.consent_texts import read_consent_text
from arena.studies.models import ConsentRevision, Protocol, Purpose, Study
from arena.studies.services.installing_asked import install_asked
from arena.studies.services.texts import publish_consent, save_consent_draft

OPEN_ARENA = "open-arena"
PRISM_ATTRIBUTES = ["values", "fluency", "factuality", "safety", "diversity", "creativity", "helpfulness"]


@transaction.atomic
def install_open_arena() -> Study:
    """Return the default study, made now with its protocol and texts when there is none.

    What can be asked beside a choice comes too. An existing default study keeps its name and texts; it gets drafts of
    the texts for which it has none, to be read and published by its staff.
    """
    install_asked()
    study = Study.objects.filter(is_default=True).first()
    is_new = study is None
    if study is None:
        study = _make_study()
    has = set(study.consent_revisions.values_list("purpose", flat=True).distinct())
    for purpose in Purpose:
        if purpose not in has:
            _add(study, purpose, published=is_new)
    return study


def _make_study() -> Study:
    asks = {"asks_strength": True, "reasons": [row.key for row in read_reasons()]}
    protocol, _ = Protocol.objects.get_or_create(
        slug="pairwise", revision=1, defaults={"kind": Protocol.Kind.PAIRWISE, **asks}
    )
    study = Study(
        slug=OPEN_ARENA,
        name="Open arena",
        protocol=protocol,
        second_protocol=_conversations(),
        is_default=True,
    )
    study.full_clean()
    study.save()
    return study


def _conversations() -> Protocol:
    """Return the protocol of scored conversations, which the open arena offers beside its pairs."""
    protocol, _ = Protocol.objects.get_or_create(
        slug="prism", revision=1, defaults={"kind": Protocol.Kind.PRISM, "attributes": PRISM_ATTRIBUTES}
    )
    return protocol


def _add(study: Study, purpose: Purpose, *, published: bool) -> None:
    content = read_consent_text(purpose)
    revision = ConsentRevision(
        study=study, purpose=purpose, language=content.language, summary=content.summary, text=content.text
    )
    save_consent_draft(revision=revision)
    if published:
        publish_consent(revision=revision)
