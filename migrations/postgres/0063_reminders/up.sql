-- When somebody is to be told of an activity. What waits has a moment; what was told, is over or was done has none.
CREATE TABLE activity_reminders (
    workspace_id text COLLATE "C" NOT NULL,
    activity_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    minutes bigint NOT NULL,
    by_mail boolean NOT NULL,
    remind_at bigint,
    sent_at bigint,
    PRIMARY KEY (workspace_id, activity_id, user_id, minutes),
    FOREIGN KEY (workspace_id, activity_id) REFERENCES activities (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);
CREATE INDEX activity_reminders_due ON activity_reminders (remind_at, workspace_id) WHERE remind_at IS NOT NULL;

-- What somebody wants to be reminded of, and when, by kind; who has no row has the usual.
CREATE TABLE reminder_choices (
    workspace_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    reminders text NOT NULL,
    PRIMARY KEY (workspace_id, user_id, kind),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);

ALTER TABLE activity_reminders ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity_reminders FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON activity_reminders USING (in_scope(workspace_id));
ALTER TABLE reminder_choices ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminder_choices FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace ON reminder_choices USING (in_scope(workspace_id));
