"""From one form to an organisation, a language model, an endpoint and a contestant that is a draft."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from models_registry.models import Contestant, ContestantEvent, Endpoint, LanguageModel, Organisation
from models_registry.registering.life import note
from models_registry.registering.names import slug_of
from models_registry.registering.sources import Source


@dataclass(frozen=True, slots=True)
class Registration:
    """What a curator states about a model, checked. `sampling` holds the fields of a contestant of these names."""

    organisation: str
    name: str
    slug: str
    licence: str
    website: str
    parameters: int | None
    revision: str
    languages: tuple[str, ...]
    aliases: tuple[str, ...]
    source: Source
    queue: str
    system_prompt: str
    sampling: Mapping[str, float]
    weight: float


@transaction.atomic
def register_model(*, registration: Registration, by: User) -> Contestant:
    """Store everything or nothing, and return the contestant, which is a draft: nobody meets it yet.

    Raises
    ------
    django.core.exceptions.ValidationError
        When a value does not fit its column, or another curator took the short name meanwhile.
    """
    stated = registration
    model = LanguageModel(
        slug=stated.slug,
        name=stated.name,
        organisation=_organisation(stated.organisation),
        licence=stated.licence,
        parameters=stated.parameters,
        revision=stated.revision,
        website=stated.website,
        languages=list(stated.languages),
        aliases=list(stated.aliases),
    )
    options = dict(stated.source.options)
    endpoint = Endpoint(slug=stated.slug, backend=stated.source.backend, queue=stated.queue, options=options)
    for row in (model, endpoint):
        row.full_clean()
        row.save()
    contestant = Contestant(
        slug=stated.slug,
        name=stated.name,
        language_model=model,
        endpoint=endpoint,
        system_prompt=stated.system_prompt,
        weight=stated.weight,
        **stated.sampling,
    )
    contestant.full_clean()
    contestant.save()
    note(ContestantEvent(action=ContestantEvent.Action.REGISTERED, by=by), contestant=contestant)
    return contestant


def _organisation(name: str) -> Organisation:
    """Return the organisation of that name, however it is capitalised, or a new one."""
    found = Organisation.objects.filter(name__iexact=name).first()
    if found is not None:
        return found
    stem = slug_of(name)[:40] or "organisation"
    taken = set(Organisation.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug = next(slug for slug in (stem, *(f"{stem}-{count}" for count in range(2, 1000))) if slug not in taken)
    made = Organisation(name=name, slug=slug)
    made.full_clean()
    made.save()
    return made
