-- When a notification shows: when it came, or until when its reader has put it off. Lists and counts go by it.
ALTER TABLE notifications ADD COLUMN shows_at bigint NOT NULL DEFAULT 0;
UPDATE notifications SET shows_at = created_at;
DROP INDEX notifications_user;
DROP INDEX notifications_topic;
DROP INDEX notifications_unread;
CREATE INDEX notifications_user ON notifications (workspace_id, user_id, shows_at, id);
CREATE INDEX notifications_topic ON notifications (workspace_id, user_id, topic, shows_at, id);
-- With `read_at`, so that the count is answered without a look at the table.
CREATE INDEX notifications_unread ON notifications (workspace_id, user_id, shows_at, read_at) WHERE read_at IS NULL;

-- What somebody does not want to be told.
CREATE TABLE notification_mutes (
    workspace_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    occasion text COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, user_id, occasion),
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id)
);
