"""The forms of who facilitates: moving, merging, splitting."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField

from forum.discussions.forms.drafting import KeepsDraft
from forum.discussions.forms.writing import KIND_LABELS, PostForm, ThreadForm
from forum.discussions.kinds import Consent, ThreadKind
from forum.discussions.models import LONGEST_TITLE
from forum.discussions.models.speaking import LONGEST_NAME
from forum.discussions.rows import ThreadRow
from forum.lib import markup
from forum.web.forms import (
    CreatingForm,
    Form,
    LanguageField,
    Line,
    OneOf,
    Text,
    VersionField,
    at_most,
    choice,
    required,
)
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

CONSENT_LABELS = {
    Consent.PHONE: _l("By phone"),
    Consent.IN_PERSON: _l("In person"),
    Consent.ASSEMBLY: _l("In the assembly"),
    Consent.MESSAGE: _l("By a message"),
    Consent.IN_WRITING: _l("In writing"),
}


class MoveForm(Form):
    """Where a thread goes."""

    stage = SelectField(_l("To which stage?"), [required()])


class MergeForm(Form):
    """The other thread: one of those that are alike, or by its address or its id."""

    into = OneOf(_l("Which thread stays?"))
    thread = Line(_l("Address of the other thread"), [at_most(300)])

    def __init__(self, alike: Sequence[ThreadRow], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if alike:
            likely = [choice(one.public_id, _which(one)) for one in alike]
            self.into.choices = [*likely, choice("", _("Another one, by its address"))]
            self.into.data = self.into.data or ""  # nothing pressed: by its address
        else:
            del self.into

    @property
    def chosen(self) -> str:
        """The thread that was pressed, else the address that was given."""
        pressed = self.into.data if self.into else ""
        return pressed or self.thread.data or ""


def _which(thread: ThreadRow) -> str:
    """A thread in a choice: its title, and where it stands."""
    return str(
        _("%(title)s (stage %(number)d)", title=thread.title, number=thread.stage_number or 0)
    )


class BranchForm(CreatingForm):
    """A branch as a thread of its own."""

    title = Line(_l("Title"), [required(), at_most(LONGEST_TITLE)])
    kind = OneOf(_l("What is it?"), [required()])

    def __init__(self, kinds: list[ThreadKind], *args: Any, **kwargs: Any) -> None:
        if len(kinds) == 1:
            kwargs.setdefault("kind", kinds[0].value)
        super().__init__(*args, **kwargs)
        self.kind.choices = [choice(kind.value, KIND_LABELS[kind]) for kind in kinds]


class SummaryForm(KeepsDraft):
    """A thread's summary in its three parts."""

    asked = Text(_l("What was asked"), [required(), at_most(markup.LONGEST)])
    answered = Text(_l("What was answered"), [required(), at_most(markup.LONGEST)])
    still_open = Text(_l("What stays open"), [at_most(markup.LONGEST)])
    language = LanguageField(_l("You write in"))
    version = VersionField(default=0)


class SpeakerFields(Form):
    """For whom somebody writes, and how they agreed."""

    on_behalf_of = Line(_l("Name or role of the person"), [required(), at_most(LONGEST_NAME)])
    project = SelectField(_l("Their project"), [required()])
    consent = OneOf(
        _l("How did they agree that you write for them?"),
        [required()],
        choices=[choice(consent.value, label) for consent, label in CONSENT_LABELS.items()],
    )


class PostForSomebodyForm(SpeakerFields, PostForm):
    """An answer with somebody's words."""


class ThreadForSomebodyForm(SpeakerFields, ThreadForm):
    """A new thread with somebody's words."""


class HandOverForm(Form):
    """Which threads a closed stage carries on; where each goes is read by its own field."""


class OutcomeThreadForm(ThreadForm):
    """A thread about what a session came to."""

    stage = SelectField(_l("In which stage?"), [required()])
