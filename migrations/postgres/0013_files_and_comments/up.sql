-- What members say to each other about a record.
CREATE TABLE comments (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    object text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    body text NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    edited_at bigint,
    deleted_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX comments_record ON comments (workspace_id, record_id, id) WHERE deleted_at IS NULL;
CREATE INDEX comments_trash ON comments (deleted_at) WHERE deleted_at IS NOT NULL;

-- Who wants to know what happens to a record.
CREATE TABLE followers (
    workspace_id text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY (workspace_id, record_id, user_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);

-- Files of records; what is in them lies outside of the database, once for each version.
CREATE TABLE files (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    object text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    number bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    deleted_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX files_record ON files (workspace_id, record_id, id);
CREATE INDEX files_trash ON files (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE file_versions (
    workspace_id text COLLATE "C" NOT NULL,
    file_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    content_id text COLLATE "C" NOT NULL,
    content_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, file_id, number),
    UNIQUE (workspace_id, content_id),
    FOREIGN KEY (workspace_id, file_id) REFERENCES files (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);

-- Comments and files that a merge moved, so that it can be undone.
CREATE TABLE merge_attachments (
    workspace_id text COLLATE "C" NOT NULL,
    merge_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, merge_id, kind, id),
    FOREIGN KEY (workspace_id, merge_id) REFERENCES merges (workspace_id, id) ON DELETE CASCADE
);

-- What a notification is about for its reader: something for them, a mention, or a record that they follow.
ALTER TABLE notifications ADD COLUMN topic text COLLATE "C" NOT NULL DEFAULT 'you';
CREATE INDEX notifications_topic ON notifications (workspace_id, user_id, topic, id);
