import pytest
from django.db import IntegrityError

from arena.battles.models import Battle
from arena.prompts.errors import ImportStateError
from arena.prompts.models import ImportFile, ImportRow, Prompt, PromptImport
from arena.prompts.services import importing
from arena.prompts.services.import_apply import apply_import
from arena.prompts.services.import_check import check_import
from arena.prompts.services.reviewing import decide
from arena.prompts.services.revising import revise_prompt
from arena.prompts.states import Action
from tests.arena.prompts.library import (
    Status,
    jsonl,
    make_category,
    make_curator,
    make_prompt,
    rows_of,
    take_in,
    text_of,
    upload,
    work,
)
from tests.factories import make_arena, make_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def reasons(batch: PromptImport) -> dict[int, str]:
    return {line: reason for line, outcome, reason in rows_of(batch) if outcome == "rejected"}


def test_preview_changes_nothing():
    batch = upload(jsonl({"text": "Why?"}))

    assert batch.status == "ready"
    assert rows_of(batch) == [(1, "new", "")]
    assert not Prompt.objects.exists()


def test_import_puts_new_prompts_where_the_curator_wants_them():
    make_category("code")
    row = {
        "key": "loop", "text": " Write a loop.\r\n", "category": "code", "language": "pt-BR",
        "tags": ["Short", "loops"], "source": "a  book", "licence": "CC0-1.0", "author": "Ada", "holdout": True,
    }  # fmt: skip

    batch = take_in(jsonl(row, {"text": "Why?"}), put_into="approved", licence="MIT")

    first, second = Prompt.objects.order_by("pk")
    assert (first.key, first.category.slug, first.language, first.tags) == ("loop", "code", "pt-BR", ["loops", "short"])
    assert (first.source, first.licence, first.holdout, first.status) == ("a book", "CC0-1.0", True, "approved")
    assert first.revisions.values_list("number", "text", "author").get() == (1, "Write a loop.", "Ada")
    assert (second.category.slug, second.language, second.licence, second.holdout) == ("facts", "en", "MIT", False)
    assert second.key.startswith("p-")
    assert first.events.values_list("action", "status", "actor_name", "reason").get() == (
        ("imported", "approved", "ada", "prompts.jsonl")
    )
    assert (batch.status, batch.done, ImportFile.objects.count()) == ("applied", 2, 0)


def test_import_rejects_bad_rows_with_line_and_reason():
    make_prompt("taken", "This text is there.")
    make_prompt("old", "Retired.", status=Status.RETIRED)
    rows = [
        {"text": ""},
        {"text": None},
        {"text": 5},
        {"text": "x" * 4001},
        {"text": "A?", "category": "nowhere"},
        {"text": "B?", "language": "english language"},
        {"text": "C?", "key": "not a key"},
        {"text": "D?", "tags": 7},
        {"text": "E?", "holdout": "perhaps"},
        {"text": "F?", "source": "s" * 201},
        {"text": "This text is there.", "key": "other"},
        {"text": "Once?", "key": "once"},
        {"text": "Twice?", "key": "once"},
        {"text": "Once?"},
        {"text": "Another text.", "key": "old"},
    ]

    batch = take_in(jsonl(*rows))

    said = reasons(batch)
    expected = {
        1: "nothing to read", 2: "There is no text", 3: "a number or a list", 4: "too long", 5: "no category “nowhere”",
        6: "A language is a tag", 7: "letters, digits, hyphens", 8: "neither a text with commas", 9: "yes or no",
        10: "longer than 200", 11: "already, as “taken”", 13: "The same key is on line 12",
        14: "The same text is on line 12", 15: "retired",
    }  # fmt: skip
    assert said.keys() == expected.keys()
    assert [line for line, words in expected.items() if words not in said[line]] == []
    assert set(Prompt.objects.values_list("key", flat=True)) == {"taken", "old", "once"}


def test_import_without_defaults_says_what_is_missing():
    batch = upload(
        jsonl({"text": "A?", "language": "en"}, {"text": "B?", "category": "facts"}), category=None, language=""
    )

    assert reasons(batch) == {
        1: "There is no category, and no default was chosen.",
        2: "There is no language, and no default was chosen.",
    }


def test_import_points_out_near_duplicates_in_the_library_and_in_the_file():
    make_prompt("note", "Write a friendly note to my neighbour, whose dog barks every morning at five.")
    similar = "Write a friendly note to my neighbour, whose cat barks every morning at five."

    batch = upload(jsonl({"text": similar}, {"text": "Something else."}, {"text": similar + " Please."}))

    found = {
        row.line: [(near["key"], near["line"]) for near in row.similar]
        for row in batch.rows.filter(similar__isnull=False)
    }
    assert found == {1: [("note", None)], 3: [("", 1), ("note", None)]}
    assert batch.rows.get(line=1).similar[0]["percent"] >= 75


def test_import_of_the_same_file_again_changes_nothing():
    content = jsonl({"text": "Why?", "tags": ["a"]}, {"text": "How?", "key": "how"})
    take_in(content)

    again = upload(content)

    assert rows_of(again) == [(1, "unchanged", ""), (2, "unchanged", "")]


