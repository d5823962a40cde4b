"""The forms of projects and experts: shape and wording."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from forum.accounts.forms import Address, mail_address
from forum.accounts.policy import is_of_projects
from forum.accounts.sides import Side
from forum.accounts.wording import side_word
from forum.directory.models import Lifecycle, ProjectRole
from forum.lib.languages import WRITTEN
from forum.lib.slugs import fold
from forum.web.forms import (
    CreatingForm,
    Form,
    LanguageField,
    Line,
    Text,
    VersionField,
    at_most,
    choice,
    required,
)
from forum.web.locale import LANGUAGES, current_locale
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

LONGEST_SUMMARY = 3_000  # characters: a card, not a report
LONGEST_ABOUT = 3_000
MOST_AT_ONCE = 20  # asks that one person can answer
MOST_CHOSEN = 60  # of topics, languages or countries: more says nothing
LATIN_AMERICA = {  # the countries of UN M49's region 419, offered to experts beside the projects'
    "AR", "BO", "BR", "BZ", "CL", "CO", "CR", "CU", "DO", "EC", "GT", "GY", "HN", "HT", "JM",
    "MX", "NI", "PA", "PE", "PY", "SR", "SV", "TT", "UY", "VE",
}  # fmt: skip

LIFECYCLE = {
    Lifecycle.PIN_PREPARATION: _l("Preparing its project idea note (PIN)"),
    Lifecycle.PIPELINE: _l("In the pipeline"),
    Lifecycle.PDD_REVIEW: _l("Its project design document (PDD) is being reviewed"),
    Lifecycle.IN_VALIDATION: _l("In validation (first audit)"),
    Lifecycle.CERTIFIED: _l("Certified"),
    Lifecycle.IN_VERIFICATION: _l("In verification (audit of results)"),
    Lifecycle.INACTIVE: _l("Inactive"),
}


class MultipleChecksField(SelectMultipleField):
    """Several of a list, as check boxes; choices in a dict of dicts are shown in groups."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def web_address(_form: Any, field: Any) -> None:
    """Refuse, in a field that may be empty, what is no address of the web."""
    if not field.data:
        return
    try:
        parts = urlsplit(field.data)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in field.data
    except ValueError:
        fits = False
    if not fits:
        raise ValidationError(_("Please write a whole address, such as https://example.org/page."))


def few(_form: Any, field: Any) -> None:
    """Refuse more choices than anybody means."""
    if len(field.data or ()) > MOST_CHOSEN:
        raise ValidationError(_("Please choose fewer of these."))


class ProjectFields(Form):
    """What the two forms of a project's card share."""

    name = Line(_l("Name"), [required(), at_most(120)])
    aliases = Line(
        _l("Other names"),
        [at_most(300)],
        description=_l("Other spellings people use, with commas between."),
    )
    country = SelectField(_l("Country"))
    coordinator = Line(_l("Coordinating organisation"), [at_most(200)])
    lifecycle = SelectField(
        _l("Where it is on the way to certification"),
        coerce=lambda value: Lifecycle(value) if value else None,
    )
    summary = Text(
        _l("In short"),
        [Optional(), at_most(LONGEST_SUMMARY)],
        description=_l("Where, who and what. Plain text; everyone can read it."),
        render_kw={"rows": 7},
    )
    language = LanguageField(_l("Language of this text"))
    source_url = Line(
        _l("Where this can be checked"),
        [at_most(300), web_address],
        description=_l("The address of a public page about the project."),
    )

    def offer(self) -> None:
        """Fill the lists to choose from."""
        self.country.choices = all_countries()
        self.lifecycle.choices = [
            ("", _("Not known")),
            *((value.value, word) for value, word in LIFECYCLE.items()),
        ]

    def card(self) -> dict[str, Any]:
        """What was filled in, as the actions take it."""
        names = (one.strip() for one in (self.aliases.data or "").split(","))
        return {
            "name": self.name.data,
            "aliases": [name for name in names if name],
            "country": self.country.data,
            "coordinator": self.coordinator.data or "",
            "lifecycle": self.lifecycle.data,
            "summary": self.summary.data or "",
            "language": self.language.data,
            "source_url": self.source_url.data or "",
        }


class NewProjectForm(ProjectFields, CreatingForm):
    """Add a project."""

    region = SelectField(_l("Region"))


class ProjectForm(ProjectFields):
    """Change a project's card."""

    version = VersionField()


