DROP INDEX notifications_topic;
ALTER TABLE notifications DROP COLUMN topic;
DROP TABLE merge_attachments;
DROP TABLE file_versions;
DROP TABLE files;
DROP TABLE followers;
DROP TABLE comments;
