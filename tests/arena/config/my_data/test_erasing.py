"""Whoever is erased is gone from every table, from Redis and from every file; and nobody else is."""

import zipfile
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from arena.battles.comparisons import load_board_input
from arena.battles.models import AnswerFinding, Battle, Completion, Exclusion, Turn, Vote
from arena.battles.services.voting import cast_vote, skip_battle
from arena.battles.streaming import stream_key
from arena.battles.vote_details import VoteDetails
from arena.profiles.models import Coding
from arena.profiles.services.answering import save_answer
from arena.profiles.services.installing import install_default_survey
from arena.profiles.values import Said
from arena.prompts.models import Prompt
from arena.prompts.services.proposing import Proposal, propose_prompt
from arena.raters.erasing import erase_person
from arena.raters.models import ErasureReceipt, Rater
from arena.raters.services import link_rater
from arena.releases.filters import BattleFilter
from arena.releases.models import Export
from arena.releases.package import ExportPlan
from arena.releases.services.exporting import request_export, run_export
from arena.studies.models import AttributeRevision, ConsentDecision, ReasonRevision
from arena.studies.services.deciding import agree, withdraw
from arena.studies.services.installing_asked import install_asked
from tests.clients import client_of
from tests.factories import complete_turn, make_battle, make_consent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.integration]

# What only this person wrote, in every place where people write.
WRITTEN = (
    "quibblebelief",
    "quibblefrost",
    "quibblenote",
    "quibbleproposal",
    "quibble@example.org",
    "quibbleanswer",
    "quibblereason",
)


def give(arena: SimpleNamespace, rater: Rater, *, prompt: str = "Why quibblefrost?") -> Battle:
    battle = make_battle(arena, rater=rater)
    Turn.objects.filter(battle=battle).update(prompt=prompt)
    complete_turn(battle.turns.get(), a="A quibbleanswer." if "quibble" in prompt else "An answer.")
    return battle


def describe(arena: SimpleNamespace, rater: Rater) -> None:
    """Say something of oneself, which staff then sort."""
    agree(rater=rater, revision=make_consent(arena.study, purpose="profile"))
    question = install_default_survey(arena.study).questions.get(key="religion")
    answer = save_answer(rater=rater, question=question, said=Said(text="A quibblebelief."), options_order=[])
    Coding.objects.create(answer=answer, code="other")


def add(arena: SimpleNamespace) -> VoteDetails:
    """Say why."""
    install_asked()
    protocol = arena.study.protocol
    protocol.reasons, protocol.attributes, protocol.asks_justification = ["correct"], ["safety"], True
    protocol.save()
    reason = ReasonRevision.objects.get(reason__key="correct")
    attribute = AttributeRevision.objects.get(attribute__key="safety")
    return VoteDetails(
        reasons=frozenset({("a", reason.pk)}), attributes={("b", attribute.pk): 2}, justification="For a quibblereason."
    )


@pytest.fixture
def person(arena, texts, redis_client) -> SimpleNamespace:
    """One person with an account and two raters, who did everything that can be done."""
    account = User.objects.create(username="rater-quibble", email="quibble@example.org")
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    home, other = Rater.objects.create(), Rater.objects.create()
    link_rater(account=account, cookie_id=home.pk)
    home.refresh_from_db()
    voted, skipped = give(arena, home), give(arena, other)
    vote = cast_vote(battle_id=voted.pk, winner="model_a", details=add(arena))
    Exclusion.objects.create(vote=vote, reason="A test.")
    answer = Completion.objects.filter(turn__battle=voted).first()
    AnswerFinding.objects.create(completion=answer, code="identity", start=0, end=2)
    skip_battle(battle_id=skipped.pk, reason="other", note="A quibblenote.")
    running = make_battle(arena, rater=home)
    for decided in (agree, withdraw):
        decided(rater=home, revision=texts["publication"])
    agree(rater=other, revision=arena.consent)
    describe(arena, home)
    proposal = Proposal("Why quibbleproposal?", "en", arena.revision.prompt.category)
    propose_prompt(rater=other, proposal=proposal)
    link_rater(account=account, cookie_id=other.pk)
    redis_client.set(f"rates/prompt/rater/{home.pk}", 1)
    redis_client.xadd(stream_key(answer.pk), {"t": "A quibbleanswer."})
    return SimpleNamespace(account=account, home=home, other=other, voted=voted, skipped=skipped, running=running)


