DROP TABLE deal_competitors;
DROP TABLE deal_contacts;
DROP TABLE competitors;
