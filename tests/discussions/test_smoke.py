from tests.factories import discussions as make


def test_pages(app, cast, sign_in, db_session):
    t = make.thread(cast.member, topics=["fire"])
    p = make.post(cast.neighbour, t, kind="solution")
    make.post(cast.member, t, parent=p)
    db_session.commit()
    for who in ("member", "neighbour", "facilitator", "staff", "expert"):
        c = sign_in(getattr(cast, who))
        for url in (
            "/exchanges/americas/stages/1", "/challenges", "/solutions", "/topics/fire", "/topics/land-plans",
            f"/threads/{t.public_id}", f"/threads/{t.public_id}/posts/new", f"/threads/{t.public_id}/posts/new?kind=solution",
            "/exchanges/americas/stages/1/threads/new", f"/posts/{p.public_id}/revisions",
        ):
            r = c.get(url)
            assert r.status_code == 200, (who, url, r.text[-500:])
