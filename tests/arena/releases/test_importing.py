import pytest
from django.db import IntegrityError, connection, transaction

from arena.battles.models import Vote
from arena.releases.comparisons import load_board_input
from arena.releases.errors import FileRefusedError, ImportExistsError, ReleaseError
from arena.releases.models import ImportedVote, VoteImport
from arena.releases.services.importing import (
    BATCH,
    ImportTerms,
    cancel_import,
    confirm_import,
    redo_import,
    request_import,
    run_import,
    undo_import,
)
from arena.releases.storage import import_file, import_report
from ratings.errors import BoardInputError
from ratings.models import Leaderboard

TERMS = ImportTerms("Crowd 2023", "human", "A paper", "CC-BY-4.0")
PLAIN = "voter,context,a,b,winner\nann,1,cat,dog,a\nbob,1,cat,dog,tie\nann,2,dog,cow,both_bad\n"
IMPORTED = {"protocol": "imported", "study": "crowd-2023"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(tmp_path):
    """Sends a file in and has it checked."""

    def make(content=PLAIN, *, name="votes.csv", terms=TERMS):
        path = tmp_path / "upload"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        vote_import = request_import(upload=path, file_name=name, terms=terms, user=None)
        run_import(import_id=vote_import.pk)
        vote_import.refresh_from_db()
        return vote_import

    return make


@pytest.fixture
def store(send):
    """Sends a file in and has it stored."""

    def make(content=PLAIN, **fields):
        vote_import = send(content, **fields)
        assert confirm_import(vote_import=vote_import)
        run_import(import_id=vote_import.pk)
        vote_import.refresh_from_db()
        return vote_import

    return make


def test_checking_counts_and_stores_nothing(send):
    vote_import = send()

    assert (vote_import.status, vote_import.form) == ("ready", "plain")
    counts = vote_import.counts
    assert (counts["rows"], counts["votes"], counts["rejected"]) == (3, 3, 0)
    assert (counts["voters"], counts["contexts"], counts["competitors"]) == (2, 2, 3)
    assert counts["winners"] == {"both_bad": 1, "model_a": 1, "tie": 1}
    assert not ImportedVote.objects.exists()


def test_storing_keeps_what_the_file_says_and_nothing_else(store):
    vote_import = store()

    fields = ("line", "voter", "context", "a", "b", "winner")
    assert list(vote_import.votes.order_by("line").values_list(*fields)) == [
        (2, "ann", "1", "cat", "dog", "model_a"),
        (3, "bob", "1", "cat", "dog", "tie"),
        (4, "ann", "2", "dog", "cow", "both_bad"),
    ]
    assert not Vote.objects.exists()


def test_rejected_lines_are_reported_with_number_and_reason(send):
    lines = [
        "ann,1,cat,cat,a",
        ",1,cat,dog,a",
        "ann,1,cat,dog,maybe",
        "ann,1,cat",
        '"a\nb",1,cat,dog,a',
        "ann,1,cat,dog,b",
    ]

    vote_import = send("voter,context,a,b,winner\n" + "\n".join(lines) + "\n")

    assert import_report(vote_import).read_text().splitlines() == [
        "line,reason",
        "2,Both sides are the same.",
        "3,voter is empty.",
        '4,"winner is “maybe”; it must be a, b, tie or both_bad."',
        "5,It has 3 values; the first line names 5.",
        "6,voter holds characters that cannot be shown.",
    ]
    assert (vote_import.counts["votes"], vote_import.counts["rejected"]) == (1, 5)


def test_line_after_a_cell_of_two_lines_keeps_its_number(send):
    vote_import = send('voter,context,a,b,winner\nann,"1\n2",cat,dog,a\nann,1,cat,cat,a\nann,1,cat,dog,a\n')

    assert [row["line"] for row in vote_import.counts["first_rejected"]] == [2, 4]


@pytest.mark.parametrize(
    ("content", "name", "part"),
    [
        ("voter,a,b\nx,y,z\n", "votes.csv", "columns are missing: context, winner"),
        (b"voter,context,a,b,winner\n\xff\xfe,1,cat,dog,a\n", "votes.csv", "not in UTF-8"),
        ("", "votes.csv", "columns are missing"),
        ("voter,context,a,b,winner\n", "votes.csv", "None of the 0 lines"),
        ("voter,context,a,b,winner\nann,1,cat,cat,a\n", "votes.csv", "Both sides are the same"),
        ("no parquet", "votes.parquet", "not Parquet"),
        ("no archive", "votes.zip", "damaged"),
        ("{broken\n", "votes.jsonl", "not JSON"),
    ],
)
def test_file_that_cannot_be_used_says_why(send, content, name, part):
    vote_import = send(content, name=name)

    assert vote_import.status == "failed"
    assert part in vote_import.message


def test_file_of_another_kind_is_refused_at_once(send):
    with pytest.raises(FileRefusedError, match="must end in"):
        send(name="votes.xlsx")

    assert not VoteImport.objects.exists()


def test_json_lines_are_read_like_csv(store):
    line = '{"voter": 7, "context": null, "a": "cat", "b": "dog", "winner": "b"}\n'

    vote_import = store(line, name="votes.jsonl")

    assert list(vote_import.votes.values_list("line", "voter", "context", "winner")) == [(1, "7", "", "model_b")]


def test_same_file_is_imported_once(store):
    first = store()

    with pytest.raises(ImportExistsError) as refused:
        store()

    assert refused.value.import_id == first.pk
    assert ImportedVote.objects.count() == 3


def test_same_file_after_undoing_points_to_taking_that_back(store):
    undo_import(vote_import=store())

    with pytest.raises(ImportExistsError, match="undone"):
        store()


def test_file_of_a_cancelled_import_can_be_sent_again(send, store):
    assert cancel_import(vote_import=send())

    assert store().status == "done"


def test_cancelling_while_votes_are_stored_keeps_none_of_them(send):
    vote_import = send()
    confirm_import(vote_import=vote_import)

    def cancel_before_inserting(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "releases_importedvote"'):
            assert cancel_import(vote_import=vote_import)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(cancel_before_inserting):
        run_import(import_id=vote_import.pk)

    vote_import.refresh_from_db()
    assert (vote_import.status, vote_import.votes.count()) == ("cancelled", 0)


def test_cancelling_an_import_whose_worker_is_gone_keeps_none_of_its_votes(send):
    vote_import = send()
    confirm_import(vote_import=vote_import)
    VoteImport.objects.filter(pk=vote_import.pk).update(status="running")
    ImportedVote.objects.create(vote_import=vote_import, line=2, voter="ann", a="cat", b="dog", winner="tie")

    assert cancel_import(vote_import=vote_import)

    assert not ImportedVote.objects.exists()


def test_import_that_fails_half_way_keeps_no_votes_and_says_how_many_rows_it_read(send):
    vote_import = send()
    confirm_import(vote_import=vote_import)
    # A blank line behind each row: lines and rows count differently.
    rows = "ann,1,cat,dog,a\n\n" * BATCH
    import_file(vote_import).write_bytes(b"voter,context,a,b,winner\n" + rows.encode() + b"\xff\n")

    run_import(import_id=vote_import.pk)

    vote_import.refresh_from_db()
    assert (vote_import.status, vote_import.done, vote_import.votes.count()) == ("failed", BATCH, 0)


def test_database_refuses_a_second_import_of_a_file(store):
    first = store()
    second = VoteImport(study=first.study, source="x", licence="y", file_name="z.csv", sha256=first.sha256, size=1)

    with pytest.raises(IntegrityError, match="vote_import_file_once"), transaction.atomic():
        second.save()


def test_task_delivered_twice_stores_once(store):
    vote_import = store()

    run_import(import_id=vote_import.pk)

    assert vote_import.votes.count() == 3


def test_only_a_checked_file_can_be_confirmed(store):
    assert confirm_import(vote_import=store()) is False


def test_board_of_its_own_holds_the_votes_and_no_other(store):
    store()

    board = Leaderboard.objects.get()
    loaded = load_board_input(board.kind, {**board.slice, "protocol": board.protocol})
    here = load_board_input("human", {"protocol": "pairwise"})
    assert (board.slug, board.is_public) == ("imported-crowd-2023", False)
    assert (loaded.votes, loaded.raters, here.votes) == (3, 2, 0)
    assert loaded.comparisons.competitors == ("cat", "cow", "dog")
    assert loaded.both_bad.sum() == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("x", "simulated"), ("Simulated x", "human")),
        (
            ("The votes of the large crowd that came in the year 2023", "human"),
            ("The votes of the large crowd that came in 2024", "human"),
        ),
        (("The votes of the large crowd of 2023", "human"), ("The votes of the large crowd of 2023", "simulated")),
    ],
)
def test_boards_of_two_imports_have_names_of_their_own(store, first, second):
    for number, (study, kind) in enumerate((first, second)):
        store(f"{PLAIN}cid,{number},cat,dog,a\n", terms=ImportTerms(study, kind, "A paper", "CC-BY-4.0"))

    boards = Leaderboard.objects.order_by("pk")
    assert [(board.title.removesuffix(" (imported)"), board.kind) for board in boards] == [first, second]