def test_import_changes_what_the_row_says_and_nothing_else():
    make_category("code")
    make_prompt("sky", "Why is the sky blue?", source="a book", tags=["old"], status=Status.APPROVED)

    batch = take_in(jsonl({"key": "sky", "text": "Why is the sky blue?", "category": "code", "tags": "new"}))

    sky = Prompt.objects.get()
    assert rows_of(batch) == [(1, "changed", "")]
    assert (sky.category.slug, sky.tags, sky.source, sky.status) == ("code", ["new"], "a book", "approved")
    assert sky.revisions.count() == 1


@pytest.mark.parametrize(("put_into", "status"), [("in_review", Status.IN_REVIEW), ("approved", Status.APPROVED)])
def test_import_of_another_text_sends_an_approved_prompt_to_review_unless_all_are_approved(put_into, status):
    make_prompt("sky", status=Status.APPROVED)

    take_in(jsonl({"key": "sky", "text": "Another text?"}), put_into=put_into)

    assert Prompt.objects.get().status == status
    assert list(Prompt.objects.get().revisions.values_list("number", "text")) == [
        (2, "Another text?"),
        (1, "What is sky?"),
    ]


def test_import_rejects_rows_that_the_library_overtook_since_the_preview():
    make_prompt("changed")
    batch = upload(
        jsonl({"text": "Why?", "key": "why"}, {"text": "How?"}, {"text": "Fine?"}, {"text": "New.", "key": "changed"})
    )
    make_prompt("why", "Something else?")
    make_prompt("other", "How?")
    decide(prompts=Prompt.objects.filter(key="changed"), action=Action.RETIRED, actor=make_curator("ben"), reason="No.")

    importing.confirm_import(batch_id=batch.pk)
    work(batch)

    assert [(line, outcome) for line, outcome, _ in rows_of(batch)] == [
        (1, "rejected"),
        (2, "rejected"),
        (3, "new"),
        (4, "rejected"),
    ]
    assert "Since the preview" in reasons(batch)[1]


def test_import_is_done_once_however_often_its_tasks_come(monkeypatch):
    monkeypatch.setattr("arena.prompts.services.import_apply.ROWS_AT_ONCE", 2)
    batch = upload(jsonl(*({"text": f"Question {number}?"} for number in range(5))))
    check_import(batch_id=batch.pk)
    importing.confirm_import(batch_id=batch.pk)

    for _ in range(6):
        apply_import(batch_id=batch.pk)

    batch.refresh_from_db()
    assert (batch.status, batch.done, Prompt.objects.count()) == ("applied", 5, 5)


def test_import_moves_on_only_as_its_states_allow():
    batch = upload(jsonl({"text": "Why?"}))
    importing.discard_import(batch_id=batch.pk)

    for step in (importing.confirm_import, importing.discard_import, importing.undo_import):
        with pytest.raises(ImportStateError):
            step(batch_id=batch.pk)

    batch.refresh_from_db()
    assert (batch.status, Prompt.objects.count(), ImportFile.objects.count()) == ("discarded", 0, 0)


def test_unreadable_file_says_why():
    batch = upload(b"question\nWhy?\n", "prompts.csv")

    assert batch.status == "unreadable"
    assert "no column “text”" in batch.problem


def test_undo_removes_what_was_added_and_puts_back_what_was_changed():
    make_category("code")
    make_prompt("sky", "Why is the sky blue?", status=Status.APPROVED, tags=["old"])
    batch = take_in(jsonl({"text": "Why?"}, {"key": "sky", "text": "Another?", "category": "code", "tags": "new"}))

    importing.undo_import(batch_id=batch.pk)
    work(batch)

    sky = Prompt.objects.get()
    assert (sky.category.slug, sky.tags, sky.status, text_of("sky")) == (
        "facts",
        ["old"],
        "approved",
        "Why is the sky blue?",
    )
    assert (batch.status, sorted(batch.rows.values_list("undone", flat=True))) == ("undone", ["removed", "restored"])
    assert sky.revisions.count() == 3


def test_undo_retires_what_a_battle_used_and_leaves_later_work_alone():
    batch = take_in(jsonl({"text": "Used?"}, {"text": "Edited?"}, {"text": "Free?"}), put_into="approved")
    used, edited, _free = Prompt.objects.order_by("pk")
    battle = make_battle(make_arena(), prompt_revision=used.revisions.get())
    revise_prompt(prompt=edited, text="Edited with care?")

    importing.undo_import(batch_id=batch.pk)
    work(batch)

    fates = dict(batch.rows.values_list("line", "undone"))
    assert fates == {1: "retired", 2: "kept", 3: "removed"}
    used.refresh_from_db()
    assert (used.status, used.reason) == ("retired", "The import of prompts.jsonl was undone.")
    assert Battle.objects.get(pk=battle.pk).prompt_revision.text == "Used?"
    assert Prompt.objects.filter(pk=edited.pk, status="approved").exists()


def test_undone_file_can_be_imported_again():
    content = jsonl({"text": "Why?"})
    batch = take_in(content)
    importing.undo_import(batch_id=batch.pk)
    work(batch)

    take_in(content)

    assert Prompt.objects.count() == 1


def test_database_wants_a_reason_for_a_rejected_row():
    batch = upload(jsonl({"text": "Why?"}))

    with pytest.raises(IntegrityError, match="rejected_has_reason"):
        ImportRow.objects.filter(batch=batch).update(outcome="rejected")
