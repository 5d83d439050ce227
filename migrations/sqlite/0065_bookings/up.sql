-- Pages on which somebody books time. The slug is the address; its random end keeps those of all workspaces apart.
CREATE TABLE booking_pages (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    design TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, slug),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_pages_slug ON booking_pages (slug);

-- Who can be met there, in which order, and in which hours when not in those of the page.
CREATE TABLE booking_page_hosts (
    workspace_id TEXT NOT NULL,
    page_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    time_zone TEXT,
    week TEXT,
    PRIMARY KEY (workspace_id, page_id, user_id),
    FOREIGN KEY (workspace_id, page_id) REFERENCES booking_pages (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- A row of each person who can be met: whoever books time of theirs writes to it first, and others wait.
CREATE TABLE booking_desks (
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    booked INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

-- What was booked, by whom. A page that is sent twice has its effect once.
CREATE TABLE bookings (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    page_id TEXT NOT NULL,
    page TEXT NOT NULL,
    state TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    room_before INTEGER NOT NULL,
    room_after INTEGER NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    answers TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    ip_hash TEXT,
    contact_id TEXT,
    lead_id TEXT,
    activity_id TEXT,
    moves INTEGER NOT NULL,
    cancelled_by TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, page_id, page),
    FOREIGN KEY (workspace_id, page_id) REFERENCES booking_pages (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX bookings_page ON bookings (workspace_id, page_id, id);
CREATE INDEX bookings_start ON bookings (workspace_id, start_at) WHERE state = 'booked';
CREATE INDEX bookings_activity ON bookings (workspace_id, activity_id) WHERE activity_id IS NOT NULL;
CREATE INDEX bookings_contact ON bookings (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX bookings_lead ON bookings (workspace_id, lead_id) WHERE lead_id IS NOT NULL;

-- Whose time it is.
CREATE TABLE booking_hosts (
    workspace_id TEXT NOT NULL,
    booking_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, booking_id, user_id),
    FOREIGN KEY (workspace_id, booking_id) REFERENCES bookings (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_hosts_user ON booking_hosts (workspace_id, user_id);

-- Links by which a booking is moved and cancelled; each message has one of its own, kept as a hash.
CREATE TABLE booking_links (
    workspace_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    booking_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, booking_id) REFERENCES bookings (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_links_booking ON booking_links (workspace_id, booking_id);

-- When somebody is busy.
CREATE INDEX activities_busy ON activities (workspace_id, owner_id, due_at)
    WHERE deleted_at IS NULL AND due_at IS NOT NULL AND kind IN ('meeting', 'call');
