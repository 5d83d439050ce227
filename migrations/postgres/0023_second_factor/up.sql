-- Codes from an app (TOTP) as a second factor. `secret` is encrypted; `confirmed_at` is empty until the first code came;
-- `last_step` is the step of the last code taken, so that each is good once. Like users, of no workspace.
CREATE TABLE totp_factors (
    user_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    secret text NOT NULL,
    created_at bigint NOT NULL,
    confirmed_at bigint,
    last_step bigint NOT NULL,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id) REFERENCES users (id)
);

-- Codes for when the second factor is lost, each good once, by their SHA-256.
CREATE TABLE recovery_codes (
    user_id text COLLATE "C" NOT NULL,
    code_hash text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    used_at bigint,
    PRIMARY KEY (user_id, code_hash),
    FOREIGN KEY (user_id) REFERENCES users (id)
);

-- Steps of signing in and of adding passkeys that wait for the next one, for five minutes. `user_id` is empty where
-- nobody has said yet who it is.
CREATE TABLE sign_in_challenges (
    token_hash text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    user_id text COLLATE "C",
    state text NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (token_hash),
    FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX sign_in_challenges_age ON sign_in_challenges (expires_at);
