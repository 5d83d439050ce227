-- Normalised values of fields that hold several, so that each can be found by an index.
CREATE TABLE field_index (
    workspace_id text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    field text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, object, field, value, record_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX field_index_record ON field_index (workspace_id, record_id);

-- One row per record that the global search finds.
CREATE TABLE search_documents (
    workspace_id text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    title_key text COLLATE "C" NOT NULL,
    text text NOT NULL,
    owner_id text COLLATE "C",
    team_id text COLLATE "C",
    PRIMARY KEY (workspace_id, record_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX search_documents_title ON search_documents (workspace_id, title_key, object);
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX search_documents_fragments ON search_documents USING gin (text gin_trgm_ops);

-- Who did what to which record, field by field. Append-only.
CREATE TABLE audit_entries (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    action text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C",
    cause text COLLATE "C",
    changes text NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX audit_entries_record ON audit_entries (workspace_id, record_id, id);

-- What happened to a person, company or deal, as people read it. Append-only.
CREATE TABLE timeline_events (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    subject_id text COLLATE "C" NOT NULL,
    subject_object text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    actor_id text COLLATE "C",
    object text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    data text NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX timeline_events_subject ON timeline_events (workspace_id, subject_id, at, id);
CREATE INDEX timeline_events_record ON timeline_events (workspace_id, record_id);

-- Events for others, written with the change itself.
CREATE TABLE outbox_events (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    payload text NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- Each move of a deal from stage to stage, from its creation on. Append-only.
CREATE TABLE stage_changes (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    deal_id text COLLATE "C" NOT NULL,
    from_stage_id text COLLATE "C",
    to_stage_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    actor_id text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, from_stage_id) REFERENCES stages (workspace_id, id),
    FOREIGN KEY (workspace_id, to_stage_id) REFERENCES stages (workspace_id, id)
);
CREATE INDEX stage_changes_deal ON stage_changes (workspace_id, deal_id, at);

-- Deals per stage, owner and currency, kept with each write so that a board need not add them up.
CREATE TABLE deal_totals (
    workspace_id text COLLATE "C" NOT NULL,
    pipeline_id text COLLATE "C" NOT NULL,
    stage_id text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    owner_id text COLLATE "C" NOT NULL,
    team_id text COLLATE "C" NOT NULL,
    count bigint NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (workspace_id, pipeline_id, stage_id, currency, owner_id, team_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- What somebody should know.
CREATE TABLE notifications (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    object text COLLATE "C",
    record_id text COLLATE "C",
    data text NOT NULL,
    created_at bigint NOT NULL,
    read_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX notifications_user ON notifications (workspace_id, user_id, id);
CREATE INDEX notifications_unread ON notifications (workspace_id, user_id) WHERE read_at IS NULL;
