//! Settings about sales.

use super::{Page, page};
use crate::i18n::k;
use crate::ui::icon;

/// Pages about what is sold, how, and by whom.
pub(super) const SALES: [Page; 12] = [
    page(
        "pipelines",
        k::settings::PIPELINES,
        k::settings::PIPELINES_WORDS,
        icon::SQUARE_KANBAN,
    ),
    page(
        "competitors",
        k::deals::RIVALS,
        k::deals::RIVALS_WORDS,
        icon::FLAG,
    ),
    page(
        "lead-qualification",
        k::leads::SETTINGS,
        k::leads::SETTINGS_WORDS,
        icon::SQUARE_CHECK_BIG,
    ),
    page(
        "lead-score",
        k::scores::TITLE,
        k::scores::WORDS,
        icon::TARGET,
    ),
    page(
        "lead-routing",
        k::routing::TITLE,
        k::routing::WORDS,
        icon::GIT_BRANCH,
    ),
    page(
        "outcomes",
        k::outcomes::TITLE,
        k::outcomes::WORDS,
        icon::PHONE,
    ),
    page(
        "forms",
        k::web_forms::TITLE,
        k::web_forms::WORDS,
        icon::FILE_TEXT,
    ),
    page(
        "quotas",
        k::forecast::QUOTAS,
        k::forecast::QUOTAS_WORDS,
        icon::FLAG,
    ),
    page(
        "booking-pages",
        k::booking::TITLE,
        k::booking::WORDS,
        icon::CALENDAR_DAYS,
    ),
    page(
        "prices",
        k::commerce::TITLE_PRICES,
        k::commerce::TITLE_PRICES_WORDS,
        icon::PACKAGE,
    ),
    page(
        "quotes",
        k::commerce::QUOTE_SETTINGS,
        k::commerce::QUOTE_SETTINGS_WORDS,
        icon::RECEIPT,
    ),
    page(
        "exchange-rates",
        k::commerce::MONEY,
        k::commerce::MONEY_WORDS,
        icon::WALLET,
    ),
];
