"""The demonstration: what it holds is what its files say, and has come about by the rules."""

import json
import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from forum import create_app
from forum.accounts import demo as demo_accounts
from forum.accounts import passwords
from forum.accounts.models import Person
from forum.activity.models import Event
from forum.asks.lifecycle import AskStatus
from forum.asks.lifecycle import Verdict as AskVerdict
from forum.asks.models import Ask
from forum.asks.queries import taken
from forum.cli.demo.story import read, thread_files
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Ballot, Proposal, Response, Seat
from forum.coalition.queries.opening import missing_for_opening
from forum.coalition.queries.proposals import proposal_or_404
from forum.coalition.queries.responses import responses_of
from forum.coalition.queries.vote_lists import outcomes_for
from forum.db import db
from forum.directory.models import Project, ProjectMember
from forum.discussions import queries
from forum.discussions.kinds import Arranged, Consent, ThreadStatus, Verdict
from forum.discussions.models import (
    Arrangement,
    Case,
    FacedBy,
    Mention,
    OutcomeThread,
    Post,
    SpokenFor,
    Summary,
    Thread,
    Trial,
)
from forum.discussions.models.attachments import Attachment
from forum.discussions.policy.writing import can_reply
from forum.exchanges.models import ExchangeSession, Outcome, Participation
from forum.files.kinds import JPEG, ODS
from forum.files.models import StoredFile
from forum.lib import clock
from forum.mail.models import Letter
from forum.moderation.kinds import ForPost
from forum.moderation.kinds import Reason as ModerationReason
from forum.moderation.models import Decision, Report
from forum.notifications.kinds import What
from forum.notifications.models import Notification, Subscription
from forum.search.checking import drift as search_drift
from tests.conftest import settings_for_tests
from tests.people import viewer

SIDES = {
    "delegate@ceiba.example": "member",
    "technician@ceiba.example": "member",
    "delegate@encinos.example": "member",
    "delegate@yerbaalta.example": "member",
    "delegate@rioclaro.example": "member",
    "delegate@sierranueva.example": "member",
    "delegate@tierramansa.example": "member",
    "facilitator@coalition.example": "facilitator",
    "official@planvivo.example": "staff",
    "expert@experts.example": "expert",
    "observer@donors.example": "observer",
    "operator@host.example": "observer",
}
THREADS = [thread for name in thread_files() for thread in read(name)["thread"]]
PROPOSALS = read("proposals")["proposal"]
CARE = read("care")
TITLES = {thread["id"]: thread["title"] for thread in THREADS}


def person(email):
    return db.session.scalars(select(Person).where(Person.email == email)).one()


def run(app, *words):
    return app.test_cli_runner().invoke(args=list(words))


def rows():
    names = sorted(db.metadata.tables)
    asked = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names)
    found = dict(db.session.execute(text(asked)).all())
    db.session.rollback()
    return found


def proposal(title):
    return db.session.scalars(select(Proposal).where(Proposal.title == title)).one()


def seen(card):
    """The proposal as its author sees it."""
    return proposal_or_404(
        proposal(card["title"]).public_id, viewer(person(card["version"][0]["author"]))
    )


def test_the_twelve_accounts_stand_on_their_sides(demo):
    assert list(demo_accounts.ACCOUNTS) == list(SIDES)
    found = select(Person.email, Person.side).where(Person.email.in_(SIDES))
    assert dict(db.session.execute(found).all()) == SIDES
    operators = select(Person.email).where(Person.is_operator)
    assert db.session.scalars(operators).all() == ["operator@host.example"]


def test_every_demo_account_has_the_printed_password(demo):
    hashes = db.session.scalars(select(Person.password_hash).where(Person.email.in_(SIDES))).all()
    assert len(hashes) == len(SIDES)
    assert all(passwords.fits(one, demo_accounts.PASSWORD) for one in set(hashes))


def test_the_accounts_are_printed_with_what_they_are_for(demo):
    printed = run(demo, "demo", "accounts").output
    for email, role in demo_accounts.in_words("Plan Vivo").items():
        assert re.search(rf"^  {email} +{role}$", printed, re.MULTILINE)
    assert demo_accounts.PASSWORD in printed


@pytest.mark.parametrize("card", PROPOSALS, ids=[card["id"] for card in PROPOSALS])
def test_every_proposal_is_where_its_file_says(demo, card):
    found = proposal(card["title"])
    votes = outcomes_for([found.id])
    status = votes[found.id].status(found.status) if votes else found.status
    assert status == ProposalStatus(card["status"])


