-- What brought a person and a deal, and when the person first met us; taken over from the lead that they were.
ALTER TABLE contacts ADD COLUMN campaign text COLLATE "C";
ALTER TABLE contacts ADD COLUMN first_touch_at bigint;
ALTER TABLE deals ADD COLUMN campaign text COLLATE "C";

-- Each time that marketing handed a lead to sales, to somebody or a team, and what came of it. One that was handed on before
-- anybody decided is `replaced_at`.
CREATE TABLE lead_hand_offs (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    lead_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    from_owner_id text COLLATE "C",
    from_team_id text COLLATE "C",
    to_owner_id text COLLATE "C",
    to_team_id text COLLATE "C",
    note text,
    accepted_at bigint,
    accepted_by text COLLATE "C",
    returned_at bigint,
    returned_by text COLLATE "C",
    return_reason text,
    replaced_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, by_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX lead_hand_offs_lead ON lead_hand_offs (workspace_id, lead_id, at);
CREATE INDEX lead_hand_offs_at ON lead_hand_offs (workspace_id, at, id);

-- What a workspace asks of a lead before it is qualified: a JSON list of items, each done by hand or by a filter.
CREATE TABLE lead_checklists (
    workspace_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    items text NOT NULL,
    updated_at bigint NOT NULL,
    updated_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- Items that somebody ticked off.
CREATE TABLE lead_checks (
    workspace_id text COLLATE "C" NOT NULL,
    lead_id text COLLATE "C" NOT NULL,
    item_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, lead_id, item_id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE
);

-- What a lead became, and what has to be put back when that is undone: `former` are members of the lead, `moved` is what
-- went to the contact and what was made.
CREATE TABLE lead_conversions (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    lead_id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    former text NOT NULL,
    moved text NOT NULL,
    undone_at bigint,
    undone_by text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX lead_conversions_lead ON lead_conversions (workspace_id, lead_id, at);

-- What a lead agreed to or took back, as with contacts, to whom it goes with its proof.
CREATE TABLE lead_consents (
    workspace_id text COLLATE "C" NOT NULL,
    lead_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    purpose_id text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('given', 'withdrawn')),
    at bigint NOT NULL,
    source text COLLATE "C" NOT NULL,
    proof text,
    proof_version bigint,
    note text,
    ip text COLLATE "C",
    file_id text COLLATE "C",
    recorded_at bigint NOT NULL,
    recorded_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, lead_id, id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, purpose_id) REFERENCES consent_purposes (workspace_id, id),
    FOREIGN KEY (workspace_id, recorded_by) REFERENCES memberships (workspace_id, user_id)
);

ALTER TABLE lead_hand_offs ENABLE ROW LEVEL SECURITY;
ALTER TABLE lead_hand_offs FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON lead_hand_offs USING (in_scope(workspace_id));
ALTER TABLE lead_checklists ENABLE ROW LEVEL SECURITY;
ALTER TABLE lead_checklists FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON lead_checklists USING (in_scope(workspace_id));
ALTER TABLE lead_checks ENABLE ROW LEVEL SECURITY;
ALTER TABLE lead_checks FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON lead_checks USING (in_scope(workspace_id));
ALTER TABLE lead_conversions ENABLE ROW LEVEL SECURITY;
ALTER TABLE lead_conversions FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON lead_conversions USING (in_scope(workspace_id));
ALTER TABLE lead_consents ENABLE ROW LEVEL SECURITY;
ALTER TABLE lead_consents FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON lead_consents USING (in_scope(workspace_id));
