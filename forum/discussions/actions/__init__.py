"""The verbs of threads and posts: the only writers of this room's tables."""

from forum.discussions.actions.arranging import merge, move, pin, split, unpin
from forum.discussions.actions.attaching import attach, change_files, first_post
from forum.discussions.actions.care import (
    change_visibility,
    current_guest,
    end_guest,
    end_stay,
    ensure_topics,
    invite_guest,
    lock,
    mark_read,
    unlock,
)
from forum.discussions.actions.cases import CaseParts, change_case, start_case
from forum.discussions.actions.challenges import (
    face,
    link_solution,
    mark_solution,
    unface,
    unmark_solution,
)
from forum.discussions.actions.drafts import (
    carry_drafts,
    drop_draft,
    forget_old_drafts,
    save_draft,
    throw_away,
)
from forum.discussions.actions.handing_over import carry_on, talk_about
from forum.discussions.actions.removing import remove, restore
from forum.discussions.actions.speaking import (
    Speaker,
    claim_words,
    confirm_speaker,
    refuse_speaker,
    reply_for,
    start_thread_for,
)
from forum.discussions.actions.summarising import Parts, summarise
from forum.discussions.actions.trials import Tried, ask_what_came, record_trial, withdraw_trial
from forum.discussions.actions.writing import edit, reply, start_thread

__all__ = [
    "CaseParts",
    "Parts",
    "Speaker",
    "Tried",
    "ask_what_came",
    "attach",
    "carry_drafts",
    "carry_on",
    "change_case",
    "change_files",
    "change_visibility",
    "claim_words",
    "confirm_speaker",
    "current_guest",
    "drop_draft",
    "edit",
    "end_guest",
    "end_stay",
    "ensure_topics",
    "face",
    "first_post",
    "forget_old_drafts",
    "invite_guest",
    "link_solution",
    "lock",
    "mark_read",
    "mark_solution",
    "merge",
    "move",
    "pin",
    "record_trial",
    "refuse_speaker",
    "remove",
    "reply",
    "reply_for",
    "restore",
    "save_draft",
    "split",
    "start_case",
    "start_thread",
    "start_thread_for",
    "summarise",
    "talk_about",
    "throw_away",
    "unface",
    "unlock",
    "unmark_solution",
    "unpin",
    "withdraw_trial",
]
