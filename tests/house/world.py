"""A small whole forum: something in every visibility and every status, each word of it marked.

Marks are made-up words planted in every text of a space, so that finding one in an answer says
that something of that space was shown.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forum.accounts.models import AddressChange, Invitation, Person, ResetLink
from forum.accounts.sides import Side
from forum.coalition.lifecycle import (
    ProposalStatus,
    ResponseKind,
    ResponseOutcome,
    Route,
    Verdict,
    due_on,
)
from forum.coalition.models import (
    AssistedHow,
    Ballot,
    CoAuthor,
    Commitment,
    CommitmentUpdate,
    Evidence,
    Proposal,
    ProposalVersion,
    Rating,
    Response,
    ResponseDraft,
    Result,
    Seat,
    Vote,
)
from forum.coalition.tally import Choice, Deciding, Rules, VoteOutcome
from forum.directory.models import ExpertProfile
from forum.discussions.kinds import PostKind, ThreadKind, ThreadStatus
from forum.discussions.models import (
    Attachment,
    FacedBy,
    Post,
    SolutionFor,
    Thread,
    ThreadGuest,
    ThreadTopic,
    Topic,
)
from forum.discussions.tree import path_of
from forum.exchanges.models import Exchange, ExchangeSession, Outcome, Participation, Stage
from forum.files.models import StoredFile
from forum.lib import clock, markup
from forum.lib.tokens import digest
from forum.moderation.kinds import ForAuthor, ForPost, Reason
from forum.moderation.models import Decision, FormalWarning, Report
from forum.spaces.kinds import SpaceKind
from tests.people import COALITION_SLUGS, Cast

TOKEN = "a-token-of-the-world"  # of the waiting invitation, reset link and change of address

COALITION = frozenset({"member", "coordinator", "delegate", "delegate_encinos", "facilitator"})
NETWORK = COALITION | {"expert", "guest", "outsider", "staff"}
# mark -> the roles that may find it; a role not named must not
MARKS: dict[str, frozenset[str]] = {
    "zqnetwork": NETWORK,
    "zqcoalition": COALITION,
    "zqguests": COALITION | {"guest"},
    "zqstaff": frozenset({"staff"}),
    "zqdraft": frozenset({"delegate"}),  # its author
    "zqtogether": frozenset({"delegate", "delegate_encinos"}),  # a draft written by both
    "zqadopted": COALITION,  # until it is submitted
    "zqballot": COALITION,  # how a seat voted, and why; its mandate, what it thinks of an answer
    "zqhead": COALITION,  # what a recount comes to
    "zqearlier": COALITION,  # what a submitted proposal said before
    "zqreport": frozenset({"facilitator"}),  # why somebody reported a post, for who decides
    "zqdecision": frozenset({"facilitator", "delegate"}),  # to who reported, and who was warned
    "zqjoin": NETWORK | {"observer", "operator"},  # where a session is met: anyone signed in
}


@dataclass
class World:
    """What the house tests stand on, by plain names."""

    cast: Cast
    exchange: Any = None
    stages: dict[int, Any] = field(default_factory=dict)
    session: Any = None
    outcome: Any = None
    threads: dict[str, Any] = field(default_factory=dict)  # by visibility; "guests", "locked"
    posts: dict[str, Any] = field(default_factory=dict)  # the first post of each thread
    replies: dict[str, Any] = field(default_factory=dict)  # by someone of another project
    solutions: dict[str, Any] = field(default_factory=dict)  # offered in a reply
    files: dict[str, Any] = field(default_factory=dict)  # a picture with each first post
    topic: Any = None
    proposals: dict[str, Any] = field(default_factory=dict)  # by status, and "public"
    commitment: Any = None
    warning: Any = None  # of the delegate, about something in the coalition's space
    expert_profile: str = ""  # the expert's public id
    invitation: Any = None  # into a project, by its member, not used yet
    joining: Any = None  # into a project, by the operator; used, not confirmed


def readers(kind: str) -> frozenset[str]:
    """The roles that see what is in a space of that kind (DOMAIN section 3)."""
    everyone = NETWORK | {"visitor", "observer", "operator"}
    return {
        "public": everyone,
        "network": NETWORK,
        "coalition": COALITION,
        "guests": COALITION | {"guest"},
        "staff": frozenset({"staff"}),
    }[kind]


def make_world(session: Session, cast: Cast) -> World:
    """Fill a database that holds the cast. The caller commits."""
    world = World(cast)
    world.expert_profile = session.scalars(
        select(ExpertProfile.public_id).where(ExpertProfile.person_id == cast.expert.id)
    ).one()
    _invitations(session, world)
    _links(session, world)
    an_exchange(session, world)
    the_topics(session, world)
    for kind in ("public", "network", "coalition", "staff"):
        author = cast.staff if kind == "staff" else cast.member
        a_challenge(session, world, kind, cast.spaces[kind], author)
    a_challenge(session, world, "guests", cast.spaces["coalition"], cast.member)
    session.add(
        ThreadGuest(
            thread_id=world.threads["guests"].id,
            person_id=cast.guest.id,
            side="expert",
            invited_by_id=cast.delegate.id,
        )
    )
    a_challenge(session, world, "locked", cast.spaces["network"], cast.member)
    world.threads["locked"].status = ThreadStatus.LOCKED
    world.threads["locked"].lock_reason = "Said what there is to say."
    a_challenge(session, world, "solution", cast.spaces["network"], cast.member)
    world.threads["solution"].kind = ThreadKind.SOLUTION
    reports_and_a_decision(session, world)
    for status in (
        "draft",
        "seeking_cosponsors",
        "in_discussion",
        "voting",
        "adopted",
        "not_adopted",
        "no_quorum",
        "submitted",
        "acknowledged",
        "under_review",
        "answered",
    ):
        a_proposal(session, world, status)
    a_proposal(session, world, "public", status="submitted", space="public")
    a_proposal(session, world, "together", status="draft")
    session.add(
        CoAuthor(
            proposal_id=world.proposals["together"].id,
            person_id=cast.delegates["encinos"].id,
            side=Side.MEMBER,
            project_id=cast.projects["encinos"].id,
            invited_by_id=cast.delegate.id,
        )
    )
    session.flush()
    return world


def _invitations(session: Session, world: World) -> None:
    cast, soon = world.cast, clock.now() + timedelta(days=14)
    into = {
        "side": Side.MEMBER,
        "project_id": cast.projects["ceiba"].id,
        "role": "member",
        "locale": "es",
        "expires_at": soon,
    }
    world.invitation = _added(
        session,
        Invitation(
            token_hash=digest(TOKEN), email="a@people.example", invited_by_id=cast.member.id, **into
        ),
    )
    world.joining = _added(
        session,
        Invitation(
            token_hash="2" * 64,
            invited_by_id=cast.operator.id,
            accepted_at=clock.now(),
            person_id=cast.outsider.id,
            **into,
        ),
    )


def _links(session: Session, world: World) -> None:
    soon, member = clock.now() + timedelta(days=1), world.cast.member
    session.add(ResetLink(person_id=member.id, token_hash=digest(TOKEN), expires_at=soon))
    session.add(
        AddressChange(
            person_id=member.id,
            token_hash=digest(TOKEN),
            email="elsewhere@people.example",
            expires_at=soon,
        )
    )


def an_exchange(session: Session, world: World) -> None:
    now, cast = clock.now(), world.cast
    world.exchange = _added(
        session,
        Exchange(
            slug="latin-america",
            region_id=cast.region.id,
            title="Intercambio regional",
            purpose="Para aprender entre proyectos.",
            purpose_html="<p>Para aprender entre proyectos.</p>",
        ),
    )
    for number, (opens, closes) in {
        1: (-90, -30),
        2: (-30, 60),
        3: (-20, 90),
        4: (60, 120),
    }.items():
        world.stages[number] = _added(
            session,
            Stage(
                exchange_id=world.exchange.id,
                number=number,
                title=f"Etapa {number}",
                purpose="",
                opens_at=now + timedelta(days=opens),
                closes_at=now + timedelta(days=closes),
            ),
        )
    world.session = _added(
        session,
        ExchangeSession(
            stage_id=world.stages[2].id,
            title="Primera sesión",
            starts_at=now - timedelta(minutes=5),  # begun, so that outcomes are recorded
            minutes=12 * 60,  # and far from over, so that one can join
            timezone="America/Guatemala",
            join_url="https://meet.example/zqjoin",
            agenda="Orden del día",
            agenda_html="<p>Orden del día</p>",
        ),
    )
    for slug in ("ceiba", "encinos"):
        session.add(
            Participation(
                session_id=world.session.id,
                project_id=cast.projects[slug].id,
                presented=slug == "ceiba",
            )
        )
    world.outcome = _added(
        session,
        Outcome(session_id=world.session.id, number=1, text="Acordado.", html="<p>Acordado.</p>"),
    )


def the_topics(session: Session, world: World) -> None:
    labels = {"en": "Audit preparation", "es": "Preparación de auditorías"}
    group = {"en": "Certification", "es": "Certificación"}
    session.add(
        Topic(slug="certification-validation", group="certification-validation", labels=group)
    )
    world.topic = _added(
        session,
        Topic(
            slug="audit-preparation", group="certification-validation", labels=labels, position=1
        ),
    )


def reports_and_a_decision(session: Session, world: World) -> None:
    """A report that waits in each space, and one decided with a warning in the coalition's."""
    cast = world.cast
    decision = _added(
        session,
        Decision(
            post_id=world.solutions["coalition"].id,
            post_version=1,
            author_id=cast.delegate.id,
            decided_by_id=cast.facilitator.id,
            reason=Reason.OTHER,
            for_post=ForPost.KEPT,
            for_author=ForAuthor.WARNED,
            explanation="Hay otro lugar para eso. zqdecision",
        ),
    )
    world.warning = _added(
        session, FormalWarning(person_id=cast.delegate.id, decision_id=decision.id)
    )
    _a_suspension(session, world)
    waiting = [(world.replies[kind], None) for kind in ("public", "network", "coalition", "guests")]
    for reported, decided in (*waiting, (world.solutions["coalition"], decision.id)):
        session.add(
            Report(
                post_id=reported.id,
                reporter_id=cast.alternate.id,
                reason=Reason.OTHER,
                note="No corresponde aquí. zqreport",
                decision_id=decided,
            )
        )


