-- Taxes that lines can have.
CREATE TABLE tax_rates (
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
    percent TEXT NOT NULL,
    included INTEGER NOT NULL DEFAULT 0,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT;
CREATE INDEX tax_rates_trash ON tax_rates (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX tax_rates_import ON tax_rates (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- What is sold. options and components: JSON.
CREATE TABLE products (
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
    code TEXT,
    code_key TEXT NOT NULL DEFAULT '',
    kind TEXT,
    category TEXT,
    category_key TEXT NOT NULL DEFAULT '',
    unit TEXT,
    price INTEGER,
    cost INTEGER,
    currency TEXT,
    tax_rate_id TEXT,
    options TEXT,
    components TEXT,
    bundle_price TEXT,
    discontinued INTEGER NOT NULL DEFAULT 0,
    description TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, tax_rate_id) REFERENCES tax_rates (workspace_id, id)
) STRICT;
CREATE INDEX products_trash ON products (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX products_import ON products (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
CREATE INDEX products_name ON products (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX products_created ON products (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX products_category ON products (workspace_id, category_key, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX products_owner ON products (workspace_id, owner_id, name_key, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX products_code ON products (workspace_id, code_key) WHERE code_key <> '' AND deleted_at IS NULL;

-- Prices in a currency, for some companies, for some time.
CREATE TABLE price_books (
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
    currency TEXT NOT NULL,
    segment TEXT,
    valid_from TEXT,
    valid_to TEXT,
    priority INTEGER,
    inactive INTEGER NOT NULL DEFAULT 0,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT;
CREATE INDEX price_books_trash ON price_books (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX price_books_import ON price_books (workspace_id, import_id, id) WHERE import_id IS NOT NULL;

-- What a product costs by a book, from some quantity on.
CREATE TABLE prices (
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
    price_book_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    unit_price INTEGER NOT NULL,
    currency TEXT,
    min_quantity TEXT,
    note TEXT,
    note_key TEXT NOT NULL DEFAULT '',
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, price_book_id) REFERENCES price_books (workspace_id, id),
    FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id)
) STRICT;
CREATE INDEX prices_trash ON prices (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX prices_import ON prices (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
CREATE INDEX prices_product ON prices (workspace_id, product_id, price_book_id);
CREATE UNIQUE INDEX prices_tier ON prices (workspace_id, price_book_id, product_id, coalesce(min_quantity, '0')) WHERE deleted_at IS NULL;

-- What a currency is worth in the workspace's from a day on, as decimal text.
CREATE TABLE exchange_rates (
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
    currency TEXT NOT NULL,
    day TEXT NOT NULL,
    rate TEXT NOT NULL,
    note TEXT,
    note_key TEXT NOT NULL DEFAULT '',
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES memberships (workspace_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT;
CREATE INDEX exchange_rates_trash ON exchange_rates (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX exchange_rates_import ON exchange_rates (workspace_id, import_id, id) WHERE import_id IS NOT NULL;
CREATE UNIQUE INDEX exchange_rates_day ON exchange_rates (workspace_id, currency, day) WHERE deleted_at IS NULL;
