//! How often one caller may ask, and how long anything may take.
//!
//! So many requests a minute for each key, or else for each address of a connection.
//!
//! `X-Forwarded-For` is not believed: whoever sends it chooses what it says. Behind a proxy use keys, or limit addresses at the proxy.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

/// How often entries that no longer matter are thrown away.
pub const PURGE_PERIOD: Duration = Duration::from_mins(1);
/// The period that a limit speaks of, in seconds.
pub const WINDOW_SECONDS: u64 = 60;

/// Longest times and greatest numbers, beside those of a body, a line and a header. Those of the service are the default; tests take
/// shorter ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest time a client may take to send its headers.
    pub headers: Duration,
    /// Longest time that the body of one screening may take.
    pub body: Duration,
    /// Longest time that a batch may send nothing; it ends then.
    pub batch_silence: Duration,
    /// Longest time that a caller may take nothing of an answer that waits for it; the connection is closed then.
    pub reader_silence: Duration,
    /// How long a connection is kept, after its last answer, of which the body was not read.
    pub unread: Duration,
    /// How long an idle connection is kept.
    pub keep_alive: Duration,
    /// Longest time that a TLS handshake may take.
    pub tls_handshake: Duration,
    /// Longest time that a draining service waits for running requests.
    pub draining: Duration,
    /// Most connections at a time. Each that sends a body may hold some 200 KB.
    pub connections: usize,
    /// Most lines of one batch, if there is a limit.
    pub batch_lines: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(10),
            body: Duration::from_secs(30),
            batch_silence: Duration::from_mins(1),
            reader_silence: Duration::from_mins(1),
            unread: Duration::from_secs(1),
            keep_alive: Duration::from_secs(75),
            tls_handshake: Duration::from_secs(5),
            draining: Duration::from_secs(20),
            connections: 2_000,
            batch_lines: None,
        }
    }
}

/// Whose requests are counted together.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    /// The id of a key: both keys of a rotation count together.
    Key(String),
    /// An IPv4 address, or the first 64 bits of an IPv6 address, which is what one subscriber has.
    Address(IpAddr),
}

impl Caller {
    /// The caller behind an address.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = u128::from(address) & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from(network))
            }
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Requests that are possible at once.
    pub remaining: u32,
    /// Seconds until there is more, at least one.
    pub seconds: u64,
}

/// Counts requests.
pub struct Limiter {
    per_minute: NonZeroU32,
    counts: RateLimiter<
        Caller,
        DefaultKeyedStateStore<Caller>,
        DefaultClock,
        StateInformationMiddleware,
    >,
    clock: DefaultClock,
}

impl std::fmt::Debug for Limiter {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Limiter({})", self.per_minute)
    }
}

impl Limiter {
    /// Allows so many requests a minute, all at once if need be.
    #[must_use]
    pub fn new(per_minute: NonZeroU32) -> Self {
        Self {
            per_minute,
            counts: RateLimiter::keyed(Quota::per_minute(per_minute))
                .with_middleware::<StateInformationMiddleware>(),
            clock: DefaultClock::default(),
        }
    }

    /// Requests a minute.
    #[must_use]
    pub fn per_minute(&self) -> u32 {
        self.per_minute.get()
    }

    /// Counts one request.
    ///
    /// # Errors
    /// When it is one too many.
    pub fn count(&self, caller: &Caller) -> Result<Budget, Budget> {
        let step = Duration::from_secs(WINDOW_SECONDS) / self.per_minute.get();
        match self.counts.check_key(caller) {
            Ok(state) => Ok(Budget {
                remaining: state.remaining_burst_capacity(),
                seconds: whole_seconds(step),
            }),
            Err(not_until) => Err(Budget {
                remaining: 0,
                seconds: whole_seconds(not_until.wait_time_from(self.clock.now())),
            }),
        }
    }

    /// Forgets callers that have their whole budget again; without it the map would grow with every address.
    pub fn purge(&self) {
        self.counts.retain_recent();
        self.counts.shrink_to_fit();
    }

    /// How many callers are remembered.
    #[must_use]
    pub fn callers(&self) -> usize {
        self.counts.len()
    }
}

fn whole_seconds(duration: Duration) -> u64 {
    (duration.as_secs() + u64::from(duration.subsec_nanos() > 0)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Caller {
        Caller::at(text.parse().expect("an address"))
    }

    #[test]
    fn one_request_too_many_is_refused_and_others_are_not_affected() {
        let limiter = Limiter::new(NonZeroU32::new(2).expect("not zero"));
        let caller = address("192.0.2.1");
        assert_eq!(limiter.count(&caller).map(|budget| budget.remaining), Ok(1));
        assert_eq!(limiter.count(&caller).map(|budget| budget.remaining), Ok(0));
        let refused = limiter.count(&caller).expect_err("too many");
        assert!((1..=30).contains(&refused.seconds));
        assert!(limiter.count(&address("192.0.2.2")).is_ok());
        assert!(limiter.count(&Caller::Key("portal-a".to_owned())).is_ok());
        assert_eq!(limiter.callers(), 3);
    }

    #[test]
    fn callers_with_their_whole_budget_are_forgotten() {
        let limiter = Limiter::new(NonZeroU32::new(60_000).expect("not zero"));
        let _counted = limiter.count(&address("192.0.2.1"));
        std::thread::sleep(Duration::from_millis(50));
        limiter.purge();
        assert_eq!(limiter.callers(), 0);
    }

    #[test]
    fn addresses_of_one_subscriber_count_together() {
        assert!(address("2001:db8::1") == address("2001:db8::ffff:1"));
        assert!(address("2001:db8::1") != address("2001:db8:0:1::1"));
        assert!(address("::ffff:192.0.2.1") == address("192.0.2.1"));
    }
}
