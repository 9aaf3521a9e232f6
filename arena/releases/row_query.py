"""Everything about a batch of battles in one query: the database gathers what belongs to each as JSON.

Reading turns, answers and findings as rows of their own takes several times as long for a hundred thousand battles.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any  # the second parameter of query sets: what `values` names, which the checker cannot follow

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Expression,
    F,
    FloatField,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, NullIf

from arena.battles.models import (
    AbandonedDraw,
    AnswerFinding,
    Completion,
    Exclusion,
    Side,
    Turn,
    Vote,
    VoteAttribute,
    VoteReason,
)
from arena.raters.selectors import person

# What a row takes over as it is.
PLAIN = {
    "kind": F("kind"),
    "study": F("battle__study__slug"),
    "protocol": F("battle__protocol__slug"),
    "protocol_revision": F("battle__protocol__revision"),
    "consent_number": F("consent_revision__number"),
    "consent_language": F("consent_revision__language"),
    "consent_sha256": F("consent_revision__sha256"),
    "category": F("battle__prompt_revision__prompt__category__slug"),
    "language": F("battle__prompt_revision__prompt__language"),
    "prompt_key": F("battle__prompt_revision__prompt__key"),
    "prompt_revision": F("battle__prompt_revision__number"),
    "prompt_source": F("battle__prompt_revision__prompt__source"),
    "prompt_licence": F("battle__prompt_revision__prompt__licence"),
    "winner": F("winner"),
    "justification": NullIf(F("justification"), Value("", output_field=TextField())),
    "matchmaker": F("battle__matchmaker"),
    "draw_probability": F("battle__draw_probability"),
    "draw_seed": F("battle__draw_seed"),
    "seconds_to_vote": F("seconds_to_vote"),
}
# What becomes positive or negative by who was preferred.
SIGNED = {"strength": F("strength")}
# Put before their names in the query, where some are those of columns.
TOLD = "its_"


class _Seconds(Func):
    """Seconds from the first moment to the second one, to the millisecond; null when either is."""

    template = "ROUND(EXTRACT(EPOCH FROM %(expressions)s)::numeric, 3)::float8"
    arg_joiner = " - "
    output_field = FloatField()

    def __init__(self, start: Expression | F, end: Expression | F) -> None:
        super().__init__(end, start)


class _Epoch(Func):
    """Whole seconds since 1970."""

    template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::float8"
    output_field = FloatField()


def _object(**members: object) -> Func:
    """Return a JSON object; the plain type, which is built and sent quicker than the one that can be searched."""
    pairs = [(Value(name), F(value) if isinstance(value, str) else value) for name, value in members.items()]
    return Func(*(part for pair in pairs for part in pair), function="json_build_object", output_field=TextField())


class _IsOneOf(Func):
    """Whether the first is in the second, a list in one parameter: a long list of them takes long to write."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def read_votes(votes: Sequence[int], connection: BaseDatabaseWrapper) -> list[dict[str, Any]]:  # Any: each column's own
    """Return the votes with these keys, oldest first, with all that a row is made of; one query."""
    sql, parameters = _sql()
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(votes) if isinstance(value, list) else value for value in parameters])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@cache
def _sql() -> tuple[str, tuple[Any, ...]]:  # Any: each parameter's own
    """Return the query and its parameters, with a list where the keys belong. Composing it takes long."""
    sql, parameters = _query().query.sql_with_params()
    return sql, tuple(parameters)


def _query() -> QuerySet[Vote, Any]:
    battle = OuterRef("battle_id")
    told = {f"{TOLD}{name}": value for name, value in (PLAIN | SIGNED).items()}
    return (
        Vote.objects.filter(_IsOneOf(F("pk"), Value([], output_field=ArrayField(BigIntegerField()))))
        .order_by("pk")
        .values(
            "battle_id",
            person=person(),
            started_at=_Epoch(F("battle__created_at")),
            voted_at=_Epoch(F("created_at")),
            snapshot_a=F("battle__snapshot_a_id"),
            snapshot_b=F("battle__snapshot_b_id"),
            asked_reasons=F("battle__protocol__reasons"),
            asked_attributes=F("battle__protocol__attributes"),
            gathered=Cast(
                _object(
                    turns=ArraySubquery(_turns(battle)),
                    findings=ArraySubquery(_findings(battle)),
                    draws=ArraySubquery(_draws(battle)),
                    said_reasons=ArraySubquery(_reasons(OuterRef("pk"))),
                    said_attributes=ArraySubquery(_attributes(OuterRef("pk"))),
                    reasons=ArraySubquery(
                        Exclusion.objects.filter(vote=OuterRef("pk")).order_by("pk").values("reason")
                    ),
                ),
                TextField(),
            ),
            **told,
        )
    )


def _turns(battle: OuterRef) -> QuerySet[Turn, Any]:
    """Return the complete turns of a battle with their current answers."""
    turns = Turn.objects.filter(battle=battle, status=Turn.Status.COMPLETE).order_by("index")
    began = F("battle__created_at")
    return turns.values(
        told=_object(
            prompt="prompt",
            attempt="attempt",
            started_after=_Seconds(began, F("started_at")),
            released_after=_Seconds(began, F("released_at")),
            a=_answer(Side.A),
            b=_answer(Side.B),
        )
    )


def _answer(side: Side) -> Subquery:
    answers = Completion.objects.filter(
        turn=OuterRef("pk"), attempt=OuterRef("attempt"), side=side, replaced=False, status=Completion.Status.DONE
    )
    told = _object(
        seed="seed",
        tries="try_number",
        finish_reason="finish_reason",
        prompt_tokens="prompt_tokens",
        completion_tokens="completion_tokens",
        seconds_waiting=_Seconds(F("queued_at"), F("started_at")),
        seconds_answering=_Seconds(F("started_at"), F("finished_at")),
    )
    return Subquery(
        answers.order_by().values(told=_object(text="text", told=told, style="style", version="style_version"))[:1],
        output_field=TextField(),
    )


def _findings(battle: OuterRef) -> QuerySet[AnswerFinding, Any]:
    """Return what was found in the answers that were judged, not in those of attempts before."""
    found = AnswerFinding.objects.filter(
        completion__turn__battle=battle,
        completion__attempt=F("completion__turn__attempt"),
        completion__replaced=False,
        completion__status=Completion.Status.DONE,
    )
    told = _object(side="completion__side", turn="completion__turn__index", code="code", start="start", end="end")
    return found.order_by("completion__turn__index", "completion__side", "code", "start").values(told=told)


def _draws(battle: OuterRef) -> QuerySet[AbandonedDraw, Any]:
    told = _object(
        attempt="attempt",
        model_a="snapshot_a__contestant__slug",
        model_b="snapshot_b__contestant__slug",
        draw_probability="draw_probability",
        draw_seed="draw_seed",
        failed_side="failed_side",
        failure="failure",
    )
    return AbandonedDraw.objects.filter(battle=battle).order_by("attempt").values(told=told)


def _reasons(vote: OuterRef) -> QuerySet[VoteReason, Any]:
    rows = VoteReason.objects.filter(vote=vote).order_by("side", "revision__reason__position", "revision")
    told = _object(
        side="side", reason="revision__reason__key", sign="revision__reason__sign", revision="revision__number"
    )
    return rows.values(told=told)


def _attributes(vote: OuterRef) -> QuerySet[VoteAttribute, Any]:
    rows = VoteAttribute.objects.filter(vote=vote).order_by("side", "revision__attribute__position", "revision")
    told = _object(side="side", attribute="revision__attribute__key", level="level", revision="revision__number")
    return rows.values(told=told)
