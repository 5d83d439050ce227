DROP TABLE commerce_settings;
DROP TABLE number_series;
DROP TABLE quote_versions;
DROP TABLE line_items;
DROP TABLE quotes;
ALTER TABLE deals DROP COLUMN amount_follows_lines;
