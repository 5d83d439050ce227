DROP TABLE won_stays;
