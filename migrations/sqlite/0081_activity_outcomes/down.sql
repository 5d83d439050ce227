DROP TABLE activity_outcomes;
