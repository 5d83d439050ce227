-- Messages to people, written with what they are about and sent by a job. `sealed` is what the text is made of,
-- encrypted, since links in it are keys; it is gone once the message is sent or no longer good. `message_id` is the same
-- for every try.
CREATE TABLE mail_messages (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL,
    sealed TEXT,
    message_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'cancelled')),
    attempts INTEGER NOT NULL,
    last_error TEXT,
    last_reply TEXT,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_messages_age ON mail_messages (created_at);
