//! Waiting for what the server does by itself.

use std::future::Future;

use gloo_timers::future::TimeoutFuture;

use crate::api::ApiError;

/// Between two looks, in milliseconds.
const AGAIN: u32 = 1_000;
/// Looks before it is left as it stands.
const LOOKS: u32 = 30;

/// Looks until something is as it is to be, or half a minute is over; answers what was seen last.
pub async fn settled<T, F: Future<Output = Result<T, ApiError>>>(
    look: impl Fn() -> F,
    done: impl Fn(&T) -> bool,
) -> Result<T, ApiError> {
    let mut now = look().await?;
    for _ in 0..LOOKS {
        if done(&now) {
            break;
        }
        TimeoutFuture::new(AGAIN).await;
        now = look().await?;
    }
    Ok(now)
}
