-- How often products were bought together, in purchases: won deals and accepted quotes. Worked out anew every night.
CREATE TABLE product_pairs (
    workspace_id text COLLATE "C" NOT NULL,
    product_id text COLLATE "C" NOT NULL,
    other_id text COLLATE "C" NOT NULL,
    together bigint NOT NULL,
    with_product bigint NOT NULL,
    with_other bigint NOT NULL,
    purchases bigint NOT NULL,
    PRIMARY KEY (workspace_id, product_id, other_id),
    FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, other_id) REFERENCES products (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX product_pairs_other ON product_pairs (workspace_id, other_id);

-- Suggestions that were turned down, or put off by somebody until some time. kind: product, deal, contact. user_id: whose
-- list it is; empty for all. about_id: the product.
CREATE TABLE suggestion_rests (
    workspace_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    about_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    until bigint,
    made_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, kind, record_id, about_id, user_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

ALTER TABLE product_pairs ENABLE ROW LEVEL SECURITY;
ALTER TABLE product_pairs FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON product_pairs USING (in_scope(workspace_id));
ALTER TABLE suggestion_rests ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_rests FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON suggestion_rests USING (in_scope(workspace_id));

-- Whose next step nobody has planned.
CREATE INDEX contacts_no_step ON contacts (workspace_id, owner_id, last_activity_at) WHERE next_step_at IS NULL AND deleted_at IS NULL;
