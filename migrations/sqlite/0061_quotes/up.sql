-- The amount of a deal may be what its lines come to.
ALTER TABLE deals ADD COLUMN amount_follows_lines INTEGER NOT NULL DEFAULT 0;

-- What is offered to somebody.
CREATE TABLE quotes (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT,
    updated_at INTEGER NOT NULL,
    updated_by TEXT,
    owner_id TEXT,
    team_id TEXT,
    deleted_at INTEGER,
    import_id TEXT,
    custom TEXT NOT NULL DEFAULT '{}',
    name TEXT NOT NULL,
    name_key TEXT NOT NULL DEFAULT '',
    number TEXT,
    revision INTEGER,
    status TEXT NOT NULL,
    deal_id TEXT,
    company_id TEXT,
    contact_id TEXT,
    currency TEXT NOT NULL,
    price_book_id TEXT,
    language TEXT,
    valid_until TEXT,
    terms TEXT,
    subtotal INTEGER,
    discount INTEGER,
    tax INTEGER,
    total INTEGER,
    approver_id TEXT,
    asked_by TEXT,
    reason TEXT,
    sent_at INTEGER,
    viewed_at INTEGER,
    decided_at INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, price_book_id) REFERENCES price_books (workspace_id, id),
    FOREIGN KEY (workspace_id, approver_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, asked_by) REFERENCES memberships (workspace_id, user_id)
) STRICT;
CREATE INDEX quotes_trash ON quotes (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX quotes_import ON quotes (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
CREATE UNIQUE INDEX quotes_number ON quotes (workspace_id, number);
CREATE INDEX quotes_name ON quotes (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX quotes_created ON quotes (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quotes_owner ON quotes (workspace_id, owner_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quotes_deal ON quotes (workspace_id, deal_id, created_at, id) WHERE deal_id IS NOT NULL;
CREATE INDEX quotes_company ON quotes (workspace_id, company_id, created_at, id) WHERE company_id IS NOT NULL;
CREATE INDEX quotes_contact ON quotes (workspace_id, contact_id, created_at, id) WHERE contact_id IS NOT NULL;
CREATE INDEX quotes_valid ON quotes (valid_until) WHERE status IN ('sent', 'viewed') AND deleted_at IS NULL;

-- What deals and quotes consist of; of one of both. Quantities and per cent in millionths, amounts in minor units.
CREATE TABLE line_items (
    rid INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    deal_id TEXT,
    quote_id TEXT,
    position INTEGER NOT NULL,
    product_id TEXT,
    name TEXT NOT NULL,
    description TEXT,
    unit TEXT,
    options TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price INTEGER NOT NULL,
    list_price INTEGER,
    discount_percent INTEGER,
    discount_amount INTEGER,
    tax_rate_id TEXT,
    tax_name TEXT,
    tax_percent INTEGER,
    tax_included INTEGER NOT NULL DEFAULT 0,
    gross INTEGER NOT NULL,
    discount INTEGER NOT NULL,
    net INTEGER NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, quote_id) REFERENCES quotes (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id),
    FOREIGN KEY (workspace_id, tax_rate_id) REFERENCES tax_rates (workspace_id, id)
) STRICT;
CREATE INDEX line_items_deal ON line_items (workspace_id, deal_id, position) WHERE deal_id IS NOT NULL;
CREATE INDEX line_items_quote ON line_items (workspace_id, quote_id, position) WHERE quote_id IS NOT NULL;
CREATE INDEX line_items_product ON line_items (workspace_id, product_id) WHERE product_id IS NOT NULL;

-- Quotes as they were sent, and what became of them. The token of the link is kept as a hash; digest is that of document.
CREATE TABLE quote_versions (
    workspace_id TEXT NOT NULL,
    quote_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    contact_id TEXT,
    document TEXT NOT NULL,
    digest TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    sent_by TEXT,
    valid_until TEXT,
    token_hash TEXT,
    viewed_at INTEGER,
    outcome TEXT,
    decided_at INTEGER,
    signer TEXT,
    comment TEXT,
    address_hash TEXT,
    PRIMARY KEY (workspace_id, quote_id, number),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, quote_id) REFERENCES quotes (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, sent_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX quote_versions_token ON quote_versions (workspace_id, token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX quote_versions_contact ON quote_versions (workspace_id, contact_id) WHERE contact_id IS NOT NULL;

-- The last number given of each series; taken in the transaction that uses it, so that none is left out.
CREATE TABLE number_series (
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, name),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- How far discounts go without approval, and what new quotes begin with.
CREATE TABLE commerce_settings (
    workspace_id TEXT NOT NULL,
    settings TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
