"""The columns of an export: the one place that says what they are called, which type they have and what they mean."""

from dataclasses import dataclass

import pyarrow as pa

# Raised when a column goes, or means something else; a new column alone does not raise it.
SCHEMA_VERSION = 1

TEXT = pa.string()
MOMENT = pa.timestamp("ms", tz="UTC")
MESSAGES = pa.list_(pa.struct([("role", TEXT), ("content", TEXT)]))
SAMPLING = pa.struct(
    [
        ("temperature", pa.float64()),
        ("top_p", pa.float64()),
        ("top_k", pa.int64()),
        ("repetition_penalty", pa.float64()),
        ("max_new_tokens", pa.int64()),
    ]
)
ANSWER = (
    ("seed", pa.int64()),
    ("tries", pa.int64()),
    ("finish_reason", TEXT),
    ("prompt_tokens", pa.int64()),
    ("completion_tokens", pa.int64()),
    ("seconds_waiting", pa.float64()),
    ("seconds_answering", pa.float64()),
)
TURNS = pa.list_(
    pa.struct(
        [
            ("attempt", pa.int64()),
            ("started_after", pa.float64()),
            ("released_after", pa.float64()),
            ("answer_a", pa.struct(ANSWER)),
            ("answer_b", pa.struct(ANSWER)),
        ]
    )
)
FINDINGS = pa.list_(
    pa.struct([("side", TEXT), ("turn", pa.int64()), ("code", TEXT), ("start", pa.int64()), ("end", pa.int64())])
)
DRAWS = pa.list_(
    pa.struct(
        [
            ("attempt", pa.int64()),
            ("model_a", TEXT),
            ("model_b", TEXT),
            ("draw_probability", pa.float64()),
            ("draw_seed", pa.int64()),
            ("failed_side", TEXT),
            ("failure", TEXT),
        ]
    )
)
REASONS = pa.list_(pa.struct([("reason", TEXT), ("sign", TEXT), ("revision", pa.int64())]))
ATTRIBUTES = pa.list_(pa.struct([("attribute", TEXT), ("level", pa.int64()), ("revision", pa.int64())]))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the data file."""

    name: str
    type: pa.DataType
    meaning: str


def _side(side: str, place: str) -> tuple[Column, ...]:
    """Return what is said of the contestant of one side."""
    return (
        Column(f"model_{side}", TEXT, f"Short name of the contestant on the {place}."),
        Column(f"language_model_{side}", TEXT, "Its language model."),
        Column(f"organisation_{side}", TEXT, "Who made that."),
        Column(f"model_licence_{side}", TEXT, "Licence of its weights."),
        Column(f"model_revision_{side}", TEXT, "Exact revision of its weights."),
        Column(f"system_prompt_{side}", TEXT, "System prompt that it was given before every conversation."),
        Column(f"sampling_{side}", SAMPLING, "Sampling parameters that it was given."),
        Column(
            f"contestant_sha256_{side}",
            TEXT,
            "SHA-256 of language model, revision, system prompt and sampling parameters: the same contestant, or not.",
        ),
    )


MEASURES = {
    "length": "Characters of all answers on the {place}, as the arena counts style; null where one was not measured.",
    "words": "Words of them outside code.",
    "headings": "Headings in them.",
    "lists": "Items of lists in them.",
    "bold": "Stretches in bold in them.",
    "code": "Pieces of code in them.",
    "tone": "Words of warmth, exclamation marks and pictures in them; null where one is not in English.",
    "hedging": "Words of doubt and reserve in them; null where one is not in English.",
}


def _style(side: str, place: str) -> tuple[Column, ...]:
    """Return how the answers of one side are written."""
    return tuple(Column(f"{name}_{side}", pa.int64(), told.format(place=place)) for name, told in MEASURES.items())


BATTLES = (
    Column("battle", TEXT, "Pseudonym of the battle, in this export only."),
    Column("rater", TEXT, "Pseudonym of the person who voted, in this export only: HMAC-SHA-256 under a key that "
           "was thrown away. Whoever signed in later is one person."),
    Column("kind", TEXT, "Who voted: human, simulated or judge. An export holds one kind."),
    Column("study", TEXT, "Short name of the study."),
    Column("protocol", TEXT, "Short name of the way of asking."),
    Column("protocol_revision", pa.int64(), "Its revision."),
    Column("consent_number", pa.int64(), "Number of the consent text of the study in force at the vote."),
    Column("consent_language", TEXT, "Language of that text."),
    Column("consent_sha256", TEXT, "SHA-256 of that text."),
    Column("category", TEXT, "Category of the curated prompt that began the battle; null when the rater wrote it."),
    Column("language", TEXT, "Language tag of the curated prompt; null when the rater wrote it."),
    Column("prompt_key", TEXT, "Key of the curated prompt; null when the rater wrote it."),
    Column("prompt_revision", pa.int64(), "Its revision in force."),
    Column("prompt_source", TEXT, "Where the curated prompt comes from."),
    Column("prompt_licence", TEXT, "Its licence."),
    Column("conversation_a", MESSAGES, "What the rater wrote and the left contestant answered, without system prompt."),
    Column("conversation_b", MESSAGES, "The same on the right. What the rater wrote is equal on both sides."),
    Column("winner", TEXT, "The vote: model_a, model_b, tie or both_bad. Both bad is not a tie."),
    Column("strength", pa.int64(), "How far A is better: 2 is much better, 1 better, -1 and -2 the same for B; null "
           "where it was not asked or not said, and for ties and both bad."),
    Column("reasons_a", REASONS, "What the rater ticked of the answers on the left: key, good or bad, revision of its "
           "words. Empty is nothing ticked; null is not asked."),
    Column("reasons_b", REASONS, "The same on the right."),
    Column("attributes_a", ATTRIBUTES, "How the answers on the left did, from 0 (very poorly, or very little) to 4, "
           "with the revision of the words; one that the rater left out is missing. Null is not asked."),
    Column("attributes_b", ATTRIBUTES, "The same on the right."),
    Column("justification", TEXT, "Why, in the rater's own words; null where nothing was written."),
    *_side("a", "left, called A"),
    *_side("b", "right, called B"),
    Column("matchmaker", TEXT, "How the pair was drawn."),
    Column("draw_probability", pa.float64(), "Probability with which this pair was drawn, in either order; which of "
           "the two stood left was decided by a coin."),
    Column("draw_seed", pa.int64(), "Seed of the draw."),
    Column("abandoned_draws", DRAWS, "Pairs drawn before and given up, because one could not answer, before anything "
           "was shown."),
    Column("turns", TURNS, "For each turn: its attempt, seconds from the start of the battle until it began and until "
           "both answers were shown in full, and of both answers seed, tries, why they ended, tokens, and seconds."),
    Column("started_at", MOMENT, "When the battle began; whole seconds."),
    Column("voted_at", MOMENT, "When the vote was stored; whole seconds."),
    Column("seconds_to_vote", pa.float64(), "From both answers shown in full to the vote."),
    Column("named_a", pa.bool_(), "Whether an answer on the left named a model or its maker as its own."),
    Column("named_b", pa.bool_(), "The same on the right."),
    Column("findings", FINDINGS, "What screening noticed in the answers (identity, loop), with side, turn from 0, and "
           "characters from start to before end."),
    *_style("a", "left"),
    *_style("b", "right"),
    Column("excluded", pa.bool_(), "Whether the vote is left out of the boards. Such votes are only here when the "
           "export asked for them."),
    Column("exclusion_reasons", pa.list_(TEXT), "Why."),
)  # fmt: skip

PREFERENCES = (
    Column("battle", TEXT, "Pseudonym of the battle, in this export only."),
    Column("rater", TEXT, "Pseudonym of the person who voted, in this export only."),
    Column("prompt", MESSAGES, "The rater's first message."),
    Column("chosen", MESSAGES, "The conversation after it with the contestant that was preferred; begins with its "
           "answer, and goes on where the rater asked further."),
    Column("rejected", MESSAGES, "The same with the other one."),
    Column("chosen_model", TEXT, "Short name of the contestant that was preferred."),
    Column("rejected_model", TEXT, "Short name of the other one."),
    Column("chosen_side", TEXT, "Where the preferred one stood: a is left, b is right."),
    Column("strength", pa.int64(), "How clear it was: 2 is much better, 1 better; null where it was not said."),
    Column("justification", TEXT, "Why, in the rater's own words; null where nothing was written."),
    Column("draw_probability", pa.float64(), "Probability with which this pair was drawn."),
    Column("category", TEXT, "Category of the curated prompt; null when the rater wrote it."),
    Column("language", TEXT, "Language tag of the curated prompt; null when the rater wrote it."),
    Column("kind", TEXT, "Who voted: human, simulated or judge."),
)  # fmt: skip


def arrow_schema(columns: tuple[Column, ...]) -> pa.Schema:
    """Return the columns as Arrow and Parquet know them; each carries its meaning."""
    return pa.schema([pa.field(column.name, column.type, metadata={"meaning": column.meaning}) for column in columns])
