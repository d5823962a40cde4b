"""Home, and an exchange as a whole: everyone opens them, each reads what is theirs."""

from tests.house.routes import get

get("/")
get("/exchanges")
get("/exchanges/<slug>", "", lambda w: {"slug": w.exchange.slug})
