-- The amount of a deal may be what its lines come to.
ALTER TABLE deals ADD COLUMN amount_follows_lines boolean NOT NULL DEFAULT false;

-- What is offered to somebody.
CREATE TABLE quotes (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C",
    updated_at bigint NOT NULL,
    updated_by text COLLATE "C",
    owner_id text COLLATE "C",
    team_id text COLLATE "C",
    deleted_at bigint,
    import_id text COLLATE "C",
    custom text NOT NULL DEFAULT '{}',
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL DEFAULT '',
    number text COLLATE "C",
    revision bigint,
    status text COLLATE "C" NOT NULL,
    deal_id text COLLATE "C",
    company_id text COLLATE "C",
    contact_id text COLLATE "C",
    currency text COLLATE "C" NOT NULL,
    price_book_id text COLLATE "C",
    language text COLLATE "C",
    valid_until text COLLATE "C",
    terms text,
    subtotal bigint,
    discount bigint,
    tax bigint,
    total bigint,
    approver_id text COLLATE "C",
    asked_by text COLLATE "C",
    reason text,
    sent_at bigint,
    viewed_at bigint,
    decided_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, price_book_id) REFERENCES price_books (workspace_id, id),
    FOREIGN KEY (workspace_id, approver_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, asked_by) REFERENCES memberships (workspace_id, user_id)
);
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
ALTER TABLE quotes ENABLE ROW LEVEL SECURITY;
ALTER TABLE quotes FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON quotes USING (in_scope(workspace_id));

-- What deals and quotes consist of; of one of both. Quantities and per cent in millionths, amounts in minor units.
CREATE TABLE line_items (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    deal_id text COLLATE "C",
    quote_id text COLLATE "C",
    position bigint NOT NULL,
    product_id text COLLATE "C",
    name text NOT NULL,
    description text,
    unit text,
    options text NOT NULL,
    quantity bigint NOT NULL,
    unit_price bigint NOT NULL,
    list_price bigint,
    discount_percent bigint,
    discount_amount bigint,
    tax_rate_id text COLLATE "C",
    tax_name text,
    tax_percent bigint,
    tax_included boolean NOT NULL DEFAULT false,
    gross bigint NOT NULL,
    discount bigint NOT NULL,
    net bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, quote_id) REFERENCES quotes (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id),
    FOREIGN KEY (workspace_id, tax_rate_id) REFERENCES tax_rates (workspace_id, id)
);
CREATE INDEX line_items_deal ON line_items (workspace_id, deal_id, position) WHERE deal_id IS NOT NULL;
CREATE INDEX line_items_quote ON line_items (workspace_id, quote_id, position) WHERE quote_id IS NOT NULL;
CREATE INDEX line_items_product ON line_items (workspace_id, product_id) WHERE product_id IS NOT NULL;
ALTER TABLE line_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE line_items FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON line_items USING (in_scope(workspace_id));

-- Quotes as they were sent, and what became of them. The token of the link is kept as a hash; digest is that of document.
CREATE TABLE quote_versions (
    workspace_id text COLLATE "C" NOT NULL,
    quote_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    contact_id text COLLATE "C",
    document text NOT NULL,
    digest text COLLATE "C" NOT NULL,
    sent_at bigint NOT NULL,
    sent_by text COLLATE "C",
    valid_until text COLLATE "C",
    token_hash text COLLATE "C",
    viewed_at bigint,
    outcome text COLLATE "C",
    decided_at bigint,
    signer text,
    comment text,
    address_hash text COLLATE "C",
    PRIMARY KEY (workspace_id, quote_id, number),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, quote_id) REFERENCES quotes (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
    FOREIGN KEY (workspace_id, sent_by) REFERENCES memberships (workspace_id, user_id)
);
CREATE UNIQUE INDEX quote_versions_token ON quote_versions (workspace_id, token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX quote_versions_contact ON quote_versions (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
ALTER TABLE quote_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE quote_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON quote_versions USING (in_scope(workspace_id));

-- The last number given of each series; taken in the transaction that uses it, so that none is left out.
CREATE TABLE number_series (
    workspace_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (workspace_id, name),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
ALTER TABLE number_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE number_series FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON number_series USING (in_scope(workspace_id));

-- How far discounts go without approval, and what new quotes begin with.
CREATE TABLE commerce_settings (
    workspace_id text COLLATE "C" NOT NULL,
    settings text NOT NULL,
    version bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
ALTER TABLE commerce_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE commerce_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON commerce_settings USING (in_scope(workspace_id));
