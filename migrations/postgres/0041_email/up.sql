-- Accounts by which a workspace or one of its members writes and reads e-mail. `sealed` holds passwords and keys,
-- encrypted. A removed account keeps its row for the messages that went by it; its secrets are gone.
CREATE TABLE email_accounts (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    address text NOT NULL,
    sender_name text NOT NULL,
    user_id text COLLATE "C",
    privacy text COLLATE "C" NOT NULL CHECK (privacy IN ('everyone', 'metadata', 'owner')),
    is_default boolean NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('active', 'paused')),
    smtp_host text NOT NULL,
    smtp_port bigint NOT NULL,
    smtp_tls text COLLATE "C" NOT NULL CHECK (smtp_tls IN ('implicit', 'required', 'none')),
    smtp_user text NOT NULL,
    per_minute bigint NOT NULL,
    daily_cap bigint NOT NULL,
    bounce_address text,
    dkim_selector text COLLATE "C",
    dkim_public text COLLATE "C",
    imap_host text,
    imap_port bigint NOT NULL,
    imap_tls text COLLATE "C" NOT NULL CHECK (imap_tls IN ('implicit', 'required', 'none')),
    imap_user text NOT NULL,
    stores_unknown boolean NOT NULL,
    sealed text NOT NULL,
    send_error text COLLATE "C",
    send_reply text,
    failed_at bigint,
    uid_validity bigint,
    last_uid bigint NOT NULL,
    synced_at bigint,
    sync_error text COLLATE "C",
    sync_reply text,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    deleted_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);

-- What was written to people and came from them. `message_id` is the same for every try. `privacy` is that of the account.
CREATE TABLE email_messages (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    thread_id text COLLATE "C" NOT NULL,
    direction text COLLATE "C" NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    state text COLLATE "C" NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'cancelled', 'bounced', 'received')),
    privacy text COLLATE "C" NOT NULL CHECK (privacy IN ('everyone', 'metadata', 'owner')),
    owner_id text COLLATE "C",
    message_id text NOT NULL,
    in_reply_to text,
    sender text NOT NULL,
    sender_name text NOT NULL,
    recipients text NOT NULL,
    subject text NOT NULL,
    subject_key text COLLATE "C" NOT NULL,
    body text NOT NULL,
    html text,
    attachments text NOT NULL,
    attempts bigint NOT NULL,
    last_error text COLLATE "C",
    last_reply text,
    at bigint NOT NULL,
    sent_at bigint,
    created_by text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, message_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES email_accounts (workspace_id, id)
);
CREATE INDEX email_messages_known ON email_messages (workspace_id, message_id);
CREATE INDEX email_messages_subject ON email_messages (workspace_id, subject_key, at);
CREATE INDEX email_messages_day ON email_messages (workspace_id, account_id, sent_at);

-- Whose timelines a message stands on.
CREATE TABLE email_links (
    workspace_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    email_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, email_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, email_id) REFERENCES email_messages (workspace_id, id)
);
CREATE INDEX email_links_email ON email_links (workspace_id, email_id);
CREATE INDEX email_links_at ON email_links (workspace_id, contact_id, at);

-- Addresses that nothing is sent to.
CREATE TABLE email_suppressions (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL CHECK (reason IN ('hard_bounce', 'soft_bounces', 'complaint', 'unsubscribe', 'manual')),
    detail text,
    email_id text COLLATE "C",
    created_at bigint NOT NULL,
    created_by text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, address),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, email_id) REFERENCES email_messages (workspace_id, id)
);

-- How often an address could not be reached for now, since it last could.
CREATE TABLE email_soft_bounces (
    workspace_id text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    times bigint NOT NULL,
    last_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, address),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
