"""What a viewer reads. Every list and every thing found passes the visibility rule here."""

from forum.discussions.queries.attachments import file_or_404, files_of
from forum.discussions.queries.counting import count_drift, countable
from forum.discussions.queries.guests import expert_or_404, experts, guests
from forum.discussions.queries.posts import (
    Earlier,
    branches,
    first_unread,
    nobody_else_in,
    page_before,
    page_with,
    post_now,
    post_or_404,
    post_rows,
    revisions,
)
from forum.discussions.queries.solutions import facing, project_id_of, solutions, solutions_of
from forum.discussions.queries.threads import (
    Filter,
    challenges_of,
    reachable,
    stage_counts,
    thread_now,
    thread_or_404,
    thread_row,
    threads,
    threads_by_id,
)
from forum.discussions.topics import topic_labels

__all__ = [
    "Earlier",
    "Filter",
    "branches",
    "challenges_of",
    "count_drift",
    "countable",
    "expert_or_404",
    "experts",
    "facing",
    "file_or_404",
    "files_of",
    "first_unread",
    "guests",
    "nobody_else_in",
    "page_before",
    "page_with",
    "post_now",
    "post_or_404",
    "post_rows",
    "project_id_of",
    "reachable",
    "revisions",
    "solutions",
    "solutions_of",
    "stage_counts",
    "thread_now",
    "thread_or_404",
    "thread_row",
    "threads",
    "threads_by_id",
    "topic_labels",
]
