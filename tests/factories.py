"""Rows for tests. Each maker fills in what a test does not care about."""

import itertools
from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from arena.battles.models import Battle, Completion, Side, Turn
from arena.battles.protocols import way_of
from arena.battles.sides import drawn_snapshots
from arena.prompts.models import Category, Prompt, PromptRevision
from arena.raters.models import Rater
from arena.studies.models import ConsentRevision, Protocol, Study
from models_registry.models import Contestant, Endpoint, LanguageModel, Organisation
from models_registry.services import snapshot_contestant

number = itertools.count(1)
TEXTS = {"a": "An answer.", "b": "Another **answer**.", "c": "A third answer.", "d": "A fourth one."}

# Words that no page, frame or header may hold before the vote.
TELLTALES = (
    "Zephyrine", "zephyrine-9b", "Quillstone Labs", "quillstone", "Obsidian", "obsidian-3b", "Marrowgate", "marrowgate",
    "tell-licence", "scripted", "snapshot_", "contestant", "prompt_tokens", "completion_tokens", "finish_reason",
    "sha256",
)  # fmt: skip


def make_study(**fields: object) -> Study:
    protocol = Protocol.objects.create(slug=f"pairwise-{next(number)}")
    defaults: dict[str, object] = {"slug": "open-arena", "name": "Open arena", "protocol": protocol, "is_default": True}
    return Study.objects.create(**{**defaults, **fields})


def make_consent(study: Study, **fields: object) -> ConsentRevision:
    """A text in force; terms that cover research, where the test does not say otherwise."""
    purpose = fields.get("purpose", "terms")
    defaults: dict[str, object] = {
        "number": 1,
        "summary": "We record votes.",
        "text": "# Consent\n\nText.",
        "covers_research": purpose == "terms",
        "published_at": timezone.now(),
    }
    revision = ConsentRevision(study=study, **{**defaults, **fields})
    revision.sha256 = revision.text_sha256()
    revision.save()
    return revision


def make_contestant(
    *, name: str = "", organisation: str = "", script: dict[str, object] | None = None, **fields: object
) -> Contestant:
    key = next(number)
    owner, _ = Organisation.objects.get_or_create(
        slug=(organisation or f"org-{key}").lower().replace(" ", "-"), defaults={"name": organisation or f"Org {key}"}
    )
    model = LanguageModel.objects.create(
        slug=f"{(name or f'model-{key}').lower()}",
        name=name or f"Model {key}",
        organisation=owner,
        licence="tell-licence-1.0",
        parameters=135_000_000,
        revision=f"revision-{key}",
        languages=["en"],
    )
    endpoint = Endpoint.objects.create(
        slug=f"endpoint-{key}", backend="scripted", options=script or {"text": f"An answer of number {key}."}
    )
    defaults: dict[str, object] = {
        "slug": f"{model.slug}-neutral",
        "name": model.name,
        "language_model": model,
        "endpoint": endpoint,
        "system_prompt": "You are a helpful assistant.",
        "status": Contestant.Status.ACTIVE,
    }
    return Contestant.objects.create(**{**defaults, **fields})


def make_arena() -> SimpleNamespace:
    """The default study with its consent text, two telltale contestants and one approved prompt."""
    study = make_study()
    category = Category.objects.create(slug=f"facts-{next(number)}", name="Facts")
    prompt = Prompt.objects.create(
        key=f"prompt-{next(number)}", category=category, language="en", status=Prompt.Status.APPROVED
    )
    return SimpleNamespace(
        study=study,
        consent=make_consent(study),
        first=make_contestant(name="Zephyrine", organisation="Quillstone Labs", slug="zephyrine-9b"),
        second=make_contestant(name="Obsidian", organisation="Marrowgate", slug="obsidian-3b"),
        revision=PromptRevision.objects.create(prompt=prompt, number=1, text="Why is the sky blue?"),
    )


def make_battle(arena: SimpleNamespace, *, rater: Rater | None = None, **fields: object) -> Battle:
    """An open battle whose first turn runs, with both completions queued."""
    rater = rater or Rater.objects.create()
    defaults: dict[str, object] = {
        "study": arena.study,
        "protocol": arena.study.protocol,
        "consent_revision": arena.consent,
        "rater": rater,
        "kind": rater.kind,
        "prompt_revision": arena.revision,
        "snapshot_a": snapshot_contestant(contestant=arena.first),
        "snapshot_b": snapshot_contestant(contestant=arena.second),
        "matchmaker": "test",
        "draw_probability": 1.0,
        "draw_seed": 1,
    }
    battle = Battle.objects.create(**{**defaults, **fields})
    make_turn(battle)
    return battle


def make_turn(battle: Battle, *, index: int = 0, prompt: str = "Why is the sky blue?") -> Turn:
    turn = Turn.objects.create(battle=battle, index=index, prompt=prompt, started_at=timezone.now())
    sides = way_of(battle.protocol).sides(turn_index=index, drawn=len(drawn_snapshots(battle)))
    for side in sides:
        Completion.objects.create(turn=turn, side=side, seed=1, queued_at=turn.started_at)
    return turn


def complete_turn(turn: Turn, *, ago: float = 1.0, **texts: str) -> Turn:
    """Store finished answers, by side, and release them `ago` seconds ago."""
    now = timezone.now()
    # Long enough ago that the pace has shown everything by then.
    milliseconds = int((now - timedelta(seconds=ago + 10)).timestamp() * 1000)
    for side in turn.completions.order_by("side").values_list("side", flat=True).distinct():
        text = texts.get(side, TEXTS[side])
        rows = Completion.objects.filter(turn=turn, side=side, attempt=turn.attempt, replaced=False)
        rows.update(status=Completion.Status.RUNNING)
        rows.update(
            status=Completion.Status.DONE,
            text=text,
            arrivals=[[milliseconds, len(text)]],
            ended_ms=milliseconds,
            finish_reason="stop",
            prompt_tokens=12,
            completion_tokens=3,
            started_at=now - timedelta(seconds=3),
            finished_at=now - timedelta(seconds=2),
        )
    turn.status, turn.released_at = Turn.Status.COMPLETE, now - timedelta(seconds=ago)
    turn.save()
    return turn


def make_conversation(
    arena: SimpleNamespace, *, contestants: int = 4, is_answered: bool = True, **fields: object
) -> Battle:
    """An open scored conversation whose opening can be scored, or still waits for its answers."""
    protocol, _ = Protocol.objects.get_or_create(slug="prism", defaults={"kind": Protocol.Kind.PRISM})
    names = {
        f"snapshot_{side}": snapshot_contestant(contestant=make_contestant(organisation="Marrowgate"))
        for side in list(Side)[2:contestants]
    }
    make = make_ready_battle if is_answered else make_battle
    return make(arena, protocol=protocol, conversation_type="values", **names, **fields)


def make_ready_battle(arena: SimpleNamespace, **fields: object) -> Battle:
    """An open battle that can be voted on."""
    battle = make_battle(arena, **fields)
    complete_turn(battle.turns.get())
    return battle
