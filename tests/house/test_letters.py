"""Who sees what in letters: everybody was once told of everything, and is written to now."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from forum.accounts.models import Person
from forum.db import db
from forum.lib import clock
from forum.mail.models import Letter
from forum.notifications import actions
from forum.notifications.kinds import Matter, Pace
from forum.notifications.models import LetterPlan, Notification
from tests.house.cases.notifications import told_of_everything
from tests.house.test_matrix import _not_for
from tests.people import ROLES


@pytest.mark.parametrize("pace", [Pace.AT_ONCE, Pace.DAILY])
def test_no_letter_holds_what_its_reader_may_not_see(app, world, clock_at, pace):
    told_of_everything(world)
    tomorrow = (clock.now() + timedelta(days=1)).replace(hour=7, minute=0)
    paces = {str(one): pace for one in Matter}
    for person_id in db.session.scalars(select(Person.id)):
        db.session.add(LetterPlan(person_id=person_id, next_at=tomorrow, **paces))
    db.session.execute(update(Notification).values(personal_at=Notification.told_at))
    db.session.execute(update(Person).values(timezone="UTC"))
    db.session.commit()
    clock_at(tomorrow + timedelta(minutes=1))
    for _round in range(9):
        actions.write_notices()
    for _round in range(3):
        actions.write_summaries()
    roles = {getattr(world.cast, role).id: role for role in ROLES[1:]}
    seen = {}
    for letter in db.session.scalars(select(Letter)):
        role = roles.get(letter.person_id)
        if role is None:
            continue
        said = letter.subject + letter.text + letter.html
        assert _not_for(role, said) == [], (role, letter.kind)
        seen.setdefault(role, set()).add(letter.kind)
    kind = "notice" if pace is Pace.AT_ONCE else "summary"
    assert {role for role, kinds in seen.items() if kind in kinds} == set(ROLES[1:])
    assert "zqcoalition" in "".join(
        letter.text
        for letter in db.session.scalars(select(Letter).filter_by(person_id=world.cast.member.id))
    )
    assert db.session.scalar(select(func.count(Letter.id))) > len(ROLES)
