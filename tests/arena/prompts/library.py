"""Prompts, files and curators for the tests of this folder."""

import json
from collections.abc import Mapping

from django.contrib.auth.models import User

from arena.prompts.models import Category, Prompt, PromptImport
from arena.prompts.services import importing
from arena.prompts.services.import_apply import apply_import
from arena.prompts.services.import_check import check_import
from arena.prompts.services.import_undo import undo_import_rows
from arena.prompts.services.revising import revise_prompt

Status = Prompt.Status


def make_category(slug: str = "facts", parent: Category | None = None) -> Category:
    return Category.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize(), "parent": parent})[0]


def make_prompt(key: str, text: str = "", *, status: str = Status.IN_REVIEW, **fields: object) -> Prompt:
    defaults: dict[str, object] = {"category": make_category(), "language": "en", "reason": "A test."}
    prompt = Prompt.objects.create(key=key, status=status, **{**defaults, **fields})
    revise_prompt(prompt=prompt, text=text or f"What is {key}?", author="ada")
    return prompt


def make_curator(name: str = "ada") -> User:
    return User.objects.create(username=name, is_staff=True, is_superuser=True)


def jsonl(*rows: Mapping[str, object]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def upload(content: bytes, file_name: str = "prompts.jsonl", **choices: object) -> PromptImport:
    """An import that was checked."""
    curator = User.objects.filter(username="ada").first() or make_curator()
    defaults: dict[str, object] = {"category": make_category(), "language": "en"}
    batch = importing.start_import(
        batch=PromptImport(**{**defaults, **choices}), file_name=file_name, content=content, actor=curator
    )
    check_import(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


def work(batch: PromptImport) -> PromptImport:
    """Do what a worker would, until nothing is left to do."""
    steps = {"checking": check_import, "applying": apply_import, "undoing": undo_import_rows}
    batch.refresh_from_db()
    while batch.status in steps:
        steps[batch.status](batch_id=batch.pk)
        batch.refresh_from_db()
    return batch


def take_in(content: bytes, file_name: str = "prompts.jsonl", **choices: object) -> PromptImport:
    """An import that was confirmed and done."""
    batch = upload(content, file_name, **choices)
    importing.confirm_import(batch_id=batch.pk)
    return work(batch)


def rows_of(batch: PromptImport) -> list[tuple[int, str, str]]:
    return list(batch.rows.order_by("line").values_list("line", "outcome", "reason"))


def text_of(key: str) -> str:
    return Prompt.objects.get(key=key).revisions.order_by("-number")[0].text
