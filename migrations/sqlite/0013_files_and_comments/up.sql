-- What members say to each other about a record.
CREATE TABLE comments (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    edited_at INTEGER,
    deleted_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT;
CREATE INDEX comments_record ON comments (workspace_id, record_id, id) WHERE deleted_at IS NULL;
CREATE INDEX comments_trash ON comments (deleted_at) WHERE deleted_at IS NOT NULL;

-- Who wants to know what happens to a record.
CREATE TABLE followers (
    workspace_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    object TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, record_id, user_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- Files of records; what is in them lies outside of the database, once for each version.
CREATE TABLE files (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    deleted_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT;
CREATE INDEX files_record ON files (workspace_id, record_id, id);
CREATE INDEX files_trash ON files (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE file_versions (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    content_id TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (workspace_id, file_id, number),
    UNIQUE (workspace_id, content_id),
    FOREIGN KEY (workspace_id, file_id) REFERENCES files (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT;

-- Comments and files that a merge moved, so that it can be undone.
CREATE TABLE merge_attachments (
    workspace_id TEXT NOT NULL,
    merge_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, merge_id, kind, id),
    FOREIGN KEY (workspace_id, merge_id) REFERENCES merges (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What a notification is about for its reader: something for them, a mention, or a record that they follow.
ALTER TABLE notifications ADD COLUMN topic TEXT NOT NULL DEFAULT 'you';
CREATE INDEX notifications_topic ON notifications (workspace_id, user_id, topic, id);
