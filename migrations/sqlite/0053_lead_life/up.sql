-- What brought a person and a deal, and when the person first met us; taken over from the lead that they were.
ALTER TABLE contacts ADD COLUMN campaign TEXT;
ALTER TABLE contacts ADD COLUMN first_touch_at INTEGER;
ALTER TABLE deals ADD COLUMN campaign TEXT;

-- Each time that marketing handed a lead to sales, to somebody or a team, and what came of it. One that was handed on before
-- anybody decided is `replaced_at`.
CREATE TABLE lead_hand_offs (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_id TEXT NOT NULL,
    from_owner_id TEXT,
    from_team_id TEXT,
    to_owner_id TEXT,
    to_team_id TEXT,
    note TEXT,
    accepted_at INTEGER,
    accepted_by TEXT,
    returned_at INTEGER,
    returned_by TEXT,
    return_reason TEXT,
    replaced_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, by_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lead_hand_offs_lead ON lead_hand_offs (workspace_id, lead_id, at);
CREATE INDEX lead_hand_offs_at ON lead_hand_offs (workspace_id, at, id);

-- What a workspace asks of a lead before it is qualified: a JSON list of items, each done by hand or by a filter.
CREATE TABLE lead_checklists (
    workspace_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    items TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

-- Items that somebody ticked off.
CREATE TABLE lead_checks (
    workspace_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, lead_id, item_id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What a lead became, and what has to be put back when that is undone: `former` are members of the lead, `moved` is what
-- went to the contact and what was made.
CREATE TABLE lead_conversions (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    former TEXT NOT NULL,
    moved TEXT NOT NULL,
    undone_at INTEGER,
    undone_by TEXT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX lead_conversions_lead ON lead_conversions (workspace_id, lead_id, at);

-- What a lead agreed to or took back, as with contacts, to whom it goes with its proof.
CREATE TABLE lead_consents (
    workspace_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    id TEXT NOT NULL,
    purpose_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('given', 'withdrawn')),
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    proof TEXT,
    proof_version INTEGER,
    note TEXT,
    ip TEXT,
    file_id TEXT,
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, lead_id, id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, purpose_id) REFERENCES consent_purposes (workspace_id, id),
    FOREIGN KEY (workspace_id, recorded_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
