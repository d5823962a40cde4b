"""The verbs of accounts, by theme. They never commit, and expect passwords already hashed."""

from forum.accounts.actions.forgetting import FORMS_KEPT, forget_kept_forms
from forum.accounts.actions.invitations import (
    INVITATION_LASTS,
    Invited,
    confirm_joining,
    invite,
    join,
    renew_invitation,
    revoke_invitation,
)
from forum.accounts.actions.keeping import (
    ADDRESS_LINK_LASTS,
    ask_for_address,
    change_password,
    confirm_address,
    edit_profile,
    renew_hash,
    set_locale,
    sign_out_everywhere,
    write_again,
)
from forum.accounts.actions.resets import (
    HANDED_LINK_LASTS,
    MAILED_LINK_LASTS,
    Issued,
    issue_reset_link,
    mail_reset_link,
    reset_password,
)
from forum.accounts.actions.sessions import (
    SESSION_LASTS,
    SHARED_LASTS,
    begin_session,
    end_session,
    forget_ended_sessions,
)
from forum.accounts.actions.standing import (
    LONGEST_SUSPENSION,
    change_side,
    make_operator,
    restore,
    suspend,
    suspend_until,
)

__all__ = [
    "ADDRESS_LINK_LASTS",
    "FORMS_KEPT",
    "HANDED_LINK_LASTS",
    "INVITATION_LASTS",
    "LONGEST_SUSPENSION",
    "MAILED_LINK_LASTS",
    "SESSION_LASTS",
    "SHARED_LASTS",
    "Invited",
    "Issued",
    "ask_for_address",
    "begin_session",
    "change_password",
    "change_side",
    "confirm_address",
    "confirm_joining",
    "edit_profile",
    "end_session",
    "forget_ended_sessions",
    "forget_kept_forms",
    "invite",
    "issue_reset_link",
    "join",
    "mail_reset_link",
    "make_operator",
    "renew_hash",
    "renew_invitation",
    "reset_password",
    "restore",
    "revoke_invitation",
    "set_locale",
    "sign_out_everywhere",
    "suspend",
    "suspend_until",
    "write_again",
]
