"""The rules of a coalition: what each does, how it came to be so, and changing them."""

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from forum.coalition.actions import rules as actions
from forum.coalition.bounds import GROUPS
from forum.coalition.forms.rules import RulesForm, WishForm
from forum.coalition.models import RulesWish
from forum.coalition.policy import rules as policy
from forum.coalition.queries import members
from forum.coalition.queries import rules as queries
from forum.coalition.rows import CoalitionRow
from forum.coalition.rule_words import bounds_words, rule_help, rule_name, rule_value
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import inside_or_404
from forum.lib.permission import require
from forum.spaces import Viewer
from forum.web.answer import answer
from forum.web.guard import filled_at, signed_in
from forum.web.locale import gettext as _

_WORDS: dict[str, Any] = {
    "groups": GROUPS,
    "rule_name": rule_name,
    "rule_help": rule_help,
    "rule_value": rule_value,
    "bounds_words": bounds_words,
}


@bp.get("/coalitions/<slug>/rules")
@signed_in
def rules(slug: str) -> Response:
    """Every rule in plain words with its bounds, and every change of them; for the coalition."""
    viewer, coalition = inside_or_404(slug)
    return _rules_page(viewer, coalition)


@bp.post("/coalitions/<slug>/rules/wish/confirmation")
@filled_at("coalition.rules")
@signed_in
def confirm_rules(slug: str) -> Response:
    """Say that a change that waits is what the coalition decided: it holds from then on."""
    form, (viewer, coalition) = WishForm(), inside_or_404(slug)
    if form.accepts():
        actions.confirm_rules(viewer, coalition, form.wish.data or "")
        return answer(
            then=url_for(".rules", slug=slug),
            say=_("The rules are changed. The delegates of all member projects are told."),
        )
    return _rules_page(viewer, coalition, status=form.status)


@bp.post("/coalitions/<slug>/rules/wish/withdrawal")
@filled_at("coalition.rules")
@signed_in
def withdraw_rules(slug: str) -> Response:
    """Let go of a change that waits."""
    form, (viewer, coalition) = WishForm(), inside_or_404(slug)
    if form.accepts():
        actions.withdraw_rules(viewer, coalition, form.wish.data or "")
        return answer(
            then=url_for(".rules", slug=slug),
            say=_("The change is withdrawn. The rules stay as they are."),
        )
    return _rules_page(viewer, coalition, status=form.status)


def _rules_page(viewer: Viewer, coalition: CoalitionRow, *, status: int = 200) -> Response:
    speaks_for = members.speaks_for(viewer, coalition.id)
    waiting = queries.waiting_for_a_word(coalition)
    said = (viewer, coalition, speaks_for)
    return answer(
        "coalition/rules.html",
        status=status,
        coalition=coalition,
        waiting=waiting,
        wish_form=WishForm(wish=waiting.wish.public_id) if waiting else None,
        may_confirm=policy.can_confirm_rules(*said, waiting.wish) if waiting else None,
        may_withdraw=policy.can_withdraw_rules(*said, waiting.wish) if waiting else None,
        history=queries.history_of(coalition),
        may_change=policy.can_change_rules(viewer, coalition, speaks_for),
        **_WORDS,
    )


@bp.get("/coalitions/<slug>/rules/change")
@signed_in
def rules_form(slug: str) -> Response:
    """The form to change rules."""
    viewer, coalition = inside_or_404(slug)
    require(policy.can_change_rules(viewer, coalition, members.speaks_for(viewer, coalition.id)))
    return _form_page(viewer, coalition, _form(viewer, coalition, queries.version_of(coalition)))


@bp.post("/coalitions/<slug>/rules")
@filled_at("coalition.rules_form")
@signed_in
def change_rules(slug: str) -> Response:
    """Set the rules from now on."""
    viewer, coalition = inside_or_404(slug)
    form = _form(viewer, coalition)
    require(policy.can_change_rules(viewer, coalition, members.speaks_for(viewer, coalition.id)))
    if form.accepts():
        done = actions.change_rules(
            viewer,
            coalition,
            form.rules(coalition.rules),
            version=form.version.data or 0,
            why=form.why.data or "",
            language=form.language.data,
            decided_by=form.decided_by.data or "",
        )
        if isinstance(done, RulesWish):
            said = _("The change waits for the word of another project. Its delegate is told.")
        else:
            said = _("The rules are changed. The delegates of all member projects are told.")
        return answer(then=url_for(".rules", slug=slug), say=said)
    return _form_page(viewer, coalition, form)


def _form(viewer: Viewer, coalition: CoalitionRow, version: int | None = None) -> RulesForm:
    values = {} if version is None else {"version": version}
    return RulesForm(
        coalition.rules,
        queries.adopted_in(coalition, viewer),
        free=policy.needs_no_proposal(viewer, coalition),
        **values,
    )


def _form_page(viewer: Viewer, coalition: CoalitionRow, form: RulesForm) -> Response:
    theirs = {
        name: (rule_value(name, said), rule_value(name, form[name].data))
        for name, said in form.theirs.items()
        if name in form and form[name].data is not None and said != str(form[name].data)
    }
    return answer(
        "coalition/rules_form.html",
        block="form",
        coalition=coalition,
        form=form,
        theirs=theirs,
        free=policy.needs_no_proposal(viewer, coalition),
        status=form.status,
        **_WORDS,
    )
