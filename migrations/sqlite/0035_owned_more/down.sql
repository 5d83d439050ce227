DROP INDEX tags_owner;
DROP INDEX relationships_owner;
DROP INDEX contact_roles_owner;
