"""The forms of exchanges, stages, sessions and outcomes: shape and wording."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from babel.core import get_global
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
)
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from forum.accounts import wording as accounts
from forum.accounts.wording import zone_word
from forum.directory.forms import MultipleChecksField, web_address
from forum.exchanges.actions import Words
from forum.exchanges.models import LONGEST_NOTE, LONGEST_REASON, LONGEST_TITLE
from forum.lib import clock, markup
from forum.web.forms import (
    CreatingForm,
    Form,
    LanguageField,
    Line,
    Markdown,
    Text,
    VersionField,
    at_most,
    choice,
    required,
)
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l
from forum.web.locale import timezone

MOST_STAGES = 9
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)  # beyond these a year is a slip of the hand
LONGEST_SESSION = 12 * 60  # minutes
_KNOWN_ZONES = frozenset((*accounts.LATIN_AMERICA, *accounts.ELSEWHERE))
ELSEWHERE = ("America/Guatemala", "Europe/London", "UTC")  # zones offered beside the region's


def four_stages() -> str:
    """The titles of a new exchange's stages, a line each, in the reader's language."""
    return "\n".join(
        (
            _("Share experiences"),
            _("Identify challenges and opportunities"),
            _("Find solutions and experts"),
            _("Propose and follow up"),
        )
    )


def _sensible(_form: Any, field: Any) -> None:
    day = field.data.date() if isinstance(field.data, datetime) else field.data
    if day is not None and not EARLIEST <= day <= LATEST:
        raise ValidationError(_("Please check the year."))


class NewExchangeForm(CreatingForm):
    """A new exchange with its stages."""

    region = SelectField(_l("Region"))
    title = Line(_l("Title"), [required(), at_most(LONGEST_TITLE)])
    purpose = Markdown(
        _l("What it is for"),
        [required(), at_most(markup.LONGEST)],
        render_kw={"rows": 6},
    )
    language = LanguageField(_l("Language of this text"))
    stages = Text(
        _l("Stages"),
        [required()],
        description=_l("One title a line, in order. You describe each stage afterwards."),
        render_kw={"rows": 4},
    )
    opens_at = DateField(
        _l("First day of the first stage"),
        [InputRequired(), _sensible],
        description=_l("Each stage lasts eight weeks until you change its dates."),
    )

    @property
    def stage_titles(self) -> list[str]:
        """The titles, one a line."""
        return [line.strip() for line in (self.stages.data or "").splitlines() if line.strip()]

    def validate_stages(self, _field: Any) -> None:
        """A few stages with titles that fit."""
        if not 1 <= len(self.stage_titles) <= MOST_STAGES:
            raise ValidationError(_("Please give between 1 and %(most)d stages.", most=MOST_STAGES))
        if any(len(title) > LONGEST_TITLE for title in self.stage_titles):
            raise ValidationError(_("At most %(max)d characters, please.", max=LONGEST_TITLE))


class ExchangeForm(Form):
    """What an exchange says of itself."""

    title = Line(_l("Title"), [required(), at_most(LONGEST_TITLE)])
    purpose = Markdown(
        _l("What it is for"), [required(), at_most(markup.LONGEST)], render_kw={"rows": 10}
    )
    language = LanguageField(_l("Language of this text"))
    version = VersionField()


class StageForm(Form):
    """A stage's words and dates."""

    title = Line(_l("Title"), [required(), at_most(LONGEST_TITLE)])
    purpose = Markdown(
        _l("What it is for"), [Optional(), at_most(markup.LONGEST)], render_kw={"rows": 6}
    )
    opens_at = DateField(_l("First day"), [InputRequired(), _sensible])
    closes_at = DateField(
        _l("Last day"),
        [Optional(), _sensible],
        description=_l("People can write until the end of this day. Empty: no end yet."),
    )
    version = VersionField()


class OpenStageForm(Form):
    """Until when a stage is opened."""

    closes_at = DateField(
        _l("Last day"),
        [Optional(), _sensible],
        description=_l("People can write until the end of this day. Empty: no end yet."),
    )


class CloseStageForm(Form):
    """Why a stage is closed."""

    reason = Text(
        _l("Why it closes"),
        [required(), at_most(LONGEST_REASON)],
        description=_l(
            "One sentence. Everyone reads it where the form for writing was. On the next page you"
            " choose which open challenges and questions go on in another stage."
        ),
        render_kw={"rows": 3},
    )


