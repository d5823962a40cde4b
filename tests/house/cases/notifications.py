"""What one is told, and the buttons to follow: each for oneself, and only what one sees."""

from forum.db import db
from forum.lib import clock
from forum.notifications.kinds import Level, Reason, What
from forum.notifications.models import Notification, Subscription
from forum.notifications.stopping import stop_token
from tests.house.routes import SIGNED_IN, get, post
from tests.house.world import readers

VISIBILITIES = ("public", "network", "coalition", "guests", "staff")
WATCH = {"level": "watch"}


def told_of_everything(w):
    """Everybody once was told of everything, also of what they cannot see now."""
    for person in w.cast.people.values():
        for thread in w.threads.values():
            db.session.add(
                Subscription(
                    person_id=person.id, what=What.THREAD, thing_id=thread.id, level=Level.WATCH
                )
            )
            db.session.add(
                Notification(
                    person_id=person.id,
                    thread_id=thread.id,
                    reasons=int(Reason.ANSWER),
                    since_number=1,
                    upto_number=2,
                    told_at=clock.now(),
                )
            )
        for proposal in w.proposals.values():
            db.session.add(
                Notification(
                    person_id=person.id,
                    proposal_id=proposal.id,
                    reasons=int(Reason.VOTE),
                    told_at=clock.now(),
                )
            )


get("/notifications", may=SIGNED_IN)
get("/notifications", "told of everything", may=SIGNED_IN, prepare=told_of_everything)
get("/notifications/following", may=SIGNED_IN)
get(
    "/notifications/following",
    "following everything",
    may=SIGNED_IN,
    prepare=told_of_everything,
)
post("/notifications/read", "all", may=SIGNED_IN, repeats=True)
for name in VISIBILITIES:
    post(
        "/notifications/read",
        f"of a {name} thread",
        sees=readers(name) & SIGNED_IN,
        form=lambda w, name=name: {"thread": w.threads[name].public_id},
        repeats=True,
    )
    post(
        "/threads/<id>/watch",
        name,
        lambda w, name=name: {"id": w.threads[name].public_id},
        sees=readers(name),
        may=readers(name) & SIGNED_IN,
        form=lambda w: WATCH,
        repeats=True,
    )
post(
    "/exchanges/<slug>/stages/<int:n>/watch",
    "open",
    lambda w: {"slug": w.exchange.slug, "n": 2},
    may=SIGNED_IN,
    form=lambda w: WATCH,
    repeats=True,
)
post(
    "/exchanges/<slug>/watch",
    "",
    lambda w: {"slug": w.exchange.slug},
    may=SIGNED_IN,
    form=lambda w: WATCH,
    repeats=True,
)
post(
    "/topics/<slug>/watch",
    "",
    lambda w: {"slug": w.topic.slug},
    may=SIGNED_IN,
    form=lambda w: WATCH,
    repeats=True,
)


AS_THEY_LIKE = {
    "personal": "daily",
    "votes": "at_once",
    "proposals": "weekly",
    "followed": "never",
    "sessions": "daily",
    "quiet_days": "7",
    "version": "1",
}


def coalition(w):
    return {"slug": w.cast.coalition.slug}


def token(w):
    return {"token": stop_token(w.cast.member.public_id, "summary")}


get("/me/letters", may=SIGNED_IN)
post("/me/letters", may=SIGNED_IN, form=lambda w: AS_THEY_LIKE)
SPEAKS = frozenset({"delegate", "delegate_encinos", "facilitator"})
get(
    "/coalitions/<slug>/letters",
    args=coalition,
    sees=readers("coalition"),
    may=SPEAKS,
)
post(
    "/coalitions/<slug>/letters",
    args=coalition,
    sees=readers("coalition"),
    may=SPEAKS,
    form=lambda w: {"withheld": "y"},
    repeats=True,
)
get("/letters/stop/<token>", "somebody's", token)
get("/letters/stop/<token>", "nobody's", lambda w: {"token": "zqnothing"}, sees=frozenset())
post("/letters/stop/<token>", "somebody's", token, tokenless=True)