def _a_suspension(session: Session, world: World) -> None:
    """Of somebody, for a post of the coalition's, and it runs."""
    cast = world.cast
    person = session.get_one(Person, cast.suspended.id)
    person.suspended_until = clock.now() + timedelta(days=90)
    _added(
        session,
        Decision(
            post_id=world.solutions["coalition"].id,
            post_version=1,
            author_id=person.id,
            decided_by_id=cast.facilitator.id,
            reason=Reason.OTHER,
            for_post=ForPost.KEPT,
            for_author=ForAuthor.SUSPENDED,
            explanation="Insulta a los demás. zqdecision",
            until=person.suspended_until,
        ),
    )


def a_challenge(
    session: Session, world: World, name: str, space: Any, author: Any, stage: int = 2
) -> Any:
    """A challenge with a reply, a solution offered in a reply, and another project facing it."""
    cast = world.cast
    mark = f"zq{name}" if name in {"network", "coalition", "guests", "staff"} else f"in {name}"
    thread = _added(
        session,
        Thread(
            stage_id=world.stages[stage].id,
            space_id=space.id,
            title=f"Costos de la auditoría {mark}",
            kind=ThreadKind.CHALLENGE,
            author_id=author.id,
            project_id=cast.projects["ceiba"].id if author.side == "member" else None,
            language="es",
            last_number=3,
            post_count=3,
            solution_count=1,
        ),
    )
    session.add(ThreadTopic(thread_id=thread.id, topic_id=world.topic.id))
    other = cast.colleague if name == "staff" else cast.neighbour
    first = _post(session, thread, 1, author, PostKind.CHALLENGE, f"¿Cómo se paga? {mark}")
    reply = _post(session, thread, 2, other, PostKind.REPLY, f"Entre varios. {mark}", first)
    solution = _post(session, thread, 3, other, PostKind.SOLUTION, f"Una caja común. {mark}")
    session.add(SolutionFor(solution_post_id=solution.id, challenge_thread_id=thread.id))
    if name != "staff":
        session.add(
            FacedBy(
                challenge_thread_id=thread.id,
                project_id=cast.projects["rio-claro"].id,
                person_id=cast.delegates["rio-claro"].id,
            )
        )
        thread.faced_count = 1
    world.threads[name], world.posts[name] = thread, first
    world.files[name] = _picture(session, first, f"Una foto. {mark}")
    world.replies[name], world.solutions[name] = reply, solution
    return thread


