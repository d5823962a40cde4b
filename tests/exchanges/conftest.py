"""An exchange with one open stage and a session ahead."""

from types import SimpleNamespace

import pytest

from forum.db import db
from forum.exchanges.queries.sessions import session_or_404
from forum.exchanges.queries.stages import stage_or_404
from tests.factories.exchanges import a_session, a_stage, an_exchange


@pytest.fixture
def scene(app, cast, clock_at):
    """`.exchange, .stage (row), .session (page)`, on a Sunday at noon (UTC)."""
    clock_at("2026-03-01T12:00")
    exchange = an_exchange(db.session, cast.region)
    stage = a_stage(db.session, exchange)
    session = a_session(db.session, stage)
    db.session.commit()
    return SimpleNamespace(
        exchange=exchange,
        stage=stage_or_404(exchange.slug, stage.number),
        session=session_or_404(session.public_id),
        stage_id=stage.id,
        session_id=session.id,
    )
