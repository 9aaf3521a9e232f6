"""What lies beside the data of an export: dataset card, data dictionary, licence, and the counts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from arena.releases.population import REASONS
from arena.releases.schema import SCHEMA_VERSION, Column

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
LARGEST = "n>1M"

# The names by which dataset hubs know licences; another one is named in words.
KNOWN_LICENCES = frozenset(
    {
        "apache-2.0", "mit", "cc0-1.0", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0",
        "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-nc-nd-4.0", "cc-by-nd-4.0", "odbl", "odc-by", "pddl",
        "etalab-2.0",
    }
)  # fmt: skip

CARD = """\
# {title}

{meaning}

Answers of two language models to the same messages, and which of the two a rater preferred without knowing who had
written them. Exported from a Parallax arena; schema version {version}.

## What it holds

| | battles |
|---|---|
| found by the filters | {found} |
| exported | {exported} |
{left_out}
Filters: `{filters}`. Votes: {winners}.

## What to know before using it

- {kind}
- Raters and battles have pseudonyms made for this export alone, under a key that was thrown away. Pseudonyms of two
  exports have nothing in common. Whoever holds two exports of the same battles can still match those battles by their
  texts and times.
- Texts are what raters typed and models answered. They were not searched for personal data: do that before you publish.
- It holds battles of people who allowed data sets for research, by a choice of their own or by the terms under which
  they voted. The others are counted above.
- Prompts that are kept back for evaluation are left out.
- A tie says that both answers are equally good; both bad is a judgement of its own, and no tie.
- Pairs were not drawn with equal chance: `draw_probability` says with which.
- An answer may name its model (`named_a`, `named_b`); such a vote was not blind.

## Licence

{licence}, as stated by whoever made this export. Curated prompts and model answers may carry terms of their own: see
the columns `prompt_licence` and `model_licence_a`, `model_licence_b` where this layout has them.

## Files

- `data/`: the data
- `dictionary.json`: every column with type and meaning, as below
- `export.json`: filters, counts and versions, for programs
- `LICENCE.txt`: the licence as stated
- `SHA256SUMS`: check with `sha256sum --check SHA256SUMS`

## Columns

| name | type | meaning |
|---|---|---|
{columns}
"""
KINDS = {
    "human": "The votes are those of people.",
    "simulated": "**The votes are made up** by a simulator. They say nothing about people, and little about models.",
    "judge": "**The votes are those of language models** as judges, not of people.",
}


def dataset_card(summary: Mapping[str, Any], columns: Sequence[Column], *, data_file: str) -> str:
    """Return the card in Markdown, with the head that dataset libraries read."""
    return _head(summary, data_file) + CARD.format(
        title=_line(summary["title"]),
        meaning=summary["layout_meaning"],
        version=SCHEMA_VERSION,
        found=summary["found"],
        exported=summary["exported"],
        left_out=_left_out(summary["left_out"]),
        filters=json.dumps(summary["filters"], ensure_ascii=False),
        winners=", ".join(f"{name} {number}" for name, number in summary["winners"].items()) or "none",
        kind=KINDS[summary["kind"]],
        licence=_line(summary["licence"]),
        columns="\n".join(f"| `{column.name}` | {_type(column)} | {column.meaning} |" for column in columns),
    )


def data_dictionary(columns: Sequence[Column]) -> str:
    """Return name, type and meaning of every column as JSON."""
    rows = [{"name": column.name, "type": str(column.type), "meaning": column.meaning} for column in columns]
    return json.dumps({"schema_version": SCHEMA_VERSION, "columns": rows}, indent=2, ensure_ascii=False) + "\n"


def _head(summary: Mapping[str, Any], data_file: str) -> str:
    """Return the YAML head. Texts are written as JSON strings, which YAML reads as they are."""
    licence = str(summary["licence"]).strip().lower()
    named = ["license: " + licence]
    if licence not in KNOWN_LICENCES:
        named = ["license: other", f"license_name: {json.dumps(str(summary['licence']), ensure_ascii=False)}"]
    return "\n".join(
        [
            "---",
            f"pretty_name: {json.dumps(str(summary['title']), ensure_ascii=False)}",
            *named,
            "tags:\n- preference\n- human-feedback" if summary["kind"] == "human" else "tags:\n- preference",
            "size_categories:",
            f"- {_size(summary['exported'])}",
            "configs:",
            "- config_name: default",
            "  data_files:",
            "  - split: train",
            f"    path: {data_file}",
            "---",
            "",
            "",
        ]
    )


def _left_out(counts: Mapping[str, int]) -> str:
    return "".join(f"| left out: {REASONS[reason]} | {number} |\n" for reason, number in counts.items())


def _size(rows: int) -> str:
    return next((name for most, name in SIZES if rows < most), LARGEST)


def _line(text: object) -> str:
    """Return the text on one line, so that it cannot begin a part of the card of its own."""
    return " ".join(str(text).split())


def _type(column: Column) -> str:
    return str(column.type).split("<", 1)[0] if "<" in str(column.type) else str(column.type)
