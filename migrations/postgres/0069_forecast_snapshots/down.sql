DROP TABLE stage_outcomes;
DROP TABLE deal_states;
DROP TABLE forecast_snapshots;
DROP TABLE forecast_days;
