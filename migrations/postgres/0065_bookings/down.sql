DROP INDEX activities_busy;
DROP TABLE booking_links;
DROP TABLE booking_hosts;
DROP TABLE bookings;
DROP TABLE booking_desks;
DROP TABLE booking_page_hosts;
DROP TABLE booking_pages;
