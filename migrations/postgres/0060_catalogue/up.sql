-- Taxes that lines can have.
CREATE TABLE tax_rates (
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
    percent text COLLATE "C" NOT NULL,
    included boolean NOT NULL DEFAULT false,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
);
CREATE INDEX tax_rates_trash ON tax_rates (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX tax_rates_import ON tax_rates (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
ALTER TABLE tax_rates ENABLE ROW LEVEL SECURITY;
ALTER TABLE tax_rates FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON tax_rates USING (in_scope(workspace_id));

-- What is sold. options and components: JSON.
CREATE TABLE products (
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
    code text COLLATE "C",
    code_key text COLLATE "C" NOT NULL DEFAULT '',
    kind text COLLATE "C",
    category text COLLATE "C",
    category_key text COLLATE "C" NOT NULL DEFAULT '',
    unit text COLLATE "C",
    price bigint,
    cost bigint,
    currency text COLLATE "C",
    tax_rate_id text COLLATE "C",
    options text,
    components text,
    bundle_price text COLLATE "C",
    discontinued boolean NOT NULL DEFAULT false,
    description text,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, tax_rate_id) REFERENCES tax_rates (workspace_id, id)
);
CREATE INDEX products_trash ON products (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX products_import ON products (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
CREATE INDEX products_name ON products (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX products_created ON products (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX products_category ON products (workspace_id, category_key, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX products_owner ON products (workspace_id, owner_id, name_key, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX products_code ON products (workspace_id, code_key) WHERE code_key <> '' AND deleted_at IS NULL;
ALTER TABLE products ENABLE ROW LEVEL SECURITY;
ALTER TABLE products FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON products USING (in_scope(workspace_id));

-- Prices in a currency, for some companies, for some time.
CREATE TABLE price_books (
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
    currency text COLLATE "C" NOT NULL,
    segment text,
    valid_from text COLLATE "C",
    valid_to text COLLATE "C",
    priority bigint,
    inactive boolean NOT NULL DEFAULT false,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
);
CREATE INDEX price_books_trash ON price_books (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX price_books_import ON price_books (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
ALTER TABLE price_books ENABLE ROW LEVEL SECURITY;
ALTER TABLE price_books FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON price_books USING (in_scope(workspace_id));

-- What a product costs by a book, from some quantity on.
CREATE TABLE prices (
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
    price_book_id text COLLATE "C" NOT NULL,
    product_id text COLLATE "C" NOT NULL,
    unit_price bigint NOT NULL,
    currency text COLLATE "C",
    min_quantity text COLLATE "C",
    note text COLLATE "C",
    note_key text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, price_book_id) REFERENCES price_books (workspace_id, id),
    FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id)
);
CREATE INDEX prices_trash ON prices (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX prices_import ON prices (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
CREATE INDEX prices_product ON prices (workspace_id, product_id, price_book_id);
CREATE UNIQUE INDEX prices_tier ON prices (workspace_id, price_book_id, product_id, coalesce(min_quantity, '0')) WHERE deleted_at IS NULL;
ALTER TABLE prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE prices FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON prices USING (in_scope(workspace_id));

-- What a currency is worth in the workspace's from a day on, as decimal text.
CREATE TABLE exchange_rates (
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
    currency text COLLATE "C" NOT NULL,
    day text COLLATE "C" NOT NULL,
    rate text COLLATE "C" NOT NULL,
    note text COLLATE "C",
    note_key text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
);
CREATE INDEX exchange_rates_trash ON exchange_rates (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX exchange_rates_import ON exchange_rates (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
CREATE UNIQUE INDEX exchange_rates_day ON exchange_rates (workspace_id, currency, day) WHERE deleted_at IS NULL;
ALTER TABLE exchange_rates ENABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_rates FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON exchange_rates USING (in_scope(workspace_id));
