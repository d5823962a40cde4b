"""Named places that higher rooms fill at start. The arrow still points down."""

from collections.abc import Callable

_namers: list[Callable[[int], str]] = []


def name_projects_with(namer: Callable[[int], str]) -> None:
    """Register how a project's inner id becomes its name, for invitations."""
    _namers[:] = [namer]


def project_name(project_id: int | None) -> str:
    """The project's name; empty for none, and while no room knows projects."""
    return _namers[0](project_id) if project_id is not None and _namers else ""
