"""Pages without a noun."""

from tests.house.routes import get

get("/health")
get("/ready")