def test_numbers_are_given_in_the_order_of_submission(demo):
    cards = [card for card in PROPOSALS if "submitted_days_ago" in card]
    cards.sort(key=lambda card: -card["submitted_days_ago"])
    numbered = [proposal(card["title"]) for card in cards]
    # a new year begins to count anew
    assert [(one.number[4:8], one.number) for one in numbered] == sorted(
        (one.number[4:8], one.number) for one in numbered
    )
    unsubmitted = select(Proposal.number).where(Proposal.submitted_at.is_(None))
    assert set(db.session.scalars(unsubmitted)) == {None}


def test_one_proposal_may_be_opened_for_voting_and_one_may_not_yet(demo):
    discussed = [card for card in PROPOSALS if card["status"] == "in_discussion"]
    missing = {card["id"]: missing_for_opening(seen(card)) for card in discussed}
    assert missing["plazos-pdd"] == []
    assert missing["expediente-tenencia"]


def test_a_vote_is_open_with_half_of_its_ballots_cast(demo):
    [card] = [card for card in PROPOSALS if card["status"] == "voting"]
    [vote] = outcomes_for([proposal(card["title"]).id]).values()
    assert vote.is_open
    assert (vote.tally.seats, vote.tally.cast) == (6, 3)


def test_a_draft_is_seen_by_its_author_alone(demo):
    [card] = [card for card in PROPOSALS if card["status"] == "draft"]
    draft = proposal(card["title"])
    for email in SIDES:
        client = demo.test_client()
        status = client.become(person(email)).get(f"/proposals/{draft.public_id}").status_code
        assert status == (200 if email == card["proposer"] else 404), email


def test_every_answer_says_that_it_is_a_demonstration(demo):
    answers = db.session.scalars(select(Response.reasons).where(Response.reasons != "")).all()
    assert answers
    assert all("Demostración: no es una declaración de Plan Vivo." in one for one in answers)


def test_an_acknowledged_proposal_names_the_version_it_answers(demo):
    for card in PROPOSALS:
        for told, stored in (
            zip(
                card.get("response", ()),
                responses_of(seen(card), viewer(person(card["version"][0]["author"]))),
                strict=True,
            )
            if card.get("response")
            else ()
        ):
            assert stored.version_number == told["version"]


def test_only_the_invented_projects_have_people_seats_words_and_challenges(demo):
    real = select(Project.id).where(Project.is_demo.is_(False))
    assert db.session.scalar(select(func.count()).select_from(real.subquery())) == 6
    for column in (ProjectMember, Seat, Post, Thread, FacedBy, Proposal):
        assert db.session.scalars(select(column.id).where(column.project_id.in_(real))).all() == []
    assert db.session.scalar(select(func.count(Ballot.id))) > 0


def test_the_first_session_is_told_as_the_article_tells_it(demo):
    first = db.session.scalars(
        select(ExchangeSession).order_by(ExchangeSession.starts_at).limit(1)
    ).one()
    assert first.source_url.startswith("https://www.planvivo.org/")
    outcomes = db.session.scalars(select(Outcome).where(Outcome.session_id == first.id)).all()
    assert len(outcomes) == 6
    assert all("planvivo.org" in one.source_note for one in outcomes)
    took_part = (
        select(Project.is_demo)
        .join(Participation, Participation.project_id == Project.id)
        .where(Participation.session_id == first.id)
    )
    assert db.session.scalars(took_part).all() == [False] * 6


def test_every_thread_and_post_of_the_files_is_there(demo):
    stored = dict(db.session.execute(select(Thread.title, Thread.post_count)).all())
    arranged = {one["thread"] for one in (*CARE["merge"], *CARE["split"])}
    arranged |= {one["into"] for one in CARE["merge"]}
    for thread in THREADS:
        if thread["id"] not in arranged:
            assert stored[thread["title"]] == len(thread["post"]), thread["id"]
    told = {*TITLES.values(), *(one["title"] for one in CARE["split"])}
    assert sum(stored[title] for title in told) == sum(len(one["post"]) for one in THREADS)


def test_a_challenge_is_solved_where_the_files_say(demo):
    solved_elsewhere = {one for thread in THREADS for one in thread.get("solved_for", ())}
    expected = {
        thread["title"]
        for thread in THREADS
        if thread["id"] in solved_elsewhere or any(p.get("solved") for p in thread["post"])
    }
    solved = select(Thread.title).where(Thread.status == ThreadStatus.SOLVED)
    assert set(db.session.scalars(solved)) == expected


def test_every_project_faces_what_the_files_say(demo):
    for thread in THREADS:
        faced = (
            select(Project.slug)
            .join(FacedBy, FacedBy.project_id == Project.id)
            .join(Thread, Thread.id == FacedBy.challenge_thread_id)
            .where(Thread.title == thread["title"])
        )
        assert set(db.session.scalars(faced)) == set(thread["faced_by"])


