import hashlib
import json
import zipfile

import pyarrow.parquet as pq
import pytest

from arena.battles.comparisons import load_board_input
from arena.battles.models import Exclusion
from arena.battles.services.measuring import measure_older_answers
from arena.battles.services.voting import cast_vote
from arena.battles.style import Style
from arena.raters.models import Rater
from arena.releases.filters import BattleFilter
from arena.releases.models import Export
from arena.releases.package import ExportPlan, write_package
from arena.releases.packing import packed
from ratings.files import read_votes
from tests.factories import complete_turn, make_battle, make_ready_battle, make_turn

KEY = b"k" * 32


def export(folder, *, key=KEY, chosen=None, **fields):
    plan = ExportPlan(chosen or BattleFilter(), "A title", "CC-BY-4.0", **fields)
    folder.mkdir()
    summary = write_package(plan, folder, key=key, report=lambda _done, _total: None)
    return summary, folder / plan.data_file


def read(path):
    return pq.read_table(path).to_pylist()


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_row_tells_how_the_battle_went(arena, cast, name_model, tmp_path):
    vote = cast("model_b")
    name_model(vote, "a")

    _, data = export(tmp_path / "out")

    (row,) = read(data)
    assert row["winner"] == "model_b"
    assert (row["model_a"], row["model_b"]) == ("zephyrine-9b", "obsidian-3b")
    assert row["conversation_a"] == [
        {"role": "user", "content": "Why is the sky blue?"},
        {"role": "assistant", "content": "An answer."},
    ]
    assert row["conversation_b"][1]["content"] == "Another **answer**."
    assert row["contestant_sha256_a"] == vote.battle.snapshot_a.sha256
    assert row["system_prompt_a"] == "You are a helpful assistant."
    assert row["sampling_a"] == vote.battle.snapshot_a.payload["sampling"]
    assert (row["named_a"], row["named_b"]) == (True, False)
    assert row["findings"] == [{"side": "a", "turn": 0, "code": "identity", "start": 0, "end": 2}]
    assert row["turns"][0]["attempt"] == 1
    assert row["turns"][0]["answer_b"]["completion_tokens"] == 3
    assert row["turns"][0]["answer_b"]["seconds_answering"] == 1.0
    assert row["seconds_to_vote"] == 7.5
    assert row["voted_at"] == vote.created_at.replace(microsecond=0)
    assert row["consent_sha256"] == arena.consent.sha256
    assert row["prompt_key"] == arena.revision.prompt.key
    assert row["draw_probability"] == 1.0


def test_style_of_all_turns_comes_along_where_it_was_measured(arena, cast, tmp_path):
    battle = make_battle(arena)
    for index, (a, b) in enumerate([("I think that it may be **so**.", "Es ist so."), ("Yes, that is it!", "# Ja")]):
        complete_turn(make_turn(battle, index=index) if index else battle.turns.get(), a=a, b=b)
    cast_vote(battle_id=battle.pk, winner="model_a")
    measure_older_answers(most=4)
    cast()

    _, data = export(tmp_path / "out")

    told, unmeasured = read(data)
    assert {name: told[name] for name in told if name.endswith("_a") and name[:-2] in Style._fields} == {
        "length_a": 46, "words_a": 11, "headings_a": 0, "lists_a": 0, "bold_a": 1, "code_a": 0, "tone_a": 1,
        "hedging_a": 2,
    }  # fmt: skip
    assert (told["length_b"], told["headings_b"], told["tone_b"], told["hedging_b"]) == (14, 1, None, None)
    assert {unmeasured[f"{name}_{side}"] for name in Style._fields for side in "ab"} == {None}


def test_style_in_a_file_is_that_of_the_board(arena, tmp_path):
    for a, b in (
        ("That is it, and more.", "# Why\n\nPerhaps it is that."),
        ("- Yes, it can be.", "And **that** is it!"),
    ):
        battle = make_battle(arena)
        complete_turn(battle.turns.get(), a=a, b=b)
        cast_vote(battle_id=battle.pk, winner="model_a")
    measure_older_answers(most=4)
    board = load_board_input("human", {"protocol": arena.study.protocol.slug}).measured()

    _, data = export(tmp_path / "out")

    read = read_votes(data, covariates=board.covariate_names).comparisons
    assert read.covariates.tolist() == board.covariates.tolist()
    assert read.covariates.any(axis=1).all()


def test_sides_stay_where_they_were_shown(arena, cast, tmp_path):
    cast("model_a")
    arena.first, arena.second = arena.second, arena.first
    cast("model_a")

    _, data = export(tmp_path / "out")

    pairs = [(row["model_a"], row["model_b"], row["winner"]) for row in read(data)]
    assert pairs == [("zephyrine-9b", "obsidian-3b", "model_a"), ("obsidian-3b", "zephyrine-9b", "model_a")]


def test_battles_without_vote_are_counted_and_not_exported(arena, cast, tmp_path):
    cast()
    make_battle(arena)

    summary, data = export(tmp_path / "out")

    assert (summary["found"], summary["exported"], summary["left_out"]) == (2, 1, {"open": 1})
    assert len(read(data)) == 1


