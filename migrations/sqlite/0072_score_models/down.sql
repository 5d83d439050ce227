DROP TABLE score_examinations;
DROP TABLE score_models;
