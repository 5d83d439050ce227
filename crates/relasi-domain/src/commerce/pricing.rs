//! Which price applies.
//!
//! 1. A book that the document names is the only one.
//! 2. Otherwise those in the document's currency that are in use, valid on its day and for its company, the highest
//!    priority first, and of equal ones the one that was made first.
//! 3. The first of these that has a price of the product gives it: that of the largest quantity that is reached.
//! 4. Without one the product's own price applies, where it is in the same currency.

use std::cmp::Reverse;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{exact::Exact, price_book::PriceBook};

/// A price of a product in a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// The book.
    pub book: Uuid,
    /// From how many on.
    pub from: Exact,
    /// For one.
    pub price: i64,
    /// What one costs oneself, where the book says so.
    pub cost: Option<i64>,
}

/// Whether a book may give prices in a currency on a day; for which companies is another question.
pub fn is_valid(book: &PriceBook, currency: &str, day: NaiveDate) -> bool {
    !book.inactive
        && book.currency == currency
        && book.valid_from.is_none_or(|from| from <= day)
        && book.valid_to.is_none_or(|to| day <= to)
}

/// Puts books into the order in which they are asked. Ids tell which was made first.
pub fn order(books: &mut [(Uuid, PriceBook)]) {
    books.sort_by_key(|(id, book)| (Reverse(book.priority.unwrap_or(0)), *id));
}

/// What counts when so many are bought, by the first of the books that has a price.
pub fn tier(books: &[Uuid], tiers: &[Tier], quantity: Exact) -> Option<Tier> {
    books.iter().find_map(|book| {
        let reached = tiers
            .iter()
            .filter(|tier| tier.book == *book && tier.from <= quantity);
        reached.max_by_key(|tier| tier.from).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn book(priority: i64) -> PriceBook {
        PriceBook {
            name: "Retail".into(),
            currency: "THB".into(),
            priority: Some(priority),
            ..PriceBook::default()
        }
    }

    #[test]
    fn books_are_valid_in_their_currency_and_time() {
        let limited = PriceBook {
            valid_from: Some(day("2026-01-01")),
            valid_to: Some(day("2026-12-31")),
            ..book(0)
        };
        for (on, currency, valid) in [
            ("2026-01-01", "THB", true),
            ("2026-12-31", "THB", true),
            ("2025-12-31", "THB", false),
            ("2027-01-01", "THB", false),
            ("2026-06-01", "IDR", false),
        ] {
            assert_eq!(
                is_valid(&limited, currency, day(on)),
                valid,
                "{on} {currency}"
            );
        }
        let inactive = PriceBook {
            inactive: true,
            ..limited
        };
        assert!(!is_valid(&inactive, "THB", day("2026-06-01")));
    }

    #[test]
    fn the_highest_priority_is_asked_first() {
        let [first, second, third] = [1, 2, 3].map(Uuid::from_u128);
        let mut books = vec![(third, book(5)), (second, book(0)), (first, book(0))];
        order(&mut books);
        let ids: Vec<Uuid> = books.into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, [third, first, second]);
    }

    fn price(books: &[Uuid], tiers: &[Tier], quantity: Exact) -> Option<i64> {
        tier(books, tiers, quantity).map(|tier| tier.price)
    }

    #[test]
    fn more_costs_less_for_one() {
        let [one, other] = [1, 2].map(Uuid::from_u128);
        let made = |book, from, price| Tier {
            book,
            from: Exact::whole(from),
            price,
            cost: None,
        };
        let tiers = [
            made(one, 10, 400),
            made(other, 0, 420),
            made(other, 100, 380),
            made(other, 50, 390),
        ];
        let of = |quantity| price(&[one, other], &tiers, Exact::whole(quantity));
        assert_eq!(
            (of(1), of(10), of(1_000)),
            (Some(420), Some(400), Some(400))
        );
        let of = |quantity| price(&[other], &tiers, Exact::whole(quantity));
        assert_eq!((of(49), of(50), of(100)), (Some(420), Some(390), Some(380)));
        assert_eq!(price(&[], &tiers, Exact::whole(5)), None);
    }
}