class SessionFields(Form):
    """What a session's two forms share; times are local to the zone chosen."""

    title = Line(_l("Title"), [required(), at_most(LONGEST_TITLE)])
    stage = SelectField(_l("Stage"), coerce=int)
    starts_at = DateTimeLocalField(
        _l("Begins on"),
        [InputRequired(), _sensible],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    timezone = SelectField(
        _l("Time zone of that hour"),
        description=_l("Everyone reads the hour in their own zone; this one is named beside it."),
    )
    minutes = IntegerField(
        _l("Length in minutes"),
        [InputRequired(), NumberRange(5, LONGEST_SESSION)],
        default=90,
    )
    join_url = Line(
        _l("Link to join"),
        [at_most(500), web_address],
        description=_l("Only people who are signed in see it."),
    )
    agenda = Markdown(_l("Agenda"), [Optional(), at_most(markup.LONGEST)], render_kw={"rows": 8})
    language = LanguageField(_l("Language of this text"))
    source_url = Line(
        _l("Where it is reported"),
        [at_most(300), web_address],
        description=_l("The address of an article, if the session is reported in one."),
    )
    source_note = Line(_l("Note on the source"), [at_most(LONGEST_NOTE)])

    def offer(
        self, stages: Iterable[tuple[int, str]], *, used: Iterable[str], zones: Iterable[str]
    ) -> None:
        """Fill the lists to choose from; zones in use here stand first, and one's own."""
        self.stage.choices = [(number, f"{number}. {title}") for number, title in stages]
        usual = dict.fromkeys((*used, timezone()))
        others = {*zones, *ELSEWHERE} - set(usual)
        self.timezone.choices = [
            *_zone_choices(usual, _("Usual here")),
            *_zone_choices(sorted(others, key=zone_word), _("Other zones")),
        ]

    def details(self) -> dict[str, Any]:
        """What was filled in, as the actions take it."""
        assert self.starts_at.data is not None
        local = self.starts_at.data.replace(tzinfo=clock.zone(self.timezone.data))
        return {
            "stage_number": self.stage.data,
            "title": self.title.data,
            "starts_at": local.astimezone(UTC),
            "minutes": self.minutes.data,
            "timezone": self.timezone.data,
            "join_url": self.join_url.data,
            "agenda": words(self.agenda),
            "language": self.language.data,
            "source_url": self.source_url.data,
            "source_note": self.source_note.data,
        }


class NewSessionForm(SessionFields, CreatingForm):
    """Announce a session."""


class SessionForm(SessionFields):
    """Change a session."""

    version = VersionField()


class ParticipantsForm(Form):
    """Who takes part, and who of them presents."""

    projects = MultipleChecksField(_l("Projects that take part"))
    presented = MultipleChecksField(
        _l("Projects that present"),
        description=_l("Those that present take part, also if they are not ticked above."),
    )

    def offer(self, projects: Iterable[tuple[str, str]]) -> None:
        """Fill both lists with (slug, name)."""
        choices = list(projects)
        self.projects.choices = self.presented.choices = choices

    def participants(self) -> dict[str, bool]:
        """Whether each project that takes part presents, by its slug."""
        presenting = set(self.presented.data or ())
        taking_part = set(self.projects.data or ()) | presenting
        return {slug: slug in presenting for slug in sorted(taking_part)}


class OutcomeFields(Form):
    """What the two forms of an outcome share."""

    text = Markdown(
        _l("What the session came to"),
        [required(), at_most(markup.LONGEST)],
        description=_l("One outcome at a time, in a sentence or two."),
        render_kw={"rows": 4},
    )
    language = LanguageField(_l("Language of this text"))
    source_note = Line(
        _l("Where this comes from"),
        [at_most(LONGEST_NOTE)],
        description=_l("For instance an article; empty if these are the session's own minutes."),
    )


class NewOutcomeForm(OutcomeFields, CreatingForm):
    """Record an outcome."""


class OutcomeForm(OutcomeFields):
    """Change an outcome."""

    version = VersionField()


def zones_in(countries: Iterable[str]) -> list[str]:
    """The IANA zones of those countries (ISO 3166 codes), by Unicode's CLDR.

    Of a country with many zones those that an account can choose, where there are some.
    """
    territories = get_global("zone_territories")
    found = []
    for country in sorted(set(countries)):
        zones = [name for name, territory in territories.items() if territory == country]
        found += [name for name in zones if name in _KNOWN_ZONES] or zones
    return found


def _zone_choices(names: Iterable[str], group: str) -> list[Any]:
    return [choice(name, zone_word(name), group) for name in names]


def words(field: Markdown) -> Words:
    """A Markdown field's text with its HTML."""
    return Words(field.data or "", field.html)
