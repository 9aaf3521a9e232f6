"""Reads of studies and consent texts."""

from arena.studies.models import ConsentRevision, Study


def default_study() -> Study:
    """Return the open arena with its protocol; one query.

    Raises
    ------
    Study.DoesNotExist
        When the arena was not prepared yet: run `manage.py prepare`.
    """
    return Study.objects.select_related("protocol").get(is_default=True)


def consent_in_force(*, study: Study, language: str = "en") -> ConsentRevision:
    """Return the newest published consent text of `study` in `language`, or in English where there is none.

    Raises
    ------
    ConsentRevision.DoesNotExist
        When the study has not published any: nobody can take part then.
    """
    published = ConsentRevision.objects.filter(study=study, published_at__isnull=False)
    newest = published.filter(language=language).order_by("-number").first()
    return newest or published.filter(language="en").latest("number")
