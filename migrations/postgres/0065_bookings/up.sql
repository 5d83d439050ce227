-- Pages on which somebody books time. The slug is the address; its random end keeps those of all workspaces apart.
CREATE TABLE booking_pages (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    slug text COLLATE "C" NOT NULL,
    design text NOT NULL,
    active boolean NOT NULL,
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, slug),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX booking_pages_slug ON booking_pages (slug);

-- Who can be met there, in which order, and in which hours when not in those of the page.
CREATE TABLE booking_page_hosts (
    workspace_id text COLLATE "C" NOT NULL,
    page_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    time_zone text COLLATE "C",
    week text,
    PRIMARY KEY (workspace_id, page_id, user_id),
    FOREIGN KEY (workspace_id, page_id) REFERENCES booking_pages (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);

-- A row of each person who can be met: whoever books time of theirs writes to it first, and others wait.
CREATE TABLE booking_desks (
    workspace_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    booked bigint NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);

-- What was booked, by whom. A page that is sent twice has its effect once.
CREATE TABLE bookings (
    workspace_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    page_id text COLLATE "C" NOT NULL,
    page text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    start_at bigint NOT NULL,
    end_at bigint NOT NULL,
    room_before bigint NOT NULL,
    room_after bigint NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    answers text NOT NULL,
    language text COLLATE "C" NOT NULL,
    time_zone text COLLATE "C" NOT NULL,
    ip_hash text COLLATE "C",
    contact_id text COLLATE "C",
    lead_id text COLLATE "C",
    activity_id text COLLATE "C",
    moves bigint NOT NULL,
    cancelled_by text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, page_id, page),
    FOREIGN KEY (workspace_id, page_id) REFERENCES booking_pages (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX bookings_page ON bookings (workspace_id, page_id, id);
CREATE INDEX bookings_start ON bookings (workspace_id, start_at) WHERE state = 'booked';
CREATE INDEX bookings_activity ON bookings (workspace_id, activity_id) WHERE activity_id IS NOT NULL;
CREATE INDEX bookings_contact ON bookings (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX bookings_lead ON bookings (workspace_id, lead_id) WHERE lead_id IS NOT NULL;

-- Whose time it is.
CREATE TABLE booking_hosts (
    workspace_id text COLLATE "C" NOT NULL,
    booking_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    PRIMARY KEY (workspace_id, booking_id, user_id),
    FOREIGN KEY (workspace_id, booking_id) REFERENCES bookings (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX booking_hosts_user ON booking_hosts (workspace_id, user_id);

-- Links by which a booking is moved and cancelled; each message has one of its own, kept as a hash.
CREATE TABLE booking_links (
    workspace_id text COLLATE "C" NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    booking_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, booking_id) REFERENCES bookings (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX booking_links_booking ON booking_links (workspace_id, booking_id);

-- When somebody is busy.
CREATE INDEX activities_busy ON activities (workspace_id, owner_id, due_at)
    WHERE deleted_at IS NULL AND due_at IS NOT NULL AND kind IN ('meeting', 'call');

ALTER TABLE booking_pages ENABLE ROW LEVEL SECURITY;
ALTER TABLE booking_pages FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON booking_pages USING (in_scope(workspace_id));
ALTER TABLE booking_page_hosts ENABLE ROW LEVEL SECURITY;
ALTER TABLE booking_page_hosts FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON booking_page_hosts USING (in_scope(workspace_id));
ALTER TABLE booking_desks ENABLE ROW LEVEL SECURITY;
ALTER TABLE booking_desks FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON booking_desks USING (in_scope(workspace_id));
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY;
ALTER TABLE bookings FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON bookings USING (in_scope(workspace_id));
ALTER TABLE booking_hosts ENABLE ROW LEVEL SECURITY;
ALTER TABLE booking_hosts FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON booking_hosts USING (in_scope(workspace_id));
ALTER TABLE booking_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE booking_links FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON booking_links USING (in_scope(workspace_id));
