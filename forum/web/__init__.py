"""HTTP habits every room shares: answer, forms, guard, errors, paging, locale, unit of work.

For: how a request becomes a page, a fragment, a redirect or a clear refusal.
Not for: any noun of the domain; who a person is comes from `accounts` through `identity`.
"""

from flask import Flask

from forum.config import Settings
from forum.web import (
    addresses,
    assets,
    compression,
    csrf,
    errors,
    fragments,
    frame,
    headers,
    identity,
    locale,
    reading,
    templating,
    timekeeping,
    unsent,
    views,
)


def init_app(app: Flask, settings: Settings) -> None:
    """Wire the habits, in the order a request meets them."""
    app.extensions["settings"] = settings
    addresses.init_app(app)
    compression.init_app(app)
    headers.init_app(app, settings)
    timekeeping.init_app(app, settings)
    identity.init_app(app)
    locale.init_app(app, settings)
    reading.init_app(app)
    csrf.init_app(app)
    errors.init_app(app)
    unsent.init_app(app)
    assets.init_app(app)
    templating.init_app(app, settings)
    fragments.init_app(app)
    frame.init_app(app)
    app.register_blueprint(views.bp)
