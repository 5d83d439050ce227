DROP TABLE notification_mutes;
DROP INDEX notifications_user;
DROP INDEX notifications_topic;
DROP INDEX notifications_unread;
ALTER TABLE notifications DROP COLUMN shows_at;
CREATE INDEX notifications_user ON notifications (workspace_id, user_id, id);
CREATE INDEX notifications_topic ON notifications (workspace_id, user_id, topic, id);
CREATE INDEX notifications_unread ON notifications (workspace_id, user_id) WHERE read_at IS NULL;
