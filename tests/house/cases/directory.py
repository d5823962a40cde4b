"""Projects are public; people and experts are seen by whoever sees the network."""

from tests.house.routes import get, post
from tests.house.world import NETWORK

EXPERTS = frozenset({"expert", "guest"})
FACILITATES = frozenset({"facilitator"})
COORDINATES = frozenset({"facilitator", "coordinator"})
INVITES = frozenset({"facilitator", "staff", "operator"})
OF_CEIBA = frozenset({"member", "coordinator", "delegate"})
CARD = {
    "name": "Proyecto Nuevo",
    "aliases": "El Nuevo",
    "country": "GT",
    "coordinator": "Organización Nueva",
    "lifecycle": "certified",
    "summary": "Trabaja con familias campesinas.",
    "language": "es",
    "source_url": "https://example.org/proyecto",
    "version": "1",
}


def project(w):
    return {"slug": "ceiba"}


def of_project(w):
    return {"slug": "ceiba", "id": w.cast.member.public_id}


def expert(w):
    return {"id": w.expert_profile}


get("/projects")
get("/projects/<slug>", "of the coalition", project)
get("/projects/<slug>", "outside it", lambda w: {"slug": "monte-lejano"})
get("/projects/new", may=FACILITATES | {"operator"})
post(
    "/projects/new",
    may=FACILITATES | {"operator"},
    form=lambda w: {**CARD, "region": w.cast.region.slug},
)
get("/projects/<slug>/edit", args=project, may=COORDINATES)
post("/projects/<slug>/edit", args=project, may=COORDINATES, form=lambda w: CARD)
get("/projects/<slug>/members", args=project, sees=NETWORK, may=COORDINATES)
post(
    "/projects/<slug>/members/<id>/role",
    args=of_project,
    sees=NETWORK,
    may=COORDINATES,
    form=lambda w: {"role": "coordinator"},
)
post(
    "/projects/<slug>/members/<id>/departure",
    args=of_project,
    sees=NETWORK,
    may=COORDINATES | {"member"},  # it is they who leave
    repeats=True,
)
get("/experts", sees=NETWORK)
get("/experts", "asked for", sees=NETWORK, query="?topic=pin&language=es")
get("/experts/<id>", args=expert, sees=NETWORK)
get("/experts/mine", may=EXPERTS)
post(
    "/experts/mine",
    may=EXPERTS,
    form=lambda w: {
        "about": "Sé de auditorías y de costos.",
        "language": "es",
        "topics": ["audit-preparation"],
        "languages": ["es"],
        "countries": ["GT"],
        "available": "y",
        "version": "1",
    },
)
get("/people/<id>", "of a project", lambda w: {"id": w.cast.delegate.public_id}, sees=NETWORK)
get("/people/<id>", "of the staff", lambda w: {"id": w.cast.staff.public_id}, sees=NETWORK)
get("/people/<id>", "an expert", lambda w: {"id": w.cast.guest.public_id}, sees=NETWORK)


def invitation(w):
    return {"id": w.invitation.public_id}


def joining(w):
    return {"id": w.joining.public_id}


def invitation_form(w):
    return {"name": "Marta", "email": "marta@example.org", "role": "member", "locale": "es"}


get("/invitations/new", may=INVITES)
post(
    "/invitations/new",
    "an expert",
    may=INVITES - {"staff"},
    unfit=frozenset({"staff"}),  # they invite to their own side only
    form=lambda w: {**invitation_form(w), "side": "expert", "project": ""},
)
post(
    "/invitations/new",
    "staff",
    may=INVITES - {"facilitator"},
    unfit=frozenset({"facilitator"}),
    form=lambda w: {**invitation_form(w), "side": "staff", "project": ""},
)
get("/projects/<slug>/invitations", args=project, may=OF_CEIBA | {"facilitator", "operator"})
post(
    "/projects/<slug>/invitations",
    args=project,
    may=OF_CEIBA | {"facilitator", "operator"},
    form=invitation_form,
)
post(
    "/invitations/<id>/revocation",
    args=invitation,
    sees=OF_CEIBA | {"facilitator", "operator"},
)
post(
    "/invitations/<id>/renewal",
    args=invitation,
    sees=OF_CEIBA | {"facilitator", "operator"},
    may=frozenset({"member"}),
)
post("/invitations/<id>/confirmation", args=joining, sees=COORDINATES)
post(
    "/people/<id>/reset-link",
    args=lambda w: {"id": w.cast.member.public_id},
    sees=NETWORK,
    may=COORDINATES,
    repeats=True,
)