def test_counters_agree_with_their_rows(demo):
    result = run(demo, "check", "counts")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("0 counters differ from their rows\n")


def test_a_counter_that_drifts_is_found(demo):
    thread = db.session.scalars(select(Thread).limit(1)).one()
    right = thread.post_count
    try:
        thread.post_count = right + 1
        db.session.commit()
        result = run(demo, "check", "counts")
        assert result.exit_code == 1
        assert "1 counters differ" in result.output
    finally:
        thread.post_count = right
        db.session.commit()


def test_things_happened_in_the_order_of_time_and_none_is_ahead(demo):
    moments = db.session.scalars(select(Event.created_at).order_by(Event.id)).all()
    assert moments == sorted(moments)
    assert moments[-1] <= clock.now()


def test_people_write_and_vote_by_day(demo):
    zone = clock.zone(read("exchange")["coalition"]["timezone"])
    moments = [
        *db.session.scalars(select(Post.created_at)),
        *db.session.scalars(select(Ballot.cast_at)),
    ]
    assert {6 <= moment.astimezone(zone).hour < 22 for moment in moments} == {True}


def test_the_ledger_holds_none_of_the_words(demo):
    told = json.dumps(db.session.scalars(select(Event.particulars)).all(), ensure_ascii=False)
    assert not any(card["title"] in told for card in (*THREADS, *PROPOSALS))


def test_no_letter_waits_to_be_sent(demo):
    assert db.session.scalars(select(Letter)).all() == []


@pytest.mark.parametrize("email", [email for email, side in SIDES.items() if side != "observer"])
def test_some_threads_hold_something_new_and_some_do_not(demo, email):
    found = queries.threads(viewer(person(email)), limit=1_000).rows
    assert {thread.unread for thread in found} == {True, False}


@pytest.mark.parametrize("email", [None, *SIDES])
def test_the_main_pages_open_for(demo, email):
    client = demo.test_client()
    if email:
        client.become(person(email))
    for path in (
        "/",
        "/exchanges/america-latina",
        "/exchanges/america-latina/stages/2",
        "/challenges",
        "/solutions",
        "/projects",
        "/projects/ceiba",
        "/coalitions/america-latina",
        "/coalitions/america-latina/proposals",
    ):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("more", [[], ["--if-empty"]])
def test_a_second_loading_changes_nothing(demo, more):
    before = rows()
    result = run(demo, "demo", "load", *more)
    assert result.exit_code == (0 if more else 1)
    assert "people here already" in result.output
    assert rows() == before


@pytest.mark.parametrize("command", ["load", "accounts"])
def test_outside_a_demonstration_it_is_refused(tmp_path, command):
    settings = replace(
        settings_for_tests(tmp_path, f"sqlite:///{tmp_path / 'none.db'}"), testing=False
    )
    result = run(create_app(settings), "demo", command)
    assert result.exit_code == 1
    assert "FORUM_DEMO=1" in result.output
    assert demo_accounts.PASSWORD not in result.output


def test_the_search_index_holds_it_as_it_came_about(demo):
    assert search_drift() == []


def thread(name):
    return db.session.scalars(select(Thread).where(Thread.title == TITLES[name])).one()


def opening(name):
    return db.session.scalars(
        select(Post).where(Post.thread_id == thread(name).id, Post.number == 1)
    ).one()


def test_three_solutions_are_told_as_cases(demo):
    told = select(Thread.title).join(Post, Post.thread_id == Thread.id).join(Case)
    assert set(db.session.scalars(told)) == {
        TITLES[one] for one in ("plan-dibujado", "hoja-costos", "miel")
    }


def test_trials_rank_the_solutions(demo):
    verdicts = set(db.session.scalars(select(Trial.verdict)))
    assert verdicts == set(Verdict)
    helped = [opening(one).confirmed_count for one in ("hoja-costos", "plan-dibujado", "miel")]
    assert helped == [3, 2, 1]
    first = queries.library(viewer(person("operator@host.example"))).rows
    assert [one.confirmed_count for one in first] == sorted(
        (one.confirmed_count for one in first), reverse=True
    )
    found = queries.library(viewer(person("delegate@encinos.example"))).rows
    assert found[0].thread_title == TITLES["hoja-costos"]


def test_a_trial_that_was_planned_is_asked_after(demo):
    due = queries.trials_due(viewer(person("saida@tierramansa.example")))
    assert [one.title for one in due] == [TITLES["miel"]]
    asked = select(Trial.due_on).where(Trial.asked_at.is_not(None))
    assert [one <= clock.now().date() for one in db.session.scalars(asked)] == [True]


def test_summaries_lead_to_the_posts_that_they_speak_of(demo):
    found = db.session.execute(select(Summary.answered, Post.html).join(Post)).all()
    assert len(found) >= 2
    assert all('href="/posts/' in html for _answered, html in found)


