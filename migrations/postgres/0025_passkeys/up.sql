-- Passkeys of people. `credential` is what webauthn-rs keeps of one: its public key and its counter, no secret.
CREATE TABLE passkeys (
    user_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    credential_id text COLLATE "C" NOT NULL,
    credential text NOT NULL,
    name text NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint,
    PRIMARY KEY (user_id, id),
    UNIQUE (credential_id),
    FOREIGN KEY (user_id) REFERENCES users (id)
);
