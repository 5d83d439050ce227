//! What must hold when machines, disks, networks and clocks fail. `make resilience` runs these longer than `make test`.

mod clock;
mod disk_full;
mod durability;
mod failover;
mod limits;
mod migrations;
mod nodes;
mod outage;
mod pooler;
mod power;
mod replica;
mod rolling;
mod steady;
mod upgrade;
mod wire;

/// A number from the environment, so that `make resilience` asks for more than `make test`.
fn asked_for(name: &str, usual: usize) -> usize {
    let asked = std::env::var(name).ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(usual)
}
