-- When somebody is to be told of an activity. What waits has a moment; what was told, is over or was done has none.
CREATE TABLE activity_reminders (
    workspace_id TEXT NOT NULL,
    activity_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    by_mail INTEGER NOT NULL,
    remind_at INTEGER,
    sent_at INTEGER,
    PRIMARY KEY (workspace_id, activity_id, user_id, minutes),
    FOREIGN KEY (workspace_id, activity_id) REFERENCES activities (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_reminders_due ON activity_reminders (remind_at, workspace_id) WHERE remind_at IS NOT NULL;

-- What somebody wants to be reminded of, and when, by kind; who has no row has the usual.
CREATE TABLE reminder_choices (
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    reminders TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id, kind),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