def test_board_of_another_kind_does_not_hold_them(store):
    store()

    assert load_board_input("simulated", IMPORTED).votes == 0


@pytest.mark.parametrize("part", [{"protocol": "imported"}, {**IMPORTED, "rater": "x"}])
def test_slice_of_imported_votes_must_name_a_study_and_known_keys(part):
    with pytest.raises(BoardInputError, match="names its study"):
        load_board_input("human", part)


def test_undoing_takes_votes_out_of_the_board_and_keeps_them(store):
    vote_import = store()

    assert undo_import(vote_import=vote_import)

    assert load_board_input("human", IMPORTED).votes == 0
    assert vote_import.votes.count() == 3
    assert undo_import(vote_import=vote_import) is False


def test_undoing_can_be_taken_back(store):
    vote_import = store()
    before = load_board_input("human", IMPORTED).sha256()
    undo_import(vote_import=vote_import)

    assert redo_import(vote_import=vote_import)

    after = load_board_input("human", IMPORTED)
    assert (after.votes, after.sha256()) == (3, before)


def test_votes_are_read_again_only_when_the_imports_changed(store, django_assert_num_queries):
    store()
    before = load_board_input("human", IMPORTED)

    with django_assert_num_queries(1):
        again = load_board_input("human", IMPORTED)
    store("voter,context,a,b,winner\nann,9,cat,dog,b\n")

    assert again is before
    assert load_board_input("human", IMPORTED).votes == before.votes + 1
    assert load_board_input("human", {**IMPORTED, "category": "none"}).votes == 0


def test_votes_of_one_study_come_from_several_files(store):
    store()
    store("voter,context,a,b,winner\nann,9,cat,dog,b\n")

    loaded = load_board_input("human", IMPORTED)

    assert (loaded.votes, loaded.raters) == (4, 2)


def test_study_of_votes_cast_here_takes_no_imported_ones(arena, send):
    terms = ImportTerms("Open arena", "human", "A paper", "CC-BY-4.0")

    with pytest.raises(ReleaseError, match="a study of their own"):
        send(terms=terms)