def test_threads_were_pinned_moved_merged_and_split(demo):
    pinned = db.session.scalars(select(Thread.title).where(Thread.pinned_at.is_not(None)))
    assert pinned.all() == [TITLES["costos-operacion"]]
    assert thread("nubes-otra-vez").merged_into_id == thread("nubes").id
    [split] = CARE["split"]
    branch = db.session.scalars(select(Thread).where(Thread.title == split["title"])).one()
    assert branch.post_count > 1
    noted = db.session.execute(select(Arrangement.thread_id, Arrangement.what)).all()
    assert sorted(noted) == sorted(
        [
            (thread("pagos-forma").id, Arranged.MOVED),
            (thread("nubes").id, Arranged.MERGED),
            (thread("miel").id, Arranged.SPLIT_OFF),
            (branch.id, Arranged.SPLIT_FROM),
        ]
    )


def test_people_who_cannot_be_online_are_written_for(demo):
    found = db.session.execute(
        select(SpokenFor.consent, SpokenFor.claimant_id, SpokenFor.confirmed_at).order_by(
            SpokenFor.id
        )
    ).all()
    assert {consent for consent, *_ in found} == {
        Consent.IN_PERSON,
        Consent.IN_WRITING,
        Consent.PHONE,
    }
    claimed = [(who, when is not None) for _how, who, when in found if who]
    assert claimed == [(person("denis@rioclaro.example").id, True)]


def test_an_ask_is_open_one_is_offered_and_one_helped(demo):
    asks = db.session.execute(select(Ask.status, Ask.verdict, Ask.word != "")).all()
    assert sorted(asks, key=str) == sorted(
        [
            (AskStatus.CLOSED, AskVerdict.YES, True),
            (AskStatus.OFFERED, None, False),
            (AskStatus.OPEN, None, False),
        ],
        key=str,
    )
    asked = taken(viewer(person("expert@experts.example")))
    assert [one.thread_title for one in asked] == [TITLES["semillas"]]


def test_an_auditor_only_reads_where_they_audit(demo):
    auditor = viewer(person("auditor@experts.example"))
    assert auditor.audits(thread("sin-titulo").project_id)
    assert not can_reply(auditor, queries.thread_row(thread("sin-titulo").id))


def test_what_a_session_came_to_is_talked_about(demo):
    joined = db.session.execute(
        select(Thread.title, Outcome.number)
        .join(OutcomeThread, OutcomeThread.thread_id == Thread.id)
        .join(Outcome, Outcome.id == OutcomeThread.outcome_id)
    ).all()
    assert joined == [(TITLES["costo-auditorias"], 3)]


def test_a_session_comes_with_its_agenda(demo):
    coming = db.session.scalars(
        select(ExchangeSession).where(ExchangeSession.starts_at > clock.now())
    ).one()
    assert coming.agenda


def test_a_sketch_and_a_sheet_are_attached(demo):
    found = db.session.execute(
        select(Post.id, StoredFile.media_type, Attachment.alt != "")
        .join(Attachment, Attachment.post_id == Post.id)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .order_by(Post.id)
    ).all()
    assert found == [
        (opening("hoja-costos").id, ODS, False),
        (opening("vaca").id, JPEG, True),
    ]


@pytest.mark.parametrize("email", ["delegate@ceiba.example", "technician@ceiba.example"])
def test_a_few_things_are_news_to(demo, email):
    unread = select(func.count(Notification.id)).where(
        Notification.person_id == person(email).id, Notification.read_at.is_(None)
    )
    assert 2 <= db.session.scalar(unread) <= 6
    followed = select(func.count(Subscription.id)).where(
        Subscription.person_id == person(email).id, Subscription.what != What.THREAD
    )
    assert db.session.scalar(followed) >= 2


def test_one_report_is_decided_and_one_waits(demo):
    decided = db.session.execute(select(Decision.for_post, Decision.explanation != "")).all()
    assert decided == [(ForPost.KEPT, True)]
    waiting = select(Report.reason).where(Report.decision_id.is_(None))
    assert db.session.scalars(waiting).all() == [ModerationReason.PRICES]
    shown = demo.test_client().become(person("facilitator@coalition.example")).get("/moderation")
    assert TITLES["costo-auditorias"] in shown.text


def test_the_technician_has_begun_to_write(demo):
    [draft] = queries.drafts(viewer(person("technician@ceiba.example")))
    assert (draft.thread_title, draft.in_sight) == (TITLES["fire-alerts"], True)


def test_people_and_projects_are_called_by_name(demo):
    called = {bool(one) for one in db.session.scalars(select(Mention.person_id))}
    assert called == {True, False}  # a person, and projects
