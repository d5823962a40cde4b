"""The four levels of visibility (DOMAIN section 3)."""

from enum import StrEnum


class SpaceKind(StrEnum):
    """Who sees: everyone; everyone signed in but observers; one coalition; the certifier."""

    PUBLIC = "public"
    NETWORK = "network"
    COALITION = "coalition"
    STAFF = "staff"


OPEN_TO_SIDE: dict[str, frozenset[SpaceKind]] = {
    "member": frozenset({SpaceKind.PUBLIC, SpaceKind.NETWORK}),
    "facilitator": frozenset({SpaceKind.PUBLIC, SpaceKind.NETWORK}),
    "expert": frozenset({SpaceKind.PUBLIC, SpaceKind.NETWORK}),
    "staff": frozenset({SpaceKind.PUBLIC, SpaceKind.NETWORK, SpaceKind.STAFF}),
    "observer": frozenset({SpaceKind.PUBLIC}),
}
SIGNED_OUT = frozenset({SpaceKind.PUBLIC})
AUDITING_SIDES = frozenset({"expert"})  # who may name projects that they audit
COALITION_SIDES = frozenset({"member", "facilitator"})  # never staff, never by the operator's flag