class ProfileForm(Form):
    """An expert's own profile."""

    about = Text(
        _l("What you know, and what you answer"),
        [required(), at_most(LONGEST_ABOUT)],
        description=_l("Say also what you do not answer. Do not write prices or buyers."),
        render_kw={"rows": 8},
    )
    language = LanguageField(_l("Language of this text"))
    topics = MultipleChecksField(_l("Topics"), [few])
    languages = MultipleChecksField(_l("Languages you answer in"), [few])
    countries = MultipleChecksField(_l("Countries you know"), [few])
    available = BooleanField(
        _l("I am available for questions"), description=_l("Untick it when you have no time.")
    )
    capacity = IntegerField(
        _l("How many asks can you take at once?"),
        [
            Optional(),
            NumberRange(0, MOST_AT_ONCE, _l("Please give a number between 0 and 20.")),
        ],
        default=2,
        description=_l("An ask is a project’s request for your help. 0 means: not now."),
    )
    audits = BooleanField(
        _l("I carry out audits"),
        description=_l(
            "Tick it if you work for a validation and verification body (VVB) or as an "
            "Independent Expert. It is shown beside your name."
        ),
    )
    audited = MultipleChecksField(
        _l("Projects you audit, or may audit"),
        [few],
        description=_l(
            "You are not proposed to them, and you do not write in the conversations they begin."
        ),
    )
    version = VersionField()

    def offer(
        self,
        topics: Mapping[str, list[tuple[str, str]]],
        countries: Iterable[str],
        projects: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Fill the lists to choose from; topics in their groups."""
        self.topics.choices = {group: dict(some) for group, some in topics.items()}
        self.languages.choices = dict(WRITTEN)
        self.audited.choices = {_("Projects"): dict(projects)}
        near = set(countries)
        self.countries.choices = {
            _("Where the projects are"): dict(named_countries(near)),
            _("Other countries of Latin America"): dict(named_countries(LATIN_AMERICA - near)),
        }

    def profile(self) -> dict[str, Any]:
        """What was filled in, as the action takes it."""
        return {
            "about": self.about.data,
            "language": self.language.data,
            "topics": self.topics.data or [],
            "languages": self.languages.data or [],
            "countries": self.countries.data or [],
            "available": self.available.data,
            "audits": self.audits.data,
            "capacity": 2 if self.capacity.data is None else self.capacity.data,
            "audited": self.audited.data or [],
        }


ROLES = {ProjectRole.MEMBER: _l("Member"), ProjectRole.COORDINATOR: _l("Coordinator")}


class InvitationFields(CreatingForm):
    """What the two forms of an invitation share."""

    name = Line(_l("Name"), [at_most(120)], description=_l("As you know this person."))
    email = Address(
        _l("E-mail address"),
        [Optional(), at_most(254), mail_address],
        description=_l(
            "Leave it empty for somebody without e-mail: you get a link to hand over, "
            "on paper or in a chat."
        ),
    )
    locale = SelectField(
        _l("Language of the invitation"), choices=dict(LANGUAGES), default=current_locale
    )

    def invitation(self) -> dict[str, Any]:
        """What was filled in, as the action takes it."""
        return {
            "email": self.email.data or None,
            "name": self.name.data or "",
            "locale": self.locale.data,
        }


class ProjectInvitationForm(InvitationFields):
    """Invite somebody into a project."""

    role = SelectField(
        _l("Role in the project"),
        description=_l("Coordinators change the card and say who belongs to the project."),
    )

    def offer(self, roles: Iterable[ProjectRole]) -> None:
        """Fill the list of roles."""
        self.role.choices = [choice(role, ROLES[role]) for role in roles]


class InvitationForm(InvitationFields):
    """Invite somebody to a task, of a project or without one."""

    first_asked = ("side", "project", "role")
    side = SelectField(_l("Task here"))
    project = SelectField(_l("Project"), description=_l("Only for somebody of a project."))
    role = SelectField(
        _l("Role in the project"),
        choices=[choice(role, word) for role, word in ROLES.items()],
        description=_l("Only for somebody of a project."),
    )

    def offer(self, sides: Iterable[Side], projects: Iterable[tuple[str, str]]) -> None:
        """Fill the lists to choose from; without projects nothing is asked of one."""
        self.side.choices = [choice(side, side_word(side)) for side in sides]
        self.project.choices = [choice("", _("None")), *(choice(*one) for one in projects)]
        if len(self.project.choices) == 1:
            del self.project, self.role

    def validate_project(self, field: Any) -> None:
        """Somebody of a project is invited into one."""
        if is_of_projects(self.side.data) and not field.data:
            raise ValidationError(_("Please choose the project this person belongs to."))

    def invitation(self) -> dict[str, Any]:
        """What was filled in, as the action takes it."""
        return {**super().invitation(), "side": Side(self.side.data)}


class RoleForm(Form):
    """Coordinator, or member."""

    role = SelectField(_l("Role"), choices=[choice(role, word) for role, word in ROLES.items()])


def all_countries() -> list[tuple[str, str]]:
    """Every country's code and name in the reader's language, by name."""
    return named_countries(code for code in _territories() if len(code) == 2 and code.isalpha())


def named_countries(codes: Iterable[str]) -> list[tuple[str, str]]:
    """These countries with their names in the reader's language, by name."""
    names = _territories()
    pairs = [(code, str(names[code])) for code in codes if code in names and code not in _NO_LAND]
    return sorted(pairs, key=lambda pair: fold(pair[1]))


_NO_LAND = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})  # CLDR's, no countries


def _territories() -> Any:
    return Locale.parse(current_locale()).territories