def _picture(session: Session, post: Any, alt: str) -> Any:
    size = len("a picture of zq") + 10  # told, not checked: the bytes come with the cases
    kept = _added(
        session,
        StoredFile(
            key=secrets.token_hex(16),
            media_type="image/jpeg",
            name="foto.jpg",
            bytes=size,
            sha256=digest(alt),
            width=4,
            height=3,
            preview_key=secrets.token_hex(16),
            preview_bytes=size,
            preview_width=4,
            preview_height=3,
            uploader_id=post.author_id,
        ),
    )
    session.add(Attachment(post_id=post.id, file_id=kept.id, position=1, alt=alt))
    post.file_count = 1
    return kept


def _post(
    session: Session,
    thread: Any,
    number: int,
    author: Any,
    kind: PostKind,
    body: str,
    parent: Any = None,
) -> Any:
    return _added(
        session,
        Post(
            thread_id=thread.id,
            number=number,
            parent_id=parent.id if parent else None,
            path=path_of(number, parent.path if parent else ""),
            depth=1 if parent else 0,
            author_id=author.id,
            kind=kind,
            body=body,
            html=markup.render(body),
            language="es",
        ),
    )


def a_proposal(
    session: Session, world: World, name: str, *, status: str | None = None, space: str = ""
) -> Any:
    """A proposal of Proyecto Ceiba in that status, with all that it went through before."""
    status, cast, now = status or name, world.cast, clock.now()
    at = ProposalStatus(status)
    submitted = status in {"submitted", "acknowledged", "under_review", "answered"}
    seeks = at is ProposalStatus.SEEKING_COSPONSORS
    voted = submitted or status in {"voting", "adopted", "not_adopted", "no_quorum"}
    mark = {"draft": "zqdraft", "adopted": "zqadopted"}.get(
        status, "zqnetwork" if submitted else "zqcoalition"
    )
    mark = {"public": "in public", "together": "zqtogether"}.get(name, mark)
    number = f"LAC-{now.year}-{len(world.proposals) + 1:03}" if submitted else None
    kept_in = cast.spaces[space or ("network" if submitted else "coalition")]
    proposal = _added(
        session,
        Proposal(
            number=number,
            coalition_id=cast.coalition.id,
            space_id=kept_in.id,
            author_id=cast.delegate.id,
            project_id=cast.projects["ceiba"].id,
            title=f"Una guía de costos {mark}",
            language="es",
            status=at,
            visibility_after=SpaceKind.PUBLIC if space == "public" else SpaceKind.NETWORK,
            shared_at=None if status == "draft" else now - timedelta(days=2 if seeks else 62),
            discussion_at=None if status == "draft" or seeks else now - timedelta(days=60),
            submitted_at=now - timedelta(days=10) if submitted else None,
            acknowledged_at=now - timedelta(days=8)
            if submitted and status != "submitted"
            else None,
            answered_at=now if status == "answered" else None,
            version=2,
        ),
    )
    if status != "draft" and not seeks:
        thread = a_challenge(
            session, world, f"drafting_{name}", cast.spaces["coalition"], cast.delegate
        )
        thread.title = f"Borrador zqcoalition {name}"
        thread.kind = ThreadKind.DISCUSSION
        thread.stage_id = None
        proposal.thread_id = thread.id
    earlier = "zqearlier" if submitted else mark
    _version(session, cast, proposal, 1, earlier)
    version = _version(session, cast, proposal, 2, mark)
    evidence = "public" if space == "public" else "network" if submitted else "coalition"
    session.add(Evidence(proposal_id=proposal.id, thread_id=world.threads[evidence].id))
    if voted:
        _vote(session, world, proposal, version, status)
    if status in {"acknowledged", "under_review", "answered"}:
        _responses(session, world, proposal, version, status)
    world.proposals[name] = proposal
    return proposal


