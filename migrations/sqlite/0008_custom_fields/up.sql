-- Fields that workspaces added. Their values stand in the records' custom column, by storage key.
CREATE TABLE custom_fields (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT,
    updated_at INTEGER NOT NULL,
    updated_by TEXT,
    owner_id TEXT,
    team_id TEXT,
    deleted_at INTEGER,
    import_id TEXT,
    custom TEXT NOT NULL DEFAULT '{}',
    label TEXT NOT NULL,
    label_key TEXT NOT NULL DEFAULT '',
    object TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    labels TEXT,
    help TEXT,
    options TEXT,
    target TEXT,
    currency TEXT,
    required INTEGER NOT NULL DEFAULT 0,
    is_unique INTEGER NOT NULL DEFAULT 0,
    private INTEGER NOT NULL DEFAULT 0,
    marks_duplicates INTEGER NOT NULL DEFAULT 0,
    default_value TEXT,
    position INTEGER NOT NULL,
    storage_key TEXT NOT NULL,
    former TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX custom_fields_name ON custom_fields (workspace_id, object, name) WHERE deleted_at IS NULL;
CREATE INDEX custom_fields_trash ON custom_fields (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX custom_fields_import ON custom_fields (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Which living record has a value that no two may have.
CREATE TABLE unique_values (
    workspace_id TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    record_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, field, value),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX unique_values_record ON unique_values (workspace_id, record_id);

-- Counts the changes of a workspace's fields, so that every server notices them; 0 where there never were any.
ALTER TABLE workspaces ADD COLUMN fields_version INTEGER NOT NULL DEFAULT 0;
