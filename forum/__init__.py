"""Intercambio: the forum where smallholder carbon projects talk, vote and get answers."""

from pathlib import Path

from forum import (
    accounts,
    activity,
    asks,
    cli,
    coalition,
    db,
    directory,
    discussions,
    exchanges,
    feeds,
    files,
    lobby,
    mail,
    moderation,
    notifications,
    packs,
    search,
    spaces,
    web,
)
from forum.config import Settings, from_environment
from forum.db.engine import engine_options
from forum.web.unit_of_work import Forum

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None) -> Forum:
    """Make the app: the habits, then the rooms in floor order."""
    settings = settings or from_environment()
    app = Forum(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        SESSION_COOKIE_NAME="intercambio",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=settings.max_request,
        MAX_FORM_MEMORY_SIZE=settings.max_request,
        MAX_FORM_PARTS=200,
        TESTING=settings.testing,
    )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db.init_app(app, read_url=settings.read_database_url)
    web.init_app(app, settings)
    activity.init_app(app)
    mail.init_app(app)
    files.init_app(app)
    accounts.init_app(app)
    directory.init_app(app)
    spaces.init_app(app)
    exchanges.init_app(app)
    discussions.init_app(app)
    asks.init_app(app)
    coalition.init_app(app)
    notifications.init_app(app)
    moderation.init_app(app)
    search.init_app(app)
    feeds.init_app(app)
    lobby.init_app(app)
    packs.init_app(app)
    cli.init_app(app)
    return app