def _version(session: Session, cast: Cast, proposal: Any, number: int, mark: str) -> Any:
    return _added(
        session,
        ProposalVersion(
            proposal_id=proposal.id,
            number=number,
            author_id=cast.delegate.id,
            title=f"Una guía de costos {mark}",
            problem=f"Falta una guía. {mark}",
            ask=f"Publicar una guía. {mark} {number}",
            problem_html=f"<p>Falta una guía. {mark}</p>",
            ask_html=f"<p>Publicar una guía. {mark} {number}</p>",
            note=f"Más claro {mark}",
        ),
    )


def _vote(session: Session, world: World, proposal: Any, version: Any, status: str) -> None:
    cast, now = world.cast, clock.now()
    is_open = status == "voting"
    vote = _added(
        session,
        Vote(
            proposal_id=proposal.id,
            version_id=version.id,
            opens_at=now - timedelta(days=7 if is_open else 30),
            closes_at=now + timedelta(days=7) if is_open else now - timedelta(days=16),
            rules=Rules().as_json(),
            opened_by_id=cast.facilitator.id,
        ),
    )
    choices = {
        "voting": "agree disagree",
        "not_adopted": "agree disagree disagree block",
        "no_quorum": "agree agree",
    }.get(status, "agree agree agree disagree").split()
    for position, slug in enumerate(COALITION_SLUGS):
        seat = _added(
            session,
            Seat(
                vote_id=vote.id,
                project_id=cast.projects[slug].id,
                country=cast.projects[slug].country,
                delegate_id=cast.delegates[slug].id,
            ),
        )
        if position < len(choices) and not (is_open and slug == "ceiba"):
            by_phone = slug == "yerba-alta"
            session.add(
                Ballot(
                    seat_id=seat.id,
                    seq=1,
                    choice=Choice(choices[position]),
                    reason=f"Por lo dicho zqballot {slug}",
                    language="es",
                    mandate=f"Asamblea zqballot {slug}",
                    cast_by_id=(cast.facilitator if by_phone else cast.delegates[slug]).id,
                    cast_at=now - timedelta(days=5 if is_open else 20),
                    assisted=by_phone,
                    assisted_how=AssistedHow.PHONE if by_phone else None,
                    instructed_by_id=cast.delegates[slug].id if by_phone else None,
                )
            )
    if not is_open:
        _result(session, vote, status, choices)


