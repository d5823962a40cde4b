"""The certifier's side: acknowledging, answering, telling how far a commitment is."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup
from wtforms import DateField, Field, FieldList, FormField, HiddenField
from wtforms import Form as PlainForm
from wtforms.validators import Optional, ValidationError

from forum.coalition import wording
from forum.coalition.lifecycle import CommitmentStatus, ResponseOutcome, ReviewVerdict, Route
from forum.coalition.models.responses import LONGEST_ADDRESS
from forum.lib import markup
from forum.web.forms import (
    CreatingForm,
    LanguageField,
    Line,
    Markdown,
    OneOf,
    Text,
    VersionField,
    at_most,
    choice,
    required,
)
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

MOST_DOCUMENTS = 12  # cited in one answer
LONGEST_DOCUMENT = 300
LONGEST_SECTION = 200
MOST_COMMITMENTS = 12  # in one answer: more would not be followed up
LONGEST_COMMITMENT = 1_000
LONGEST_OWNER = 120
LONGEST_NOTE = 4_000
FARTHEST_COMMITMENT = timedelta(days=3_653)  # ten years: a later day is a slip of the pen

_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+|/[a-z][^\s]*")  # elsewhere, or in this forum
_FIRST_STATUS = CommitmentStatus.IN_PROGRESS


def _choices(words: dict[Any, str]) -> list[Any]:
    return [choice(kind.value, word) for kind, word in words.items()]


class AcknowledgementForm(CreatingForm):
    """Receipt, and which body will answer."""

    route = OneOf(_l("Who will answer?"), [required(_l("Please choose who will answer."))])
    language = LanguageField(_l("Language"))

    def __init__(self, days: dict[Route, date], timezone: str, *args: Any, **kwargs: Any) -> None:
        """`days` says until when each route has to answer, in the coalition's `timezone`."""
        kwargs.setdefault("route", Route.SECRETARIAT.value)
        super().__init__(*args, **kwargs)
        self.route.choices = _choices(
            {route: wording.route_until(route, due, timezone) for route, due in days.items()}
        )


def _in_row(number: int, field: Field, error: str, *, document: bool = False) -> Markup:
    """What is wrong at a line of a list, for the summary on top: it leads to the field."""
    told = {"number": number, "label": field.label.text, "error": error}
    if document:
        said = _("Document %(number)s, “%(label)s”: %(error)s", **told)
    else:
        said = _("Commitment %(number)s, “%(label)s”: %(error)s", **told)
    return Markup('<a href="#{}">{}</a>').format(field.id, said)


class DocumentFields(PlainForm):
    """One document cited; a wholly empty one is left out."""

    title = Line(_l("Document"), [at_most(LONGEST_DOCUMENT)])
    section = Line(_l("Section or page"), [at_most(LONGEST_SECTION)])
    link = Line(_l("Where it can be read: an address"), [at_most(LONGEST_ADDRESS)])

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was filled in."""
        return not (self.title.data or self.section.data or self.link.data)

    def validate_title(self, field: Line) -> None:
        """A document has a name, whatever else is said of it."""
        if not field.data and not self.is_empty:
            raise ValidationError(_("Please write which document it is."))

    def validate_link(self, field: Line) -> None:
        """An address that can be followed."""
        if field.data and not _ADDRESS.fullmatch(field.data):
            raise ValidationError(_("Please write a whole address, such as https://example.org/."))


class CommitmentFields(PlainForm):
    """One line of commitments; a wholly empty one is left out."""

    text = Text(_l("What will be done"), [at_most(LONGEST_COMMITMENT)])
    owner_role = Line(_l("Who sees to it (a role, not a name)"), [at_most(LONGEST_OWNER)])
    due_on = DateField(_l("Until when"), [Optional()])

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was filled in."""
        typed = any(raw.strip() for raw in self.due_on.raw_data or [])
        return not (self.text.data or self.owner_role.data or self.due_on.data or typed)


class Rows(FieldList):  # type: ignore[type-arg]  # generic for the stubs only
    """A list whose rows are told apart by small numbers; fields of other names are not its own."""

    @property
    def may_grow(self) -> bool:
        """Whether there is room for another row."""
        return len(self) < (self.max_entries or 0)

    def grow(self) -> None:
        """Add an empty row, if there is room."""
        if self.may_grow:
            self.append_entry()

    def drop(self, index: int) -> None:
        """Take one row away."""
        if 0 <= index < len(self.entries):
            del self.entries[index]

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        found = re.compile(re.escape(prefix) + r"-([0-9]{1,3})(?:-|$)")
        return (int(match[1]) for match in map(found.match, formdata) if match)


