DROP TABLE oauth_app_requests;
