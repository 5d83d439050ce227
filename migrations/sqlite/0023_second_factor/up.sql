-- Codes from an app (TOTP) as a second factor. `secret` is encrypted; `confirmed_at` is empty until the first code came;
-- `last_step` is the step of the last code taken, so that each is good once. Like users, of no workspace.
CREATE TABLE totp_factors (
    user_id TEXT NOT NULL,
    id TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    last_step INTEGER NOT NULL,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id) REFERENCES users (id)
) STRICT, WITHOUT ROWID;

-- Codes for when the second factor is lost, each good once, by their SHA-256.
CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (user_id, code_hash),
    FOREIGN KEY (user_id) REFERENCES users (id)
) STRICT, WITHOUT ROWID;

-- Steps of signing in and of adding passkeys that wait for the next one, for five minutes. `user_id` is empty where
-- nobody has said yet who it is.
CREATE TABLE sign_in_challenges (
    token_hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    user_id TEXT,
    state TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (token_hash),
    FOREIGN KEY (user_id) REFERENCES users (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_challenges_age ON sign_in_challenges (expires_at);
