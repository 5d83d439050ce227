DROP TABLE exchange_rates;
DROP TABLE prices;
DROP TABLE price_books;
DROP TABLE products;
DROP TABLE tax_rates;