def _result(session: Session, vote: Any, status: str, choices: list[str]) -> None:
    outcome, deciding = {
        "not_adopted": (VoteOutcome.NOT_ADOPTED, Deciding.MAJORITY),
        "no_quorum": (VoteOutcome.NO_QUORUM, Deciding.QUORUM),
    }.get(status, (VoteOutcome.ADOPTED, Deciding.CARRIED))
    session.add(
        Result(
            vote_id=vote.id,
            seats=len(COALITION_SLUGS),
            cast=len(choices),
            **{c.value: choices.count(c.value) for c in Choice},
            countries=choices.count("agree"),
            quorum_needed=4,
            outcome=outcome,
            deciding=deciding,
            sealed_at=vote.closes_at,
            head=f"{'0' * 58}zqhead",
        )
    )


def _responses(session: Session, world: World, proposal: Any, version: Any, status: str) -> None:
    cast, now = world.cast, clock.now()
    due = due_on(proposal.submitted_at, 60, "America/Guatemala")
    common: dict[str, Any] = {
        "proposal_id": proposal.id,
        "version_id": version.id,
        "language": "es",
        "due_on": due,
        "author_id": cast.staff.id,
    }
    session.add(
        Response(
            kind=ResponseKind.ACKNOWLEDGEMENT,
            route=Route.SECRETARIAT,
            published_at=now - timedelta(days=8),
            **common,
        )
    )
    if status == "under_review":
        session.add(
            ResponseDraft(
                proposal_id=proposal.id,
                space_id=cast.spaces["staff"].id,
                author_id=cast.staff.id,
                reasons="Se estudia zqstaff",
                notes="Nota interna zqstaff",
                language="es",
            )
        )
    if status != "answered":
        return
    answer = _added(
        session,
        Response(
            kind=ResponseKind.ANSWER,
            outcome=ResponseOutcome.PARTLY_ACCEPTED,
            reasons="Se hará una guía breve.",
            reasons_html="<p>Se hará una guía breve.</p>",
            published_at=now,
            **common,
        ),
    )
    session.add(
        Rating(
            response_id=answer.id,
            project_id=cast.projects["tierra-mansa"].id,
            person_id=cast.delegates["tierra-mansa"].id,
            verdict=Verdict.PARTLY,
            reason="Falta el presupuesto zqballot",
            language="es",
        )
    )
    world.commitment = _added(
        session,
        Commitment(
            response_id=answer.id,
            proposal_id=proposal.id,
            number=1,
            text="Publicar la guía",
            language="es",
            owner_role="Equipo técnico",
            due_on=(now + timedelta(days=90)).date(),
        ),
    )
    session.add(
        CommitmentUpdate(
            commitment_id=world.commitment.id,
            author_id=cast.staff.id,
            status=world.commitment.status or "planned",
            note="",
            language="es",
        )
    )


def _added(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row
