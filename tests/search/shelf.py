"""What there is to find in these tests: a small shelf in four languages, by short names."""

from typing import Any

from forum.db import db
from forum.discussions import actions as writing
from forum.discussions import queries
from forum.lib import markup
from forum.search import actions, asking, narrowing
from forum.search import queries as searching
from forum.search.models import Source
from tests.factories import coalition, discussions, exchanges
from tests.people import Cast, viewer

# name: (who writes, where, kind, language, topics, title, body)
THREADS: dict[str, tuple[str, str, str, str, tuple[str, ...], str, str]] = {
    "slow": (
        "member", "network", "challenge", "es", ("operating-costs",),
        "La certificación tarda demasiado",
        "La validación de un proyecto nuevo toma años. Los certificados llegan tarde.",
    ),
    "vivos": (
        "member", "network", "experience", "es", ("land-plans",),
        "Planes vivos bien hechos",
        "Los planes vivos de las familias ayudan a cumplir las salvaguardas sociales.",
    ),
    "consent": (
        "expert", "network", "question", "en", (),
        "How do you document consent?",
        "We need free, prior and informed consent (FPIC) before the boundary walk.",
    ),
    "clpi": (
        "neighbour", "network", "solution", "es", (),
        "Actas de CLPI en lengua propia",
        "Las asambleas firman el consentimiento libre, previo e informado.",
    ),
    "vvb": (
        "expert", "network", "discussion", "en", ("finance-markets",),
        "Choosing a VVB",
        "An auditor came from abroad; certification cost more than planned.",
    ),
    "marché": (
        "outsider", "network", "challenge", "fr", ("operating-costs",),
        "Les coûts d’exploitation",
        "Les modèles de marché ne couvrent pas tous les coûts. L’équipe cherche des revenus.",
    ),
    "quorum": (
        "member", "coalition", "discussion", "es", (),
        "Quórum de la votación",
        "Si no hay quórum se abre una segunda convocatoria con los mismos escaños.",
    ),
    "visit": (
        "neighbour", "public", "experience", "es", (),
        "Visita a Scolel'te",
        "Los técnicos comunitarios de Scolel'te trabajan con pequeños productores.",
    ),
    "fire": (
        "outsider", "public", "opportunity", "es", ("fire",),
        "Brigada contra incendios",
        "Formamos una brigada de fuego en la sabana, con permisos municipales.",
    ),
    "staff": (
        "staff", "staff", "discussion", "en", (),
        "Draft reply on certification",
        "Notes on certification timelines, for us alone.",
    ),
}  # fmt: skip
# name: (who writes, in which thread, language, body)
REPLIES = {
    "drawn": ("neighbour", "vivos", "es", "Cada plan vivo se dibuja con la familia en su parcela."),
    "dear": (
        "outsider", "vvb", "pt",
        "A auditoria do organismo de validação custou caro e as certificações atrasaram.",
    ),
    "cheap": ("member", "slow", "en", "Smallholders paid nothing: the audit was shared by three."),
}  # fmt: skip


def fill(cast: Cast) -> dict[str, str]:
    """Put everything on the shelf as people would; returns the names by address."""
    discussions.stage()
    names: dict[str, str] = {}
    threads = {}
    for name, (who, space, kind, language, topics, title, body) in THREADS.items():
        threads[name] = discussions.thread(
            getattr(cast, who),
            space=cast.spaces[space],
            kind=kind,
            language=language,
            topics=topics,
            title=title,
            body=body,
        )
        names[f"/threads/{threads[name].public_id}"] = name
    for name, (who, thread, language, body) in REPLIES.items():
        names[f"/posts/{_reply(getattr(cast, who), threads[thread], language, body)}"] = name
    proposal = coalition.discussed(cast)
    names[f"/proposals/{proposal.public_id}"] = "proposal"
    assert proposal.thread_id is not None
    names[f"/threads/{queries.thread_row(proposal.thread_id).public_id}"] = "drafting"
    _outcome(names)
    for one in Source:  # the cast stood there before anybody listened
        actions.reindex_batch(one, 0, None)
    db.session.commit()
    names |= {f"/projects/{slug}": slug for slug in cast.projects}
    return names


def found(
    names: dict[str, str], who: Any, q: str = "", *, after: str | None = None, **narrowed: str
) -> list[str]:
    """The names of what that person finds, in order; addresses that have no name as they are."""
    me = viewer(who)
    desk = searching.desk(me)
    wanted = narrowing.wanted({"q": q, **narrowed}, desk, sees_people=me.sees_people)
    asked = asking.read(wanted.q, searching.glossary(desk.glossary_version))
    question = searching.Question(asked=asked, marks=wanted.marks)
    if not question:
        return []
    hits = searching.find(me, question, desk.guest_of, after=after).hits
    return [names.get(hit.path, hit.path) for hit in hits]


def _reply(author: Any, thread: Any, language: str, body: str) -> str:
    me = viewer(author)
    now = queries.thread_now(me, thread.id)
    made = writing.reply(me, now, body=body, html=markup.render(body), language=language)
    return made.public_id


def _outcome(names: dict[str, str]) -> None:
    stage = discussions.some_stage()
    held = exchanges.a_session(db.session, stage)
    exchanges.an_outcome(
        db.session,
        held,
        text="Los modelos de mercado no cubren los costos de operación.",
        html="<p>Los modelos de mercado no cubren los costos de operación.</p>",
    )
    names[f"/sessions/{held.public_id}"] = "outcome"
