-- How often products were bought together, in purchases: won deals and accepted quotes. Worked out anew every night.
CREATE TABLE product_pairs (
    workspace_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    other_id TEXT NOT NULL,
    together INTEGER NOT NULL,
    with_product INTEGER NOT NULL,
    with_other INTEGER NOT NULL,
    purchases INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, product_id, other_id),
    FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, other_id) REFERENCES products (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX product_pairs_other ON product_pairs (workspace_id, other_id);

-- Suggestions that were turned down, or put off by somebody until some time. kind: product, deal, contact. user_id: whose
-- list it is; empty for all. about_id: the product.
CREATE TABLE suggestion_rests (
    workspace_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    about_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    until INTEGER,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, kind, record_id, about_id, user_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- Whose next step nobody has planned.
CREATE INDEX contacts_no_step ON contacts (workspace_id, owner_id, last_activity_at) WHERE next_step_at IS NULL AND deleted_at IS NULL;
