-- Normalised values of fields that hold several, so that each can be found by an index.
CREATE TABLE field_index (
    workspace_id TEXT NOT NULL,
    object TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    record_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, object, field, value, record_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX field_index_record ON field_index (workspace_id, record_id);

-- One row per record that the global search finds.
CREATE TABLE search_documents (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    text TEXT NOT NULL,
    owner_id TEXT,
    team_id TEXT,
    UNIQUE (workspace_id, record_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
CREATE INDEX search_documents_title ON search_documents (workspace_id, title_key, object);
CREATE VIRTUAL TABLE search_fragments USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'trigram');

-- Who did what to which record, field by field. Append-only.
CREATE TABLE audit_entries (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    actor_id TEXT,
    cause TEXT,
    changes TEXT NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
CREATE INDEX audit_entries_record ON audit_entries (workspace_id, record_id, id);

-- What happened to a person, company or deal, as people read it. Append-only.
CREATE TABLE timeline_events (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_object TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor_id TEXT,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
CREATE INDEX timeline_events_subject ON timeline_events (workspace_id, subject_id, at, id);
CREATE INDEX timeline_events_record ON timeline_events (workspace_id, record_id);

-- Events for others, written with the change itself.
CREATE TABLE outbox_events (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;

-- Each move of a deal from stage to stage, from its creation on. Append-only.
CREATE TABLE stage_changes (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    deal_id TEXT NOT NULL,
    from_stage_id TEXT,
    to_stage_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor_id TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, from_stage_id) REFERENCES stages (workspace_id, id),
    FOREIGN KEY (workspace_id, to_stage_id) REFERENCES stages (workspace_id, id)
) STRICT;
CREATE INDEX stage_changes_deal ON stage_changes (workspace_id, deal_id, at);

-- Deals per stage, owner and currency, kept with each write so that a board need not add them up.
CREATE TABLE deal_totals (
    workspace_id TEXT NOT NULL,
    pipeline_id TEXT NOT NULL,
    stage_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    count INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, pipeline_id, stage_id, currency, owner_id, team_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- What somebody should know.
CREATE TABLE notifications (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT,
    record_id TEXT,
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    read_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT;
CREATE INDEX notifications_user ON notifications (workspace_id, user_id, id);
CREATE INDEX notifications_unread ON notifications (workspace_id, user_id) WHERE read_at IS NULL;
