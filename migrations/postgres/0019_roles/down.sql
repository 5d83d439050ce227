DROP INDEX activities_owner;
DROP INDEX activities_team;
DROP INDEX deals_team;
DROP INDEX companies_team;
DROP INDEX contacts_team;
DROP TABLE member_teams;
DROP TABLE member_places;
DROP TABLE roles;
