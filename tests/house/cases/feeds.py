"""Feeds and calendars: without a token only what is public, whoever is signed in."""

from tests.house.routes import SIGNED_IN, get, post


def exchange(w):
    return {"slug": w.exchange.slug}


for number in (2, 3):
    get(
        "/exchanges/<slug>/stages/<int:n>.atom",
        f"stage {number}",
        lambda w, number=number: {"slug": w.exchange.slug, "n": number},
    )
get("/topics/<slug>.atom", "", lambda w: {"slug": w.topic.slug})
get("/solutions.atom")
get("/regions/<slug>.atom", "", lambda w: {"slug": w.cast.region.slug})
get("/exchanges/<slug>.ics", "", exchange)
get("/calendar.ics", "without a token", sees=frozenset())
get("/solutions.atom", "with a token that ended", sees=frozenset(), query="?token=zqended")
get("/me/feeds", may=SIGNED_IN)
post("/me/feeds", may=SIGNED_IN, repeats=True)
post("/me/feeds/end", may=SIGNED_IN, repeats=True)
