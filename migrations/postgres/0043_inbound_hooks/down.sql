DROP TABLE inbound_requests;
DROP TABLE inbound_hooks;
