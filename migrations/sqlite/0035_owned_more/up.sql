-- What else belongs to a member who leaves is found without a look at everything.
CREATE INDEX contact_roles_owner ON contact_roles (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
CREATE INDEX relationships_owner ON relationships (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
CREATE INDEX tags_owner ON tags (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
