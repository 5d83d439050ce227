DROP TABLE security_policies;
DROP TABLE known_devices;
DROP TABLE sign_ins;
