"""Reports and decisions for tests."""

from typing import Any

from forum.discussions import queries
from forum.moderation import actions
from forum.moderation.kinds import ForAuthor, ForPost, Reason
from forum.moderation.models import Decision, Report
from tests.people import viewer


def report(who: Any, post: Any, **more: Any) -> Report:
    """That person reports the post."""
    values = {"reason": Reason.PERSONAL_ATTACK, "note": "Insulta a una compañera."}
    me = viewer(who)
    return actions.report(me, queries.post_now(me, post.id), **(values | more))


def decide(who: Any, post: Any, **more: Any) -> Decision:
    """That person decides about every report on the post: it is removed unless told otherwise."""
    upto = more.pop("upto", 100)
    values = {
        "for_post": ForPost.REMOVED,
        "for_author": ForAuthor.NOTHING,
        "reason": Reason.PERSONAL_ATTACK,
        "explanation": "Aquí nos tratamos con respeto.",
    }
    me = viewer(who)
    verdict = actions.Verdict(**(values | more))
    return actions.decide(me, queries.post_now(me, post.id), verdict, upto=upto)
