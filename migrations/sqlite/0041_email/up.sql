-- Accounts by which a workspace or one of its members writes and reads e-mail. `sealed` holds passwords and keys,
-- encrypted. A removed account keeps its row for the messages that went by it; its secrets are gone.
CREATE TABLE email_accounts (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    address TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    user_id TEXT,
    privacy TEXT NOT NULL CHECK (privacy IN ('everyone', 'metadata', 'owner')),
    is_default INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused')),
    smtp_host TEXT NOT NULL,
    smtp_port INTEGER NOT NULL,
    smtp_tls TEXT NOT NULL CHECK (smtp_tls IN ('implicit', 'required', 'none')),
    smtp_user TEXT NOT NULL,
    per_minute INTEGER NOT NULL,
    daily_cap INTEGER NOT NULL,
    bounce_address TEXT,
    dkim_selector TEXT,
    dkim_public TEXT,
    imap_host TEXT,
    imap_port INTEGER NOT NULL,
    imap_tls TEXT NOT NULL CHECK (imap_tls IN ('implicit', 'required', 'none')),
    imap_user TEXT NOT NULL,
    stores_unknown INTEGER NOT NULL,
    sealed TEXT NOT NULL,
    send_error TEXT,
    send_reply TEXT,
    failed_at INTEGER,
    uid_validity INTEGER,
    last_uid INTEGER NOT NULL,
    synced_at INTEGER,
    sync_error TEXT,
    sync_reply TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- What was written to people and came from them. `message_id` is the same for every try. `privacy` is that of the account.
CREATE TABLE email_messages (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'cancelled', 'bounced', 'received')),
    privacy TEXT NOT NULL CHECK (privacy IN ('everyone', 'metadata', 'owner')),
    owner_id TEXT,
    message_id TEXT NOT NULL,
    in_reply_to TEXT,
    sender TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    body TEXT NOT NULL,
    html TEXT,
    attachments TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    last_error TEXT,
    last_reply TEXT,
    at INTEGER NOT NULL,
    sent_at INTEGER,
    created_by TEXT,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, message_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES email_accounts (workspace_id, id)
) STRICT;
CREATE INDEX email_messages_known ON email_messages (workspace_id, message_id);
CREATE INDEX email_messages_subject ON email_messages (workspace_id, subject_key, at);
CREATE INDEX email_messages_day ON email_messages (workspace_id, account_id, sent_at);

-- Whose timelines a message stands on.
CREATE TABLE email_links (
    workspace_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    email_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, email_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, email_id) REFERENCES email_messages (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX email_links_email ON email_links (workspace_id, email_id);
CREATE INDEX email_links_at ON email_links (workspace_id, contact_id, at);

-- Addresses that nothing is sent to.
CREATE TABLE email_suppressions (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    address TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('hard_bounce', 'soft_bounces', 'complaint', 'unsubscribe', 'manual')),
    detail TEXT,
    email_id TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, address),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, email_id) REFERENCES email_messages (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- How often an address could not be reached for now, since it last could.
CREATE TABLE email_soft_bounces (
    workspace_id TEXT NOT NULL,
    address TEXT NOT NULL,
    times INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, address),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
