DROP INDEX leads_open;
DROP TABLE routing_settings;
DROP TABLE routing_turns;
DROP TABLE routing_rules;
