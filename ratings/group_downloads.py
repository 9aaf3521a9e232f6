"""The figures of a field as files: exactly what is stored of them."""

import json
from collections.abc import Iterable, Mapping

from ratings.downloads import write_csv
from ratings.group_rows import Estimate, GroupContent
from ratings.models import GroupFigures

COLUMNS = ("figure", "group", "other_group", "people", "model", "value", "lower", "upper")


def figures_csv(figures: GroupFigures) -> str:
    """Return one row for each figure: ratings in the whole and in groups, shrunk ones, and how groups differ."""
    return write_csv(COLUMNS, _rows(figures.content))


def figures_json(figures: GroupFigures) -> str:
    """Return all figures of a field, and how they were computed."""
    step = figures.step
    field = next(field for field in step.fields if field["key"] == figures.field)
    return json.dumps(
        {
            "leaderboard": step.leaderboard.slug,
            "kind": step.leaderboard.kind,
            "protocol": step.leaderboard.protocol,
            "computed_at": step.taken_at.isoformat(),
            "field": field,
            **figures.content,
            "settings": step.settings,
            "versions": step.versions,
            "input_sha256": step.input_sha256,
        },
        ensure_ascii=False,
        indent=1,
    )


def _rows(content: GroupContent) -> Iterable[dict[str, object]]:
    groups, slugs = content["groups"], [model["slug"] for model in content["models"]]
    yield from _estimates({"figure": "whole"}, slugs, content["whole"])
    for group in groups:
        of_group = {"figure": "rating", "group": group["key"], "people": group["people"]}
        yield from _estimates(of_group, slugs, group["ratings"])
        if "shrunk" in group:
            yield from _estimates({**of_group, "figure": "shrunk"}, slugs, group["shrunk"])
    for pair in content["pairs"]:
        first, second = groups[pair["first"]]["key"], groups[pair["second"]]["key"]
        of_pair = {"figure": "difference", "group": first, "other_group": second}
        yield from _estimates(of_pair, slugs, pair["differences"])


def _estimates(about: Mapping[str, object], slugs: list[str], estimates: list[Estimate]) -> Iterable[dict[str, object]]:
    for slug, (value, lower, upper) in zip(slugs, estimates, strict=True):
        yield {**about, "model": slug, "value": value, "lower": lower, "upper": upper}
