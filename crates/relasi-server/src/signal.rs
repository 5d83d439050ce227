//! Being told to end.

/// How the server is told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// By the keyboard.
    Interrupt,
    /// By whatever runs it.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has it"))]
    Terminate,
}

#[cfg(unix)]
pub async fn wait() -> Signal {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => Signal::Terminate,
                _ = tokio::signal::ctrl_c() => Signal::Interrupt,
            }
        }
        Err(_) => interrupted().await,
    }
}

#[cfg(not(unix))]
pub async fn wait() -> Signal {
    interrupted().await
}

async fn interrupted() -> Signal {
    drop(tokio::signal::ctrl_c().await);
    Signal::Interrupt
}
