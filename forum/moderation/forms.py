"""Reporting a post, and deciding about the reports on it."""

from typing import Any

from wtforms import HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from forum.lib.permission import Answer
from forum.moderation import wording
from forum.moderation.kinds import ForAuthor, ForPost
from forum.moderation.models import LONGEST_NOTE
from forum.web.forms import CreatingForm, Form, OneOf, Text, at_most, choice, required
from forum.web.locale import lazy_gettext as _l

MOST_DAYS = 90  # see accounts.actions.LONGEST_SUSPENSION

_REASONS = [choice(reason.value, label) for reason, label in wording.REASONS.items()]
_FOR_POST = {
    ForPost.KEPT: _l("It stays as it is"),
    ForPost.REMOVED: _l("Remove the post"),
    ForPost.RESTORED: _l("Restore the post"),
}
_FOR_AUTHOR = {
    ForAuthor.NOTHING: _l("Nothing more"),
    ForAuthor.WARNED: _l("A warning, shown until it is acknowledged"),
    ForAuthor.SUSPENDED: _l("A suspension, with an end"),
}


class ReportForm(Form):
    """Why a post should be looked at. Sent again it replaces what was said before."""

    reason = OneOf(_l("What is wrong with it?"), [required()], choices=_REASONS)
    note = Text(_l("What should who facilitates know?"), [at_most(LONGEST_NOTE)])


class LiftingForm(CreatingForm):
    """Why a suspension ends before its time."""

    reason = Text(_l("Reasons"), [required(_l("Please say why.")), at_most(LONGEST_NOTE)])


class DecisionForm(CreatingForm):
    """What is done about a reported post and its author. `upto` is how many reports were shown."""

    upto = HiddenField()
    for_post = OneOf(_l("The post"), [required()])
    for_author = OneOf(_l("Who wrote it"), [required()], default=ForAuthor.NOTHING.value)
    days = IntegerField(
        _l("Days of suspension"),
        [
            Optional(),
            NumberRange(1, MOST_DAYS, _l("Please give a number of days between 1 and 90.")),
        ],
        default=7,
    )
    reason = OneOf(_l("What it is about"), [required()], choices=_REASONS)
    explanation = Text(_l("Reasons"), [required(_l("Please say why.")), at_most(LONGEST_NOTE)])

    def __init__(self, *args: Any, may_suspend: Answer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_suspend = may_suspend
        self.for_post.choices = [choice(one.value, word) for one, word in _FOR_POST.items()]
        self.for_author.choices = [
            choice(one.value, word)
            for one, word in _FOR_AUTHOR.items()
            if may_suspend or one is not ForAuthor.SUSPENDED
        ]

    def offer(self, *, removed: bool, by_author: bool) -> None:
        """Show only what can be done with the post as it is; what is sent may be older.

        What its author took back is theirs: nobody else shows it again.
        """
        possible = {ForPost.KEPT}
        if not by_author:
            possible.add(ForPost.RESTORED if removed else ForPost.REMOVED)
        self.for_post.choices = [
            choice(one.value, word) for one, word in _FOR_POST.items() if one in possible
        ]

    @property
    def shown_upto(self) -> int:
        """How many reports on the post the page showed; 0 when that did not arrive."""
        raw = str(self.upto.data or "")
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else 0
