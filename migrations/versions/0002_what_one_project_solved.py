"""Solutions with evidence, search, files, experts asked, order, being told.

SQLite cannot add a constraint to a table that stands, but it takes one along with a new column:
`_add` says both ways. What a table held stays.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateColumn

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# what finds words beside the table of them, as forum/search/index.py has it
SQLITE_SEARCH = (
    """CREATE VIRTUAL TABLE search_text USING fts5(
    tokens, content='search_entry', content_rowid='id',
    tokenize="ascii tokenchars '=~#.-_'", detail='full', columnsize=0)""",
    """CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN
    INSERT INTO search_text(rowid, tokens) VALUES (new.id, new.tokens);
END""",
    """CREATE TRIGGER search_entry_gone AFTER DELETE ON search_entry BEGIN
    INSERT INTO search_text(search_text, rowid, tokens) VALUES ('delete', old.id, old.tokens);
END""",
    """CREATE TRIGGER search_entry_changed AFTER UPDATE ON search_entry
WHEN old.tokens <> new.tokens OR old.id <> new.id BEGIN
    INSERT INTO search_text(search_text, rowid, tokens) VALUES ('delete', old.id, old.tokens);
    INSERT INTO search_text(rowid, tokens) VALUES (new.id, new.tokens);
END""",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "glossary_group",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glossary_group")),
        sa.UniqueConstraint("position", name=op.f("uq_glossary_group_position")),
    )
    op.create_table(
        "search_entry",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "post",
                "proposal",
                "project",
                "expert",
                "outcome",
                name="search_source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("space_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.Column("vector", postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("source", "object_id", name=op.f("uq_search_entry_source_object_id")),
    )
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.create_index("ix_search_entry_thread", ["thread_id", "id"], unique=False)

    op.create_table(
        "signed_in",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > created_at", name=op.f("ck_signed_in_lasts")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_signed_in_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signed_in_token_hash")),
    )
    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.create_index("ix_signed_in_ends_at", ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_signed_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("preview_key", sa.String(length=32), nullable=True),
        sa.Column("preview_bytes", sa.Integer(), nullable=True),
        sa.Column("preview_width", sa.Integer(), nullable=True),
        sa.Column("preview_height", sa.Integer(), nullable=True),
        sa.Column(
            "uploader_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(width IS NULL) = (height IS NULL) AND (width IS NULL) = (preview_key IS NULL) AND (preview_key IS NULL) = (preview_bytes IS NULL) AND (preview_key IS NULL) = (preview_width IS NULL) AND (preview_key IS NULL) = (preview_height IS NULL)",
            name=op.f("ck_stored_file_picture_or_document"),
        ),
        sa.CheckConstraint("bytes > 0", name=op.f("ck_stored_file_not_empty")),
        sa.ForeignKeyConstraint(
            ["uploader_id"], ["person.id"], name=op.f("fk_stored_file_uploader_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_file_key")),
        sa.UniqueConstraint("preview_key", name=op.f("uq_stored_file_preview_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stored_file_public_id")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stored_file_uploader_id"), ["uploader_id"], unique=False
        )

    op.create_table(
        "subscription",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "what",
            sa.Enum(
                "thread",
                "topic",
                "stage",
                "exchange",
                name="followed",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "watch", "mute", name="level", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_subscription_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint(
            "person_id", "what", "thing_id", name=op.f("uq_subscription_person_id_what_thing_id")
        ),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(
            "ix_subscription_person_id", ["person_id", "created_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_subscription_thing", ["what", "thing_id", "level", "person_id"], unique=False
        )

    op.create_table(
        "visit_mark",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_visit_mark_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_mark")),
        sa.UniqueConstraint("person_id", name=op.f("uq_visit_mark_person_id")),
    )
    op.create_table(
        "audited_project",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_audited_project_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_audited_project_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audited_project")),
        sa.UniqueConstraint(
            "person_id", "project_id", name=op.f("uq_audited_project_person_id_project_id")
        ),
    )
    with op.batch_alter_table("audited_project", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audited_project_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "arrangement",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "what",
            sa.Enum(
                "moved",
                "carried",
                "merged",
                "split_off",
                "split_from",
                name="arranged",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("path", sa.String(length=36), nullable=False),
        sa.Column("stage_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "other_thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "what IN ('moved', 'carried') OR other_thread_id IS NOT NULL",
            name=op.f("ck_arrangement_other_thread"),
        ),
        sa.ForeignKeyConstraint(
            ["other_thread_id"], ["thread.id"], name=op.f("fk_arrangement_other_thread_id_thread")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_arrangement_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["stage.id"], name=op.f("fk_arrangement_stage_id_stage")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_arrangement_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangement")),
    )
    with op.batch_alter_table("arrangement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_arrangement_other_thread_id"), ["other_thread_id"], unique=False
        )
        batch_op.create_index("ix_arrangement_thread", ["thread_id", "id"], unique=False)

    op.create_table(
        "ask",
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("to_experts", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "offered",
                "helped",
                "closed",
                name="ask_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "yes",
                "partly",
                "no",
                name="ask_verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("word", sa.String(length=1000), nullable=False),
        sa.Column(
            "closed_for",
            sa.Enum(
                "done",
                "readers",
                "merged",
                name="ask_closed_for",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_for IS NOT NULL)", name=op.f("ck_ask_closed_says_why")
        ),
        sa.CheckConstraint(
            "(status IN ('open', 'offered')) = (ended_at IS NULL)",
            name=op.f("ck_ask_ended_when_over"),
        ),
        sa.CheckConstraint(
            "status <> 'helped' OR verdict IN ('yes', 'partly')", name=op.f("ck_ask_helped_says")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_ask_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_ask_project_id_project")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_ask_space_id_space")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_ask_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ask_public_id")),
    )
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.create_index("ix_ask_asked_by_id", ["asked_by_id", "id"], unique=False)
        batch_op.create_index("ix_ask_project_id", ["project_id", "id"], unique=False)
        batch_op.create_index("ix_ask_status", ["status", "created_at", "id"], unique=False)
        batch_op.create_index("ix_ask_thread_id", ["thread_id", "id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("decorative", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "NOT decorative OR alt = ''", name=op.f("ck_attachment_decorative_has_no_words")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_attachment_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_attachment_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("file_id", name=op.f("uq_attachment_file_id")),
        sa.UniqueConstraint("post_id", "position", name=op.f("uq_attachment_post_id_position")),
    )
    op.create_table(
        "decision",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_version", sa.Integer(), nullable=False),
        sa.Column(
            "author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "personal_attack",
                "off_topic",
                "private_data",
                "prices",
                "misleading",
                "other",
                name="decision_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "for_post",
            sa.Enum(
                "kept",
                "removed",
                "restored",
                name="decision_for_post",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "for_author",
            sa.Enum(
                "nothing",
                "warned",
                "suspended",
                name="decision_for_author",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("explanation", sa.String(length=500), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("act_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(until IS NOT NULL) = (for_author = 'suspended')", name=op.f("ck_decision_until_when")
        ),
        sa.ForeignKeyConstraint(["act_id"], ["event.id"], name=op.f("fk_decision_act_id_event")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_decision_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_decision_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_decision_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("act_id", name=op.f("uq_decision_act_id")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_author_id", ["author_id", "id"], unique=False)
        batch_op.create_index("ix_decision_post_id", ["post_id", "id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "what",
            sa.Enum(
                "thread",
                "reply",
                "solution",
                "edit",
                name="draft_of",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("stage_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(what = 'thread') = (stage_id IS NOT NULL)", name=op.f("ck_draft_threads_in_stages")
        ),
        sa.CheckConstraint(
            "what <> 'edit' OR post_id IS NOT NULL", name=op.f("ck_draft_edits_a_post")
        ),
        sa.CheckConstraint(
            "what NOT IN ('reply', 'solution') OR thread_id IS NOT NULL",
            name=op.f("ck_draft_answers_a_thread"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_draft_person_id_person")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_draft_post_id_post")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_draft_stage_id_stage")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_draft_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("person_id", "place", name=op.f("uq_draft_person_id_place")),
        sa.UniqueConstraint("public_id", name=op.f("uq_draft_public_id")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index("ix_draft_saved_at", ["saved_at"], unique=False)

    op.create_table(
        "mention",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (project_id IS NULL)", name=op.f("ck_mention_one_or_the_other")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mention_person_id_person")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_mention_post_id_post")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_mention_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("post_id", "person_id", name=op.f("uq_mention_post_id_person_id")),
        sa.UniqueConstraint("post_id", "project_id", name=op.f("uq_mention_post_id_project_id")),
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_project_id"), ["project_id"], unique=False)

    op.create_table(
        "notification",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reasons", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("since_number", sa.Integer(), nullable=True),
        sa.Column("upto_number", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(since_number IS NULL) = (upto_number IS NULL)",
            name=op.f("ck_notification_numbers_together"),
        ),
        sa.CheckConstraint(
            "(thread_id IS NULL) <> (proposal_id IS NULL)",
            name=op.f("ck_notification_thread_or_proposal"),
        ),
        sa.CheckConstraint("reasons > 0", name=op.f("ck_notification_has_reason")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notification_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_notification_post_id_post")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_notification_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_notification_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint(
            "person_id", "proposal_id", name=op.f("uq_notification_person_id_proposal_id")
        ),
        sa.UniqueConstraint(
            "person_id", "thread_id", name=op.f("uq_notification_person_id_thread_id")
        ),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notification_person_id", ["person_id", "told_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_notification_read_at",
            ["read_at"],
            unique=False,
            sqlite_where=sa.text("read_at IS NOT NULL"),
            postgresql_where=sa.text("read_at IS NOT NULL"),
        )
        batch_op.create_index("ix_notification_thread_id", ["thread_id"], unique=False)
        batch_op.create_index(
            "ix_notification_unread",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

    op.create_table(
        "offer",
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("ask_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "offered",
                "accepted",
                "declined",
                "withdrawn",
                name="offer_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_guest", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name=op.f("fk_offer_ask_id_ask")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_offer_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_offer_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("ask_id", "person_id", name=op.f("uq_offer_ask_id_person_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_offer_public_id")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index("ix_offer_person_id", ["person_id", "status"], unique=False)

    op.create_table(
        "outcome_thread",
        sa.Column(
            "outcome_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcome.id"], name=op.f("fk_outcome_thread_outcome_id_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_outcome_thread_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_thread")),
        sa.UniqueConstraint(
            "outcome_id", "thread_id", name=op.f("uq_outcome_thread_outcome_id_thread_id")
        ),
    )
    with op.batch_alter_table("outcome_thread", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outcome_thread_thread_id"), ["thread_id"], unique=False
        )

    op.create_table(
        "solution_case",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.Column("cost", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_solution_case_post_id_post")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solution_case")),
        sa.UniqueConstraint("post_id", name=op.f("uq_solution_case_post_id")),
    )
    op.create_table(
        "spoken_for",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "consent",
            sa.Enum(
                "phone",
                "assembly",
                "in_person",
                "in_writing",
                "message",
                name="consent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "claimant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "confirmed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_spoken_for_named")),
        sa.CheckConstraint(
            "(claimant_id IS NULL) = (claimed_at IS NULL)",
            name=op.f("ck_spoken_for_claimed_by_someone"),
        ),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_spoken_for_confirmed_by_someone"),
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR claimant_id IS NOT NULL",
            name=op.f("ck_spoken_for_confirmed_for_someone"),
        ),
        sa.ForeignKeyConstraint(
            ["claimant_id"], ["person.id"], name=op.f("fk_spoken_for_claimant_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_spoken_for_confirmed_by_id_person")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_spoken_for_post_id_post")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_spoken_for_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spoken_for")),
        sa.UniqueConstraint("post_id", name=op.f("uq_spoken_for_post_id")),
    )
    op.create_table(
        "summary",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("answered", sa.Text(), nullable=False),
        sa.Column("still_open", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_summary_post_id_post")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_summary_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary")),
        sa.UniqueConstraint("post_id", name=op.f("uq_summary_post_id")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_summary_thread_id")),
    )
    op.create_table(
        "trial",
        sa.Column(
            "solution_post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "worked",
                "partly",
                "did_not",
                "planned",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("ecosystem", sa.String(length=200), nullable=False),
        sa.Column("scale", sa.String(length=200), nullable=False),
        sa.Column("cost", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(verdict = 'planned') = (due_on IS NOT NULL)", name=op.f("ck_trial_planned_for_a_day")
        ),
        sa.CheckConstraint(
            "asked_at IS NULL OR due_on IS NOT NULL", name=op.f("ck_trial_asked_when_due")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_trial_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_trial_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["solution_post_id"], ["post.id"], name=op.f("fk_trial_solution_post_id_post")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint(
            "solution_post_id", "project_id", name=op.f("uq_trial_solution_post_id_project_id")
        ),
    )
    with op.batch_alter_table("trial", schema=None) as batch_op:
        batch_op.create_index(
            "ix_trial_due",
            ["due_on"],
            unique=False,
            sqlite_where=sa.text("due_on IS NOT NULL AND asked_at IS NULL"),
            postgresql_where=sa.text("due_on IS NOT NULL AND asked_at IS NULL"),
        )
        batch_op.create_index("ix_trial_project", ["project_id", "due_on"], unique=False)

    op.create_table(
        "report",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "personal_attack",
                "off_topic",
                "private_data",
                "prices",
                "misleading",
                "other",
                name="report_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_report_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_report_post_id_post")),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["person.id"], name=op.f("fk_report_reporter_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index("ix_report_post_id", ["post_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_reporter_id"), ["reporter_id"], unique=False)
        batch_op.create_index(
            "uq_report_open",
            ["post_id", "reporter_id"],
            unique=True,
            sqlite_where=sa.text("decision_id IS NULL"),
            postgresql_where=sa.text("decision_id IS NULL"),
        )

    op.create_table(
        "warning",
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_warning_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_warning_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_warning_decision_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_warning_public_id")),
    )
    with op.batch_alter_table("warning", schema=None) as batch_op:
        batch_op.create_index("ix_warning_person_id", ["person_id", "id"], unique=False)

    if _on_sqlite():
        for statement in SQLITE_SEARCH:
            op.execute(statement)
    else:
        op.execute("CREATE INDEX ix_search_entry_vector ON search_entry USING gin (vector)")

    _add(
        "expert_profile",
        sa.Column("capacity", sa.Integer(), nullable=False),
        "2",
        capacity_counts="capacity >= 0",
    )
    _add("person", sa.Column("light", sa.Boolean(), nullable=False), "false")
    _add(
        "person",
        sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True),
        suspended_for_a_time="suspended_until > suspended_at",
        suspended_since="suspended_until IS NULL OR suspended_at IS NOT NULL",
    )
    _add(
        "post",
        sa.Column("file_count", sa.Integer(), nullable=False),
        "0",
        file_count="file_count >= 0",
    )
    _add("post", sa.Column("trial_count", sa.Integer(), nullable=False), "0")
    _add(
        "post",
        sa.Column("confirmed_count", sa.Integer(), nullable=False),
        "0",
        trial_counts="confirmed_count >= 0 AND trial_count >= 0",
    )
    op.create_index("ix_post_confirmed", "post", ["kind", "confirmed_count", "created_at", "id"])
    _add("thread", sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True))
    _add(
        "thread",
        sa.Column("merged_into_id", ID, nullable=True),
        points_at="thread",
        merged_is_empty="merged_into_id IS NULL OR (removed_at IS NOT NULL AND post_count = 0)",
    )
    op.create_index("ix_thread_merged_into_id", "thread", ["merged_into_id"])
    op.create_index(
        "ix_thread_pinned",
        "thread",
        ["stage_id", "space_id"],
        sqlite_where=sa.text("pinned_at IS NOT NULL"),
        postgresql_where=sa.text("pinned_at IS NOT NULL"),
    )
    _drop_route()


def downgrade() -> None:
    """Go back. What only the newer tables held is lost."""
    if _on_sqlite():
        for name in ("added", "gone", "changed"):
            op.execute(f"DROP TRIGGER search_entry_{name}")
        op.execute("DROP TABLE search_text")
    op.drop_index("ix_thread_pinned", "thread")
    op.drop_index("ix_thread_merged_into_id", "thread")
    _drop_merging()
    op.drop_column("thread", "pinned_at")
    op.drop_index("ix_post_confirmed", "post")
    if not _on_sqlite():
        op.drop_constraint("ck_post_trial_counts", "post")
    for column in ("confirmed_count", "trial_count", "file_count"):
        op.drop_column("post", column)
    for column in ("suspended_until", "light"):
        op.drop_column("person", column)
    op.drop_column("expert_profile", "capacity")
    _add(
        "response_draft",
        sa.Column("route", sa.String(length=32), nullable=True),
        draft_route="route IN ('secretariat', 'tac', 'board')",
    )
    with op.batch_alter_table("warning", schema=None) as batch_op:
        batch_op.drop_index("ix_warning_person_id")

    op.drop_table("warning")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_report_open",
            sqlite_where=sa.text("decision_id IS NULL"),
            postgresql_where=sa.text("decision_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_report_reporter_id"))
        batch_op.drop_index("ix_report_post_id")
        batch_op.drop_index(batch_op.f("ix_report_decision_id"))

    op.drop_table("report")
    with op.batch_alter_table("trial", schema=None) as batch_op:
        batch_op.drop_index("ix_trial_project")
        batch_op.drop_index(
            "ix_trial_due",
            sqlite_where=sa.text("due_on IS NOT NULL AND asked_at IS NULL"),
            postgresql_where=sa.text("due_on IS NOT NULL AND asked_at IS NULL"),
        )

    op.drop_table("trial")
    op.drop_table("summary")
    op.drop_table("spoken_for")
    op.drop_table("solution_case")
    with op.batch_alter_table("outcome_thread", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_thread_thread_id"))

    op.drop_table("outcome_thread")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_person_id")

    op.drop_table("offer")
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notification_unread",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )
        batch_op.drop_index("ix_notification_thread_id")
        batch_op.drop_index(
            "ix_notification_read_at",
            sqlite_where=sa.text("read_at IS NOT NULL"),
            postgresql_where=sa.text("read_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_notification_person_id")

    op.drop_table("notification")
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_project_id"))
        batch_op.drop_index(batch_op.f("ix_mention_person_id"))

    op.drop_table("mention")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index("ix_draft_saved_at")

    op.drop_table("draft")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index("ix_decision_post_id")
        batch_op.drop_index("ix_decision_author_id")

    op.drop_table("decision")
    op.drop_table("attachment")
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.drop_index("ix_ask_thread_id")
        batch_op.drop_index("ix_ask_status")
        batch_op.drop_index("ix_ask_project_id")
        batch_op.drop_index("ix_ask_asked_by_id")

    op.drop_table("ask")
    with op.batch_alter_table("arrangement", schema=None) as batch_op:
        batch_op.drop_index("ix_arrangement_thread")
        batch_op.drop_index(batch_op.f("ix_arrangement_other_thread_id"))

    op.drop_table("arrangement")
    with op.batch_alter_table("audited_project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audited_project_project_id"))

    op.drop_table("audited_project")
    op.drop_table("visit_mark")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index("ix_subscription_thing")
        batch_op.drop_index("ix_subscription_person_id")

    op.drop_table("subscription")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_file_uploader_id"))

    op.drop_table("stored_file")
    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signed_in_person_id"))
        batch_op.drop_index("ix_signed_in_ends_at")

    op.drop_table("signed_in")
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_search_entry_thread")

    op.drop_table("search_entry")
    op.drop_table("glossary_group")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _add(
    table: str, column: sa.Column, default: str | None = None, *, points_at: str = "", **checks: str
) -> None:
    """Add a column, for standing rows with `default`, and CHECK constraints by their names."""
    column.server_default = sa.DefaultClause(sa.text(default)) if default else None
    if _on_sqlite():
        said = str(CreateColumn(column).compile(dialect=op.get_bind().dialect))
        if points_at:
            said += f" CONSTRAINT fk_{table}_{column.name}_{points_at} REFERENCES {points_at} (id)"
        for name, condition in checks.items():
            said += f" CONSTRAINT ck_{table}_{name} CHECK ({condition})"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {said}")
        return
    op.add_column(table, column)
    if default:
        op.alter_column(table, column.name, server_default=None)
    if points_at:
        name = f"fk_{table}_{column.name}_{points_at}"
        op.create_foreign_key(name, table, points_at, [column.name], ["id"])
    for name, condition in checks.items():
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def _drop_route() -> None:
    """A response's route is the acknowledgement's: a draft names none."""
    with op.batch_alter_table("response_draft") as batch:
        batch.drop_constraint(op.f("ck_response_draft_draft_route"), type_="check")
        batch.drop_column("route")


def _drop_merging() -> None:
    with op.batch_alter_table("thread") as batch:
        batch.drop_constraint(op.f("ck_thread_merged_is_empty"), type_="check")
        batch.drop_column("merged_into_id")
