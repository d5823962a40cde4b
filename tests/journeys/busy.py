"""A forum in use: on one thread of the world everything was done that can be done to a thread."""

from typing import Any

from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.kinds import ThreadKind
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
    ("visitor", "/threads/{public}"),
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
]


def paths(world: World) -> dict[str, str]:
    """What stands for the names in those addresses."""
    return {
        "thread": world.threads["network"].public_id,
        "public": world.threads["public"].public_id,
        "fresh": world.threads["fresh"].public_id,
        "case": world.threads["case"].public_id,
        "told": world.posts["case"].public_id,
        "reply": world.replies["network"].public_id,
        "solution": world.solutions["network"].public_id,
        "ask": ASKS["network"],
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
