"""`make bench`: the pages people open most, against a bare Flask page, in one run.

`python -m bench --grow` measures instead how searching grows, from 10,000 posts to 1,000,000.
"""

import sys
import tempfile
import time
from pathlib import Path

from bench import measure, searching, world

THREADS = 200
POSTS = 4_000
POSTS_SEARCHED = 100_000
CALLS = 10  # of each search a round
GROWTH = (10_000, 1_000_000)  # posts; the larger takes some minutes and 3 GB to load


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
        print(measure.table(floor, figures), flush=True)
    return max(_told(figures), search_at(POSTS_SEARCHED))


def grow() -> int:
    """Measure searching at each size of GROWTH."""
    return max(search_at(posts) for posts in GROWTH)


def search_at(posts: int) -> int:
    """Measure searching among so many posts, print the table."""
    began = time.monotonic()
    app, cookie = searching.made(posts)
    took = time.monotonic() - began
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    floor, figures = measure.measure(app.wsgi_app, engine, searching.pages(cookie), CALLS)
    print(f"\nAmong {posts:,} posts (made or opened in {took:.0f} s):\n")
    print(measure.table(floor, figures), flush=True)
    return _told(figures)


def _told(figures: list[measure.Figures]) -> int:
    return 1 if any(f.status != 200 for f in figures) else 0


sys.exit(grow() if "--grow" in sys.argv[1:] else main())
