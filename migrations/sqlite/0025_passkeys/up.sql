-- Passkeys of people. `credential` is what webauthn-rs keeps of one: its public key and its counter, no secret.
CREATE TABLE passkeys (
    user_id TEXT NOT NULL,
    id TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    credential TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    PRIMARY KEY (user_id, id),
    UNIQUE (credential_id),
    FOREIGN KEY (user_id) REFERENCES users (id)
) STRICT, WITHOUT ROWID;
