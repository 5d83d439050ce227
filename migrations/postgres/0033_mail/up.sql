-- Messages to people, written with what they are about and sent by a job. `sealed` is what the text is made of,
-- encrypted, since links in it are keys; it is gone once the message is sent or no longer good. `message_id` is the same
-- for every try.
CREATE TABLE mail_messages (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    recipient text NOT NULL,
    language text COLLATE "C" NOT NULL,
    sealed text,
    message_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'cancelled')),
    attempts bigint NOT NULL,
    last_error text COLLATE "C",
    last_reply text,
    created_at bigint NOT NULL,
    sent_at bigint,
    expires_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX mail_messages_age ON mail_messages (created_at);
