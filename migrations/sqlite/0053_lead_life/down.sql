DROP TABLE lead_consents;
DROP TABLE lead_conversions;
DROP TABLE lead_checks;
DROP TABLE lead_checklists;
DROP TABLE lead_hand_offs;
ALTER TABLE deals DROP COLUMN campaign;
ALTER TABLE contacts DROP COLUMN first_touch_at;
ALTER TABLE contacts DROP COLUMN campaign;
