//! How many requests a client may make: a leaky bucket per address, kept in memory only.
//!
//! The key is a hash of the address with a key that was drawn at random when the process began, so
//! that no address is ever stored; idle entries are dropped.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

/// The window of the policy in seconds.
const WINDOW_S: u64 = 60;

/// After so many requests idle entries are dropped.
const SWEEP_EVERY: u64 = 4096;

type Buckets =
    RateLimiter<u64, DefaultKeyedStateStore<u64>, DefaultClock, StateInformationMiddleware>;

/// The buckets of all clients.
pub struct RateLimit {
    per_minute: u32,
    buckets: Option<Buckets>,
    secret: RandomState,
    requests: AtomicU64,
}

/// What a client still may do.
pub struct Allowance {
    /// Requests per minute.
    pub quota: u32,
    /// Requests left at this moment.
    pub left: u32,
    /// Seconds until the next one, when none is left.
    pub wait_s: Option<u64>,
}

impl RateLimit {
    /// Makes the buckets; 0 means no limit.
    pub fn new(per_minute: u32) -> Self {
        let buckets = NonZeroU32::new(per_minute).map(|quota| {
            RateLimiter::keyed(Quota::per_minute(quota))
                .with_middleware::<StateInformationMiddleware>()
        });
        Self { per_minute, buckets, secret: RandomState::new(), requests: AtomicU64::new(0) }
    }

    /// Counts a request of `client`; `None` where nothing is limited.
    pub fn count(&self, client: Option<IpAddr>) -> Option<Allowance> {
        let buckets = self.buckets.as_ref()?;
        let key = self.secret.hash_one(neighbourhood(client?));
        if self.requests.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            buckets.retain_recent();
        }
        Some(match buckets.check_key(&key) {
            Ok(state) => Allowance {
                quota: self.per_minute,
                left: state.remaining_burst_capacity(),
                wait_s: None,
            },
            Err(refused) => {
                let wait = refused.wait_time_from(DefaultClock::default().now());
                Allowance { quota: self.per_minute, left: 0, wait_s: Some(wait.as_secs() + 1) }
            }
        })
    }
}

impl Allowance {
    /// Returns the fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
    pub fn fields(&self) -> [(&'static str, String); 2] {
        let until_next = self.wait_s.unwrap_or(WINDOW_S / u64::from(self.quota.max(1)));
        [
            ("RateLimit-Policy", format!("\"default\";q={};w={WINDOW_S}", self.quota)),
            ("RateLimit", format!("\"default\";r={};t={}", self.left, until_next.max(1))),
        ]
    }
}

/// Returns what counts as one client: an IPv4 address, or the /64 of an IPv6 address.
fn neighbourhood(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 64 | 1 << 127,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_stopped_and_its_neighbour_is_not() {
        let limit = RateLimit::new(3);
        let one = "203.0.113.9".parse().ok();
        for _ in 0..3 {
            assert_eq!(limit.count(one).and_then(|allowance| allowance.wait_s), None);
        }
        let stopped = limit.count(one).expect("limited");
        assert!(stopped.wait_s.is_some_and(|seconds| (1..=21).contains(&seconds)));
        assert_eq!(stopped.fields()[0].1, "\"default\";q=3;w=60");
        let neighbour = limit.count("203.0.113.10".parse().ok()).expect("limited");
        assert_eq!(neighbour.wait_s, None);
    }

    #[test]
    fn addresses_of_one_ipv6_household_share_a_bucket() {
        let one = neighbourhood("2001:db8:1:2::1".parse().expect("an address"));
        let two = neighbourhood("2001:db8:1:2:aaaa::9".parse().expect("an address"));
        let other = neighbourhood("2001:db8:1:3::1".parse().expect("an address"));
        assert!(one == two && one != other);
    }
}