class AnsweringForm(CreatingForm):
    """What an answer and its correction share: the documents they cite."""

    documents = Rows(FormField(DocumentFields), max_entries=MOST_DOCUMENTS)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it fits; what is wrong with a document is told on top too."""
        fits = bool(super().validate(extra_validators))
        for number, row in enumerate(self.documents, start=1):
            for field in row.form:
                self.form_errors += [
                    _in_row(number, field, error, document=True) for error in field.errors
                ]
        return fits

    def cited(self) -> list[DocumentFields]:
        """The documents that say something."""
        return [row.form for row in self.documents if not row.form.is_empty]


class ResponseForm(AnsweringForm):
    """An official response being prepared: saved it may be incomplete, published it may not."""

    outcome = OneOf(
        _l("Answer to what is asked"), [Optional()], filters=[lambda value: (value or "").strip()]
    )
    reasons = Markdown(_l("Reasons"), [at_most(markup.LONGEST)])
    language = LanguageField(_l("You write in"))
    commitments = Rows(FormField(CommitmentFields), max_entries=MOST_COMMITMENTS)
    notes = Text(_l("Internal notes, never published"), [at_most(markup.LONGEST)])
    version = VersionField(default=0)

    def __init__(self, today: date, *args: Any, publishing: bool = False, **kwargs: Any) -> None:
        """`today` is the coalition's; `publishing` asks for all that an answer needs."""
        super().__init__(*args, **kwargs)
        self._today, self._publishing = today, publishing
        self.outcome.choices = _choices({o: wording.outcome_word(o) for o in ResponseOutcome})

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it can be saved or, when publishing, published."""
        fits = bool(super().validate(extra_validators))
        if self._publishing:
            fits = self._is_complete() and fits
        for number, row in enumerate(self.commitments, start=1):
            for field in row.form:
                self.form_errors += [_in_row(number, field, error) for error in field.errors]
        return fits

    def filled(self) -> list[CommitmentFields]:
        """The commitments that hold something."""
        return [row.form for row in self.commitments if not row.form.is_empty]

    def _is_complete(self) -> bool:
        missing: list[tuple[Field, str]] = []
        if not self.outcome.data:
            missing.append((self.outcome, _("Please choose the answer.")))
        if not self.reasons.data:
            missing.append(
                (self.reasons, _("Please write the reasons: an answer always has them."))
            )
        for row in self.filled():
            if not row.text.data:
                missing.append((row.text, _("Please write what will be done.")))
            if not row.owner_role.data:
                missing.append((row.owner_role, _("Please write who sees to it.")))
            if row.due_on.data is None:
                if not row.due_on.errors:
                    missing.append((row.due_on, _("Please choose a day, such as 2027-03-31.")))
            elif not self._today <= row.due_on.data <= self._today + FARTHEST_COMMITMENT:
                missing.append((row.due_on, _("Please choose a day from today on.")))
        for field, message in missing:
            field.errors = [*field.errors, message]
        return not missing


class ReviewForm(CreatingForm):
    """What a second one of the staff says of a draft. `version` is the one they read."""

    verdict = OneOf(
        _l("Can it be published as it is?"), [required(_l("Please choose one of them."))]
    )
    note = Text(_l("What is to be changed, or what you looked at"), [at_most(LONGEST_NOTE)])
    version = VersionField(default=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verdict.choices = _choices(
            {
                ReviewVerdict.APPROVED: _("Yes, it can be published"),
                ReviewVerdict.RETURNED: _("No, it goes back to who wrote it"),
            }
        )

    def validate_note(self, field: Text) -> None:
        """What goes back goes back with what is to be changed."""
        if self.verdict.data == ReviewVerdict.RETURNED and not field.data:
            raise ValidationError(_("Please say what is to be changed."))


class CorrectionForm(AnsweringForm):
    """A correction of what was answered. `corrects` names the answer the person saw."""

    outcome = OneOf(_l("Answer to what is asked"), [required(_l("Please choose the answer."))])
    reasons = Markdown(
        _l("Reasons"),
        [
            required(_l("Please write the reasons: an answer always has them.")),
            at_most(markup.LONGEST),
        ],
    )
    language = LanguageField(_l("You write in"))
    corrects = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = _choices({o: wording.outcome_word(o) for o in ResponseOutcome})


class CommitmentUpdateForm(CreatingForm):
    """How far a commitment is now."""

    standing = OneOf(
        _l("Where it stands"), [required(_l("Please choose where it stands."))], name="status"
    )
    note = Text(_l("What was done"), [at_most(LONGEST_NOTE)])
    evidence = Line(_l("What shows it: an address"), [at_most(LONGEST_ADDRESS)])
    due_on = DateField(_l("Until when"), [Optional()])
    language = LanguageField(_l("You write in"))
    version = VersionField()  # how many steps were told

    def __init__(self, today: date, due_on: date, *args: Any, **kwargs: Any) -> None:
        """`today` is the coalition's, `due_on` the day the commitment has now."""
        kwargs.setdefault("standing", _FIRST_STATUS.value)
        super().__init__(*args, due_on=due_on, **kwargs)
        self._today, self._due_on = today, due_on
        self.standing.choices = _choices({s: wording.commitment_word(s) for s in CommitmentStatus})

    def validate_note(self, field: Text) -> None:
        """What is dropped is dropped for a reason."""
        if self.standing.data == CommitmentStatus.DROPPED and not field.data:
            raise ValidationError(_("Please say why it was dropped."))

    def validate_evidence(self, field: Line) -> None:
        """An address that can be followed."""
        if field.data and not _ADDRESS.fullmatch(field.data):
            raise ValidationError(_("Please write a whole address, such as https://example.org/."))

    def validate_due_on(self, field: DateField) -> None:
        """A new day is not past, and not a slip of the pen."""
        if field.data is None or field.data == self._due_on:
            return
        if not self._today <= field.data <= self._today + FARTHEST_COMMITMENT:
            raise ValidationError(_("Please choose a day from today on."))
