DROP INDEX contacts_no_step;
DROP TABLE suggestion_rests;
DROP TABLE product_pairs;
