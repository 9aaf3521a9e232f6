"""Load the demo into the database: what is missing is added, what is there is left as it is."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Protocol, TypeVar

from django.db import models, transaction

from arena.config.demo.leaderboards import LEADERBOARDS
from arena.config.demo.registry import DemoRegistry, read_registry
from arena.profiles.services.installing import install_default_survey
from arena.profiles.services.margins import install_margins
from arena.prompts.services.starter import install_starter_library
from arena.studies.services.installing import install_open_arena
from models_registry.inference.recipes import find_recipe
from models_registry.inference.revisions import model_revision
from models_registry.inference.weights import DEMO_NAME, DEMO_SHA256
from models_registry.models import Contestant, Endpoint, LanguageModel, Organisation
from ratings.models import Leaderboard

QUEUE = "generation"
# Tokens: room for the longest conversation that the arena allows, at three characters a token, and its answer.
MAX_CONTEXT = 1536
# Said outright, not left to the machine: the revision in a battle's provenance depends on it.
NUMBERS = "int8"


class Named(Protocol):
    """A row of demo data."""

    @property
    def slug(self) -> str:
        """The short name by which it is found again."""


Row = TypeVar("Row", bound=Named)


@dataclass(frozen=True, slots=True)
class DemoReport:
    """How many rows were added; all zero when there was nothing to do."""

    prompts: int
    contestants: int
    leaderboards: int

    @property
    def changed(self) -> bool:
        """Whether anything was added."""
        return bool(self.prompts or self.contestants or self.leaderboards)


@transaction.atomic
def load_demo() -> DemoReport:
    """Add the parts of the demo that are missing, by their short names, and return how many were added.

    Rows that exist are never written, so what an operator changed stays; rows they deleted come back, so retire a
    contestant or a prompt instead of deleting it. About ten queries when there is nothing to do.
    """
    registry = read_registry()
    install_default_survey(install_open_arena())
    install_margins()
    prompts = install_starter_library()
    _add_organisations(registry)
    _add_models(registry)
    _add_endpoints(registry)
    contestants = _add_contestants(registry)
    leaderboards = _add_leaderboards()
    return DemoReport(prompts=prompts, contestants=contestants, leaderboards=leaderboards)


def _missing(model: type[models.Model], rows: Iterable[Row]) -> list[Row]:
    """Return the rows whose short name is not taken. One query."""
    # Not `objects`: for a class that is a parameter, the type checker only knows the default manager.
    taken = set(model._default_manager.values_list("slug", flat=True))  # noqa: SLF001 - documented by Django
    return [row for row in rows if row.slug not in taken]


def _save_all(instances: Iterable[models.Model]) -> None:
    for instance in instances:
        instance.full_clean()
        instance.save()


def _add_organisations(registry: DemoRegistry) -> None:
    missing = _missing(Organisation, registry.organisations)
    _save_all(Organisation(slug=row.slug, name=row.name, website=row.website) for row in missing)


def _add_models(registry: DemoRegistry) -> None:
    missing = _missing(LanguageModel, registry.models)
    makers = Organisation.objects.in_bulk(field_name="slug") if missing else {}
    _save_all(
        LanguageModel(
            slug=row.slug,
            name=row.name,
            organisation=makers[row.organisation],
            licence=registry.licence,
            parameters=row.parameters,
            revision=_revision(row.variant),
            website=row.website,
            languages=list(registry.languages),
            aliases=list(row.aliases),
            notes=row.notes,
        )
        for row in missing
    )


def _revision(variant: str) -> str:
    """Return the hash that the backend, too, gives the weights, the variant's recipe and the numbers it computes in."""
    return model_revision(DEMO_SHA256, find_recipe(variant), NUMBERS)


def _add_endpoints(registry: DemoRegistry) -> None:
    missing = _missing(Endpoint, registry.models)
    _save_all(
        Endpoint(
            slug=row.slug,
            backend=Endpoint.Backend.TRANSFORMERS,
            queue=QUEUE,
            options={
                "model_path": DEMO_NAME,
                "variant": row.variant,
                "device": "cpu",
                "dtype": NUMBERS,
                "max_context": MAX_CONTEXT,
            },
        )
        for row in missing
    )


def _add_contestants(registry: DemoRegistry) -> int:
    missing = _missing(Contestant, registry.contestants)
    weights = LanguageModel.objects.in_bulk(field_name="slug") if missing else {}
    endpoints = Endpoint.objects.in_bulk(field_name="slug") if missing else {}
    _save_all(
        Contestant(
            slug=row.slug,
            name=row.name,
            language_model=weights[row.model],
            endpoint=endpoints[row.model],
            system_prompt=registry.system_prompt,
            status=Contestant.Status.ACTIVE,
            **row.sampling,
        )
        for row in missing
    )
    return len(missing)


def _add_leaderboards() -> int:
    missing = _missing(Leaderboard, LEADERBOARDS)
    _save_all(Leaderboard(**asdict(row), protocol="pairwise") for row in missing)
    return len(missing)
