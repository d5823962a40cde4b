"""What search finds for pages of the rooms below, at the places they offer."""

from forum.coalition import slots
from forum.discussions.kinds import PostKind
from forum.exchanges.queries.sessions import latest_sessions
from forum.search import asking, queries
from forum.search.asking import Some, mark
from forum.search.queries import Question
from forum.search.snippets import LIKENESS_READS, likeness, looked_for
from forum.spaces import Viewer

MOST_WRITTEN = 9  # offered at once: they stand in the middle of a form
MOST_SESSIONS = 3
_SESSIONS_READ = 200  # the latest: several years of them

_EVIDENCE = Some(
    tuple(
        mark("kind", kind)
        for kind in (
            PostKind.CHALLENGE,
            PostKind.SOLUTION,
            PostKind.EXPERIENCE,
            PostKind.OPPORTUNITY,
            PostKind.SUMMARY,
            "outcome",
        )
    )
)


def register() -> None:
    """Fill the slots, once."""
    if evidence_for not in slots.finds_evidence:
        slots.finds_evidence.append(evidence_for)


def evidence_for(viewer: Viewer, words: str) -> list[str]:
    """Addresses of challenges, solutions, experiences and sessions, the likest first.

    Without words: the newest. Of a session that came to something its outcomes are read too.
    """
    alike = queries.glossary(queries.desk(viewer).glossary_version)
    asked = asking.read(words, alike)
    looked = looked_for(asked)
    hits = queries.candidates(viewer, Question(asked=asked, marks=(_EVIDENCE,)), ()).hits

    def like(title: str, said: str) -> int:
        return likeness(title, said[:LIKENESS_READS], looked)

    written = sorted(
        hits, key=lambda hit: like(hit.thread_title or hit.title, hit.text), reverse=True
    )
    held = latest_sessions(_SESSIONS_READ)
    if asked:
        about = [one for one in held if like(one.title, one.agenda)]
        held = sorted(about, key=lambda one: like(one.title, one.agenda), reverse=True)
    found = [hit.path for hit in written[:MOST_WRITTEN]]
    return list(
        dict.fromkeys([*found, *(f"/sessions/{one.public_id}" for one in held[:MOST_SESSIONS])])
    )
