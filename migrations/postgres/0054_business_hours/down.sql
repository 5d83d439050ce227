DROP TABLE work_profiles;
DROP TABLE team_calendars;
DROP TABLE business_calendars;
