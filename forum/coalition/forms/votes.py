"""Putting a proposal to the vote, and a ballot."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, SelectField, TimeField
from wtforms.validators import ValidationError

from forum.coalition.forms.members import offer_projects
from forum.coalition.lifecycle import CLOSING_HOUR
from forum.coalition.models import LONGEST_MANDATE, AssistedHow
from forum.coalition.rows import MemberName
from forum.coalition.tally import NEEDS_REASON, Choice
from forum.files.forms import Upload
from forum.files.kinds import ACCEPT
from forum.lib import clock
from forum.web.forms import (
    CreatingForm,
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

LONGEST_REASON = 4_000  # characters: a page

CHOICE_LABELS = {
    Choice.AGREE: _l("Agree: the coalition should ask for this"),
    Choice.ABSTAIN: _l("Abstain: we take no side, and we count for the quorum"),
    Choice.DISAGREE: _l("Disagree: the coalition should not ask for this"),
    Choice.BLOCK: _l("Serious objection: this would harm, and our reason travels with it"),
}


class OpeningForm(CreatingForm):
    """Until when a proposal is voted on; day and hour are the coalition's."""

    closes_on = DateField(
        _l("Last day of voting"), [required(_l("Please choose a day, such as 2027-03-31."))]
    )
    closes_time = TimeField(_l("Hour of closing"), default=CLOSING_HOUR)
    version = VersionField()

    def __init__(self, timezone: str, longest_days: int, *args: Any, **kwargs: Any) -> None:
        """`longest_days`: for how long a vote may be open, by the coalition's rules."""
        super().__init__(*args, **kwargs)
        self._zone, self._longest = clock.zone(timezone), timedelta(days=longest_days)

    def validate_closes_on(self, field: DateField) -> None:
        """A day that can be reckoned with; what the rules ask for is the action's to say."""
        today = clock.now().astimezone(self._zone).date()
        if field.data and not today <= field.data <= today + self._longest + timedelta(days=2):
            raise ValidationError(_("Please choose a day in the coming months."))

    @property
    def closes_at(self) -> datetime:
        """The closing as a moment. Only of a valid form."""
        assert self.closes_on.data is not None
        return datetime.combine(
            self.closes_on.data, self.closes_time.data or CLOSING_HOUR, self._zone
        )


class BallotForm(CreatingForm):
    """What a project says, and why. `seen` marks what the person's projects said until then."""

    project = SelectField(_l("You vote for"), choices=[])
    choice = OneOf(
        _l("Your project's ballot"),
        [required(_l("Please choose what your project says."))],
        choices=[choice(c.value, label) for c, label in CHOICE_LABELS.items()],
    )
    reason = Text(_l("Reason"), [at_most(LONGEST_REASON)])
    named = BooleanField(_l("With a serious objection, name our project"))
    mandate = Line(_l("Who gave the mandate (optional)"), [at_most(LONGEST_MANDATE)])
    file_1 = Upload(_l("A file that shows it (optional)"), render_kw={"accept": ACCEPT})
    without_file = BooleanField(_l("Take away the file that is there"))
    language = LanguageField(_l("You write in"))
    seen = HiddenField()

    def __init__(self, projects: Collection[MemberName], *args: Any, **kwargs: Any) -> None:
        """`projects` are those the person speaks for; a single one is not asked for."""
        super().__init__(*args, **kwargs)
        offer_projects(self, projects)

    def validate_reason(self, field: Text) -> None:
        """Whoever disagrees or objects says why."""
        if self.choice.data in NEEDS_REASON and not field.data:
            raise ValidationError(_("Please say why: who disagrees or objects gives a reason."))


class AssistedForm(BallotForm):
    """What a delegate said by phone or on paper: whose seat, who said it, and how."""

    instructed = SelectField(
        _l("Whose ballot, and on whose word"),
        [required(_l("Please choose the delegate who said it."))],
        choices=[],
    )
    how = OneOf(
        _l("How they said it"),
        [required(_l("Please choose how they said it."))],
        choices=[
            choice(AssistedHow.PHONE.value, _l("By phone")),
            choice(AssistedHow.PAPER.value, _l("On paper, signed")),
        ],
    )

    def __init__(self, speakers: dict[str, str], *args: Any, **kwargs: Any) -> None:
        """`speakers` holds, as "project:person", who speaks for which seat, and their names."""
        super().__init__((), *args, **kwargs)
        del self.seen  # the delegate looks at what is recorded, and confirms it
        self.choice.label.text = _("What that project says")
        self.named.label.text = _("With a serious objection, name that project")
        nobody = choice("", _("Choose who said it"))  # one forgotten choice is nobody's ballot
        self.instructed.choices = [nobody, *(choice(key, name) for key, name in speakers.items())]


class SeatForm(CreatingForm):
    """A button about one project's seat, with the place of the ballot that was shown."""

    project = HiddenField()
    seq = VersionField()


class ObjectionAnswerForm(CreatingForm):
    """The proposer's written answer to a serious objection."""

    project = HiddenField()
    seen = HiddenField()  # which answer stood when it was opened
    answer = Text(_l("Your answer"), [required(), at_most(LONGEST_REASON)])
    language = LanguageField(_l("You write in"))


class ConsentForm(CreatingForm):
    """Whether a project is named with its objection."""

    project = HiddenField()
    named = BooleanField(_l("Name our project with this objection"))