def test_simulated_votes_never_mix_with_those_of_people(arena, cast, simulated, tmp_path):
    cast()
    cast("tie", rater=simulated)

    _, human = export(tmp_path / "human")
    _, made_up = export(tmp_path / "simulated", chosen=BattleFilter(kind="simulated"))

    assert [row["winner"] for row in read(human)] == ["model_a"]
    assert [row["winner"] for row in read(made_up)] == ["tie"]


def test_prompts_kept_back_are_never_exported(arena, cast, tmp_path):
    cast()
    cast(prompt_revision=None)
    arena.revision.prompt.holdout = True
    arena.revision.prompt.save()

    summary, data = export(tmp_path / "out")

    assert [row["prompt_key"] for row in read(data)] == [None]
    assert summary["left_out"] == {"holdout": 1}


def test_excluded_votes_are_left_out_unless_asked_for(cast, tmp_path):
    cast()
    Exclusion.objects.create(vote=cast(), reason="Clicked through.")

    summary, data = export(tmp_path / "out")
    _, marked = export(tmp_path / "all", chosen=BattleFilter(keep_excluded=True))

    assert (len(read(data)), summary["left_out"]) == (1, {"excluded": 1})
    assert [row["exclusion_reasons"] for row in read(marked)] == [[], ["Clicked through."]]
    assert [row["excluded"] for row in read(marked)] == [False, True]


def test_pseudonyms_tell_raters_apart_and_differ_between_exports(cast, tmp_path):
    rater = Rater.objects.create()
    for voter in (rater, rater, None):
        cast(rater=voter)

    _, first = export(tmp_path / "first")
    _, second = export(tmp_path / "second", key=b"j" * 32)

    names, others = ([row["rater"] for row in read(path)] for path in (first, second))
    assert (names[0] == names[1], names[0] == names[2]) == (True, False)
    assert not set(names) & set(others)
    assert str(rater.pk).encode() not in b"".join(content(tmp_path / "first").values())


def test_merged_raters_are_one_person(cast, tmp_path):
    home = Rater.objects.create()
    cast(rater=home)
    cast(rater=Rater.objects.create(merged_into=home))

    _, data = export(tmp_path / "out")

    assert len({row["rater"] for row in read(data)}) == 1


@pytest.mark.parametrize("file_format", Export.Format.values)
def test_same_data_and_key_give_the_same_bytes(cast, tmp_path, file_format):
    for winner in ("model_a", "tie", "both_bad"):
        cast(winner)

    for name in ("first", "second"):
        with packed(tmp_path / name, tmp_path / f"{name}.zip", f"data/battles.{file_format}"):
            export(tmp_path / name, file_format=file_format)

    assert content(tmp_path / "first") == content(tmp_path / "second")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_only_pseudonyms_depend_on_the_key(cast, tmp_path):
    cast()

    _, first = export(tmp_path / "first")
    _, second = export(tmp_path / "second", key=b"j" * 32)

    (one,), (other,) = read(first), read(second)
    assert {name for name in one if one[name] != other[name]} == {"battle", "rater"}


def test_checksums_are_those_of_every_other_file(cast, tmp_path):
    cast()

    export(tmp_path / "out")

    sums = dict(reversed(line.split("  ")) for line in (tmp_path / "out/SHA256SUMS").read_text().splitlines())
    files = {str(name): data for name, data in content(tmp_path / "out").items() if str(name) != "SHA256SUMS"}
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert set(files) == {"README.md", "LICENCE.txt", "dictionary.json", "export.json", "data/battles.parquet"}


def test_dictionary_names_every_column_of_the_data(cast, tmp_path):
    cast()

    _, data = export(tmp_path / "out")

    told = json.loads((tmp_path / "out/dictionary.json").read_text())["columns"]
    assert [(column["name"], column["type"]) for column in told] == [
        (field.name, str(field.type).replace("element: ", "item: ")) for field in pq.read_schema(data)
    ]


def test_archive_holds_the_folder(cast, tmp_path):
    cast()

    with packed(tmp_path / "out", tmp_path / "out.zip", "data/battles.jsonl"):
        export(tmp_path / "out", file_format="jsonl")

    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            str(name): data for name, data in content(tmp_path / "out").items()
        }


def test_preferences_leave_out_and_count_what_chooses_nobody(cast, simulated, tmp_path):
    for winner in ("model_a", "model_b", "tie", "both_bad"):
        cast(winner)

    summary, data = export(tmp_path / "out", layout="preferences")

    rows = read(data)
    assert summary["left_out"] == {"tie": 1, "both_bad": 1}
    assert [row["prompt"] for row in rows] == [[{"role": "user", "content": "Why is the sky blue?"}]] * 2
    assert [row["chosen"][0]["content"] for row in rows] == ["An answer.", "Another **answer**."]
    assert [row["rejected"][0]["content"] for row in rows] == ["Another **answer**.", "An answer."]
    assert [(row["chosen_model"], row["chosen_side"]) for row in rows] == [("zephyrine-9b", "a"), ("obsidian-3b", "b")]


def test_export_reads_a_batch_with_few_queries(arena, cast, tmp_path, django_assert_max_num_queries):
    for _ in range(3):
        cast()
    make_ready_battle(arena)

    with django_assert_max_num_queries(7):
        export(tmp_path / "out")
