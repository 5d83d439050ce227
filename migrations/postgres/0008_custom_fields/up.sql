-- Fields that workspaces added. Their values stand in the records' custom column, by storage key.
CREATE TABLE custom_fields (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C",
    updated_at bigint NOT NULL,
    updated_by text COLLATE "C",
    owner_id text COLLATE "C",
    team_id text COLLATE "C",
    deleted_at bigint,
    import_id text COLLATE "C",
    custom text NOT NULL DEFAULT '{}',
    label text COLLATE "C" NOT NULL,
    label_key text COLLATE "C" NOT NULL DEFAULT '',
    object text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    labels text,
    help text,
    options text,
    target text COLLATE "C",
    currency text COLLATE "C",
    required boolean NOT NULL DEFAULT false,
    is_unique boolean NOT NULL DEFAULT false,
    private boolean NOT NULL DEFAULT false,
    marks_duplicates boolean NOT NULL DEFAULT false,
    default_value text,
    position bigint NOT NULL,
    storage_key text COLLATE "C" NOT NULL,
    former text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
);
CREATE UNIQUE INDEX custom_fields_name ON custom_fields (workspace_id, object, name) WHERE deleted_at IS NULL;
CREATE INDEX custom_fields_trash ON custom_fields (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX custom_fields_import ON custom_fields (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- Which living record has a value that no two may have.
CREATE TABLE unique_values (
    workspace_id text COLLATE "C" NOT NULL,
    field text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, field, value),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX unique_values_record ON unique_values (workspace_id, record_id);

-- Counts the changes of a workspace's fields, so that every server notices them; 0 where there never were any.
ALTER TABLE workspaces ADD COLUMN fields_version bigint NOT NULL DEFAULT 0;
