"""`make bench`: the pages people open most, against a bare Flask page, in one run."""

import sys
import tempfile
from pathlib import Path

from bench import measure, world

THREADS = 200
POSTS = 4_000


def main() -> int:
    """Build a forum, measure its pages, print the table. Returns 1 when a page was not served."""
    with tempfile.TemporaryDirectory(prefix="forum-bench-") as folder:
        made = world.build(Path(folder), threads=THREADS, posts=POSTS)
        pages = [
            ("home", "signed in", "/", made.cookie),
            ("home", "visitor", "/", ""),
            ("exchange", "signed in", made.exchange, made.cookie),
            ("exchange", "visitor", made.exchange, ""),
            ("stage, 50 threads", "signed in", made.stage, made.cookie),
            ("stage, public threads", "visitor", made.stage, ""),
            ("thread, 50 posts", "signed in", made.network_thread, made.cookie),
            ("thread, 50 posts", "visitor", made.public_thread, ""),
            ("proposal, voting", "signed in", made.proposal, made.cookie),
            ("board", "signed in", made.board, made.cookie),
            ("board", "visitor", made.board, ""),
        ]
        with made.app.app_context():
            engine = made.app.extensions["sqlalchemy"].engine
        floor, figures = measure.measure(made.app.wsgi_app, engine, pages)
        print(measure.table(floor, figures))
    return 1 if any(f.status != 200 for f in figures) else 0


sys.exit(main())