def needles(person: SimpleNamespace) -> list[str]:
    rows = (person.home, person.other, person.voted, person.skipped, person.running)
    return [*WRITTEN, person.account.username, *(str(row.pk) for row in rows)]


def traces_in_tables(words: list[str]) -> set[tuple[str, str]]:
    """Return which words stand in which tables, whatever the column."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for word in words:
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{word}%"])  # noqa: S608 - names of tables
                if cursor.fetchone()[0]:
                    found.add((table, word))
    return found


def traces_in_redis(redis_client, words: list[str]) -> set[str]:
    held = ""
    for key in redis_client.scan_iter():
        reads = {"string": redis_client.get, "stream": redis_client.xrange, "hash": redis_client.hgetall}
        read = reads.get(redis_client.type(key).decode())
        held += f"{key!r} {read(key)!r} " if read else f"{key!r} {redis_client.dump(key)!r} "
    return {word for word in words if word in held}


def traces_in_files(folder, words: list[str]) -> set[str]:
    held = ""
    for path in folder.rglob("*"):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                held += "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        elif path.is_file():
            held += path.read_bytes().decode("utf-8", "replace")
    return {word for word in words if word in held}


def export(**chosen: object) -> Export:
    plan = ExportPlan(BattleFilter(**chosen), title="All", licence="CC0-1.0", file_format="jsonl")
    made = request_export(plan=plan, user=None)
    run_export(export_id=made.pk)
    made.refresh_from_db()
    return made


def test_nothing_of_an_erased_person_is_left_anywhere(arena, person, redis_client, releases_folder):
    export(keep_excluded=True)
    words = needles(person)
    before = traces_in_tables(words), traces_in_redis(redis_client, words), traces_in_files(releases_folder, words)

    erase_person(rater=person.home)

    assert {word for _table, word in before[0]} == set(words)
    assert before[1:] == ({"quibbleanswer", str(person.home.pk)}, {"quibblefrost", "quibbleanswer", "quibblereason"})
    assert traces_in_tables(words) == set()
    assert traces_in_redis(redis_client, words) == set()
    assert traces_in_files(releases_folder, words) == set()


def test_erasing_touches_nobody_else(arena, person):
    stranger = Rater.objects.create()
    battle = give(arena, stranger, prompt="Why is grass green?")
    vote = cast_vote(battle_id=battle.pk, winner="tie")
    agree(rater=stranger, revision=arena.consent)
    theirs = (
        Rater.objects.filter(pk=stranger.pk),
        Battle.objects.filter(pk=battle.pk),
        Turn.objects.filter(battle=battle),
        Completion.objects.filter(turn__battle=battle),
        Vote.objects.filter(pk=vote.pk),
        Vote.judged.through.objects.filter(vote=vote),
        ConsentDecision.objects.filter(rater=stranger),
    )
    before = [list(rows.order_by("pk").values()) for rows in theirs]

    erase_person(rater=person.home)

    assert [len(rows) for rows in before] == [1, 1, 1, 2, 1, 2, 1]
    assert [list(rows.order_by("pk").values()) for rows in theirs] == before


def test_next_board_and_next_export_are_without_the_erased_votes(arena, person):
    Exclusion.objects.all().delete()
    cast_vote(battle_id=give(arena, Rater.objects.create(), prompt="Why?").pk, winner="tie")
    part = {"protocol": arena.study.protocol.slug}
    before = load_board_input("human", part)

    erase_person(rater=person.home)

    after = load_board_input("human", part)
    assert (before.votes, before.raters, after.votes, after.raters) == (2, 2, 1, 1)
    assert export().counts["found"] == 1


def test_receipt_counts_and_names_nobody(arena, person):
    receipt = erase_person(rater=person.home)

    assert receipt.counts == {
        "export_files": {"gone": 0, "kept": 0},
        "comparisons": {"gone": 3, "kept": 0},
        "profile": {"gone": 1, "kept": 0},
        "decisions": {"gone": 4, "kept": 0},
        "proposals": {"gone": 1, "kept": 0},
        "account": {"gone": 1, "kept": 0},
    }
    assert ErasureReceipt.objects.get() == receipt


def test_export_without_the_person_keeps_its_file(arena, person):
    with_them, without = export(), export(until=None, categories=("nothing",))

    erase_person(rater=person.home)

    with_them.refresh_from_db()
    without.refresh_from_db()
    assert (with_them.has_file, without.has_file) == (False, True)
    assert "erased their data" in with_them.message


def test_export_that_is_being_written_begins_anew(arena, person):
    running = request_export(plan=ExportPlan(BattleFilter(), title="All", licence="CC0-1.0"), user=None)
    Export.objects.filter(pk=running.pk).update(status="running")

    erase_person(rater=person.home)

    running.refresh_from_db()
    assert (running.status, running.run) == ("queued", None)


def test_proposal_that_others_were_asked_stays_without_a_name(arena, person):
    proposed = Prompt.objects.get(proposed_by=person.other)
    make_battle(arena, prompt_revision=proposed.revisions.get())

    receipt = erase_person(rater=person.home)

    proposed.refresh_from_db()
    assert proposed.proposed_by is None
    assert receipt.counts["proposals"] == {"gone": 0, "kept": 1}


def test_account_of_staff_stays_and_loses_its_rater(arena, person):
    User.objects.filter(pk=person.account.pk).update(is_staff=True)

    receipt = erase_person(rater=person.home)

    assert User.objects.filter(pk=person.account.pk).exists()
    assert receipt.counts["account"] == {"gone": 0, "kept": 1}
    assert not Rater.objects.filter(pk__in=[person.home.pk, person.other.pk]).exists()


def test_erasing_ends_every_session_of_the_account(arena, person):
    here, elsewhere, stranger = Client(), Client(), Client()
    for browser in (here, elsewhere):
        browser.force_login(person.account)
    stranger.force_login(User.objects.create(username="rater-bea"))

    here.post(reverse("my_data_erase"), {"erase": "1"})

    assert "_auth_user_id" not in elsewhere.session
    assert "_auth_user_id" in stranger.session


def test_erasing_is_all_or_nothing(arena, person, monkeypatch):
    from arena.raters import holdings

    def fail(_raters: object) -> None:
        raise RuntimeError("on the way")

    broken = holdings.Holding("account", "account", lambda _: 0, lambda _: iter(()), fail)
    monkeypatch.setitem(holdings._holdings, "account", broken)

    with pytest.raises(RuntimeError):
        erase_person(rater=person.home)

    assert Battle.objects.filter(rater__in=[person.home, person.other]).count() == 3
    assert ConsentDecision.objects.count() == 4


def test_page_erases_after_a_confirmation_and_forgets_the_browser(arena, texts):
    rater = Rater.objects.create()
    give(arena, rater)
    client = client_of(rater)

    asked = client.get(reverse("my_data_erase"))
    unconfirmed = client.post(reverse("my_data_erase"), {})
    between = Battle.objects.count()
    response = client.post(reverse("my_data_erase"), {"erase": "1"}, follow=True)

    assert "cannot be undone" in asked.content.decode()
    assert (unconfirmed.status_code, between) == (422, 1)
    assert "Nothing was erased" in unconfirmed.content.decode()
    assert "Your data is erased" in response.content.decode()
    assert client.cookies["parallax_rater"].value == ""
    assert Battle.objects.count() == 0
    assert client.get(response.request["PATH_INFO"]).status_code == 200
