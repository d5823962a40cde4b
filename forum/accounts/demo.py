"""The accounts a demonstration offers (PRODUCT section 4). Elsewhere they are refused."""

from forum.web.locale import lazy_gettext as _l

PASSWORD = "demo-intercambio"  # noqa: S105  # printed on the sign-in page of a demonstration

ACCOUNTS = {
    "delegate@ceiba.example": _l("Delegate of Proyecto Ceiba"),
    "technician@ceiba.example": _l("Technician of Proyecto Ceiba"),
    "delegate@encinos.example": _l("Delegate of Cooperativa Los Encinos"),
    "delegate@yerbaalta.example": _l("Delegate of Yerba Alta"),
    "delegate@rioclaro.example": _l("Delegate of Río Claro"),
    "delegate@sierranueva.example": _l("Delegate of Sierra Nueva"),
    "delegate@tierramansa.example": _l("Delegate of Tierra Mansa"),
    "facilitator@coalition.example": _l("Facilitator of the exchange"),
    "official@planvivo.example": _l("Staff of %(body)s"),
    "expert@experts.example": _l("Expert"),
    "observer@donors.example": _l("Observer of a donor"),
    "operator@host.example": _l("Operator of the server"),
}


def in_words(body: str) -> dict[str, str]:
    """Address and role in words of each account; `body` is the standard body's name."""
    return {email: str(word) % {"body": body} for email, word in ACCOUNTS.items()}
