"""A forum in use: on one thread of the world everything was done that can be done to a thread."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from forum.coalition.actions import amendments, commitments, ratings, votes
from forum.coalition.lifecycle import CommitmentStatus, TextPart, Verdict
from forum.coalition.models import Amendment, Commitment
from forum.coalition.queries.responses import newest_answer
from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.kinds import ThreadKind
from forum.lib import clock
from tests.factories import coalition_votes as votes_make
from tests.factories import discussions as make
from tests.house.cases.asks import ASKS, asks
from tests.house.cases.facilitation import an_outcome, claimed
from tests.house.cases.notifications import told_of_everything
from tests.house.cases.search import indexed
from tests.house.cases.solutions import tried
from tests.house.cases.writing import a_draft
from tests.house.world import World, a_challenge
from tests.people import viewer

MORE = [  # pages worth a look once much was done, as whom
    ("facilitator", "/"),
    ("expert", "/"),
    ("member", "/"),
    ("facilitator", "/threads/{thread}"),
    ("member", "/threads/{thread}"),
    ("visitor", "/threads/{open_to_all}"),
    ("member", "/threads/{thread}/posts/new"),
    ("member", "/threads/{thread}/posts/new?kind=solution"),
    ("member", "/threads/{case}"),
    ("facilitator", "/threads/{case}/posts/for-somebody?parent={told}"),
    ("member", "/threads/{fresh}/asks"),
    ("member", "/asks/{ask}"),
    ("expert", "/asks/{ask}"),
    ("expert", "/asks"),
    ("facilitator", "/exchanges/latin-america/stages/1/hand-over"),
    ("facilitator", "/exchanges/latin-america/stages/2"),
    ("member", "/search?q=auditoria"),
    ("member", "/search?q=nadalodice"),
    ("member", "/notifications"),
    ("member", "/missed"),
    ("member", "/drafts"),
    ("member", "/solutions"),
    ("member", "/posts/{solution}/trials"),
    ("member", "/posts/{solution}/trials/new"),
    ("facilitator", "/posts/{reply}/branch"),
    ("expert", "/posts/{reply}/reports"),
    ("facilitator", "/moderation/posts/{reply}/decision"),
    ("delegate", "/proposals/{in_discussion}"),
    ("delegate_encinos", "/proposals/{in_discussion}/amendments"),
    ("member", "/proposals/{in_discussion}/arguments"),
    ("delegate", "/proposals/{voting}"),
    ("delegate", "/proposals/{second}"),
    ("facilitator", "/proposals/{adopted}"),
    ("delegate", "/proposals/{not_adopted}"),
    ("delegate", "/proposals/{no_quorum}"),
    ("visitor", "/proposals/{public}"),
    ("staff", "/proposals/{under_review}"),
    ("delegate", "/proposals/{answered}"),
    ("expert", "/proposals/{answered}"),
    ("delegate", "/commitments/{commitment}"),
    ("staff", "/coalitions/latin-america/commitments"),
    ("outsider", "/coalitions/latin-america/record"),
]


def paths(world: World) -> dict[str, str]:
    """What stands for the names in those addresses."""
    return {
        "thread": world.threads["network"].public_id,
        "open_to_all": world.threads["public"].public_id,
        "fresh": world.threads["fresh"].public_id,
        "case": world.threads["case"].public_id,
        "told": world.posts["case"].public_id,
        "reply": world.replies["network"].public_id,
        "solution": world.solutions["network"].public_id,
        "ask": ASKS["network"],
        "commitment": world.commitment.public_id,
        **{name: one.public_id for name, one in world.proposals.items()},
    }


def do_everything(world: World) -> None:
    """Change the database that holds the world. The caller commits."""
    cast, network = world.cast, world.cast.spaces["network"]
    runs: Any = viewer(cast.facilitator)
    told_of_everything(world)  # first: what is done below is told by itself
    db.session.flush()
    claimed("network")(world)
    tried("network")(world)
    an_outcome(world)
    world.threads["left"] = a_challenge(db.session, world, "left", network, cast.member, stage=1)
    world.threads["fresh"] = a_challenge(db.session, world, "fresh", network, cast.member)
    made = make.thread(cast.neighbour, title="Lo mismo, dicho antes", stage=world.stages[2])
    off = make.post(cast.member, made, body="Otra cosa, aparte.")
    main = queries.thread_row(world.threads["network"].id)
    actions.merge(runs, make.again(made), main)
    actions.split(
        runs,
        queries.post_now(runs, off.id),
        title="Otra cosa",
        kind=ThreadKind.DISCUSSION,
    )
    told = actions.start_case(
        viewer(cast.neighbour),
        actions.CaseParts(problem="Llegaban muertas.", did="Un vivero.", country="MX"),
        title="Vivero junto a la escuela",
        language="es",
        stage=world.stages[2],
        space_id=network.id,
    )
    world.threads["case"] = told
    world.posts["case"] = queries.post_rows(queries.thread_row(told.id)).posts[0]
    parts = actions.Parts("¿Cómo se paga?", "Entre varios (#p2).", "Quién guarda la caja.")
    actions.summarise(runs, make.again(main), parts, language="es", version=0)
    actions.pin(runs, make.again(main))
    for prepare in (asks("offered", "offered"), a_draft, indexed):
        prepare(world)
    db.session.flush()


def decide_everything(world: World) -> None:
    """What a coalition does with texts, votes and answers. The caller commits."""
    cast, proposals = world.cast, world.proposals
    world.proposals["second"] = _second_call(world)
    for words, said in (("Y que sea breve.", ""), ("Y que sea gratis.", "No es nuestro.")):
        _amend(world, words)
        found = db.session.scalars(select(Amendment).where(Amendment.words == words)).one()
        seen = votes_make.row(proposals["in_discussion"], cast.delegate)
        if said:
            amendments.decline(viewer(cast.delegate), seen, found.id, reasons=said, language="es")
        else:
            amendments.take(viewer(cast.delegate), seen, found.id)
    _amend(world, "Y que se lea en voz alta.")
    answered = votes_make.row(proposals["answered"], cast.delegate)
    newest = newest_answer(answered.id)
    assert newest is not None
    for slug, verdict in (("ceiba", Verdict.PARTLY), ("encinos", Verdict.SATISFIED)):
        ratings.rate(
            viewer(cast.delegates[slug]),
            votes_make.row(proposals["answered"], cast.delegates[slug]),
            verdict=verdict,
            reason="Falta el presupuesto.",
            language="es",
            answers=newest.public_id,
        )
    world.commitment = db.session.get_one(Commitment, world.commitment.id)
    done = {"status": CommitmentStatus.DONE, "note": "Está publicada.", "language": "es"}
    commitments.update(viewer(cast.staff), world.commitment.public_id, **done)
    for slug, fulfilled in (("ceiba", False), ("encinos", True)):
        commitments.mark(
            viewer(cast.delegates[slug]),
            world.commitment.public_id,
            fulfilled=fulfilled,
            reason="" if fulfilled else "Falta una parte.",
            language="es",
        )


def _amend(world: World, words: str) -> None:
    neighbour = world.cast.delegates["encinos"]
    seen = votes_make.row(world.proposals["in_discussion"], neighbour)
    amendments.propose(
        viewer(neighbour),
        seen,
        part=TextPart.ASK,
        passage="",
        words=words,
        why="Por lo que se dijo.",
        language="es",
    )


def _second_call(world: World) -> Any:
    """A proposal whose first call ended yesterday without a quorum."""
    cast, now = world.cast, clock.now()
    with clock.frozen(now - timedelta(days=16)):
        made = votes_make.in_discussion(cast, title="Se vota otra vez")
        votes_make.open_vote(cast, made, days=15)
        votes_make.cast_by(cast.delegates["encinos"], made, "block", "Sería un daño.")
        votes_make.cast_by(cast.delegates["rio-claro"], made)
    votes.seal_due(made.id)
    return made
