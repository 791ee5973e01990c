//! Limits per address and per session: who tries doors one after the other, or floods them,
//! waits. Each node counts for itself. `LIMITS` multiplies them; 0 takes them away.
//!
//! Many people may share an address (a mobile network, a school): those limits are wide, and
//! the narrow ones are a session's.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use app::api::Problem;
use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use governor::{
    Quota, RateLimiter,
    clock::Clock as _,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed, keyed::HashMapStateStore},
};
use rules::t;

use super::{client, cookies, document, security::ScriptNonce};
use crate::{
    clock::{Clock, Ticks},
    state::{Actor, Counter},
    vault::sha256,
};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A login begun: a signature of ours, a row.
    Login,
    /// What an identity provider sends: signatures to verify.
    Answer,
    /// A step of a form.
    Draft,
    /// A file.
    Upload,
    /// A part of one.
    Part,
    /// Whatever else is sent.
    Other,
}

/// Requests a minute of one address, and of one session. A burst may be as many.
const fn most(kind: Kind) -> (u32, u32) {
    match kind {
        Kind::Login => (120, 30),
        Kind::Answer => (120, 30),
        Kind::Draft => (2_400, 240),
        Kind::Upload => (600, 60),
        Kind::Part => (2_400, 240),
        Kind::Other => (1_200, 120),
    }
}

const KINDS: [Kind; 6] = [
    Kind::Login,
    Kind::Answer,
    Kind::Draft,
    Kind::Upload,
    Kind::Part,
    Kind::Other,
];

fn kind(method: &Method, path: &str) -> Option<Kind> {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    match segments[..] {
        ["spid" | "cie", "login"] => Some(Kind::Login),
        ["spid" | "cie", "acs" | "slo"] => Some(Kind::Answer),
        _ if matches!(*method, Method::GET | Method::HEAD) => None,
        ["servizi", _, "richiesta"] | ["servizi", _, "richiesta", "mappa"] => Some(Kind::Draft),
        ["servizi", _, "richiesta", "allegati", _] => Some(Kind::Upload),
        ["servizi", _, "richiesta", "allegati", _, "parti"] => Some(Kind::Upload),
        ["servizi", _, "richiesta", "allegati", _, "parti", _] => Some(Kind::Part),
        _ => Some(Kind::Other),
    }
}

/// KiB an hour of what nobody believed that are kept, and at most at once.
const KEPT_KIB: u32 = 4_096;

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, Ticks, NoOpMiddleware<Duration>>;

type Bucket = RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Duration>>;

/// Who asked how often.
pub struct Limits {
    ticks: Ticks,
    /// In the order of [`KINDS`]; empty: no limits.
    each: Vec<Each>,
    /// `None`: no limit.
    kept: Option<Bucket>,
}

struct Each {
    addresses: Limiter<IpAddr>,
    sessions: Limiter<String>,
}

impl Limits {
    pub fn new(clock: Arc<dyn Clock>, times: u32) -> Self {
        let ticks = Ticks(clock);
        let quota = |most: u32| NonZeroU32::new(most.saturating_mul(times)).map(Quota::per_minute);
        let each = |kind| {
            let (address, session) = most(kind);
            Some(Each {
                addresses: RateLimiter::hashmap_with_clock(quota(address)?, ticks.clone()),
                sessions: RateLimiter::hashmap_with_clock(quota(session)?, ticks.clone()),
            })
        };
        let kept = NonZeroU32::new(KEPT_KIB.saturating_mul(times)).map(Quota::per_hour);
        Self {
            kept: kept.map(|most| RateLimiter::direct_with_clock(most, ticks.clone())),
            each: KINDS.into_iter().filter_map(each).collect(),
            ticks,
        }
    }

    /// Whether there is room to keep `bytes` that nobody believes; takes it.
    pub fn may_keep(&self, bytes: usize) -> bool {
        let kib = u32::try_from(bytes / 1_024 + 1).unwrap_or(u32::MAX);
        match (&self.kept, NonZeroU32::new(kib)) {
            (Some(kept), Some(kib)) => matches!(kept.check_n(kib), Ok(Ok(()))),
            _ => true,
        }
    }

    /// Takes one request; `Err`: how long to wait.
    fn take(
        &self,
        kind: Kind,
        address: Option<IpAddr>,
        session: Option<String>,
    ) -> Result<(), Duration> {
        let position = KINDS.iter().position(|each| *each == kind);
        let Some(each) = position.and_then(|position| self.each.get(position)) else {
            return Ok(());
        };
        let now = self.ticks.now();
        if let Some(address) = address {
            let taken = each.addresses.check_key(&network(address));
            taken.map_err(|until| until.wait_time_from(now))?;
        }
        if let Some(session) = session {
            let taken = each.sessions.check_key(&session);
            taken.map_err(|until| until.wait_time_from(now))?;
        }
        Ok(())
    }

    /// Forgets who could ask again anyway.
    pub fn forget(&self) {
        for each in &self.each {
            each.addresses.retain_recent();
            each.sessions.retain_recent();
        }
    }
}

/// Who has one IPv6 address has 2⁶⁴ of them.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

pub async fn limit(
    State(counter): State<Counter>,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let Some(kind) = kind(request.method(), path) else {
        return next.run(request).await;
    };
    let address = client::address(&request, &counter.trusted_proxies);
    let session = session(&counter, request.headers());
    let Err(wait) = counter.limits.take(kind, address, session) else {
        return next.run(request).await;
    };
    let seconds = wait.as_secs() + 1;
    let address = address.map(tracing::field::display);
    tracing::warn!(client.address = address, limit.kind = ?kind, "too many requests");
    let api = path.starts_with("/api/");
    let problem = too_many(seconds);
    let mut response = document::problem(&counter, &Actor::Anonymous, problem, api, &nonce).await;
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Hashed: what a client invents is of any length, and is kept for a minute.
fn session(counter: &Counter, headers: &HeaderMap) -> Option<String> {
    let token = cookies::session_token(counter, headers)?;
    Some(sha256(token.as_bytes()))
}

fn too_many(seconds: u64) -> Problem {
    Problem::new(
        429,
        t!("Troppe richieste"),
        t!(
            "Da qui sono arrivate troppe richieste in poco tempo. Quello che avevi salvato c'è ancora. Riprova tra {seconds} secondi.",
            seconds = seconds
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    fn ip(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn what_is_limited() {
        let of = |method, path| kind(&method, path);
        assert_eq!(of(Method::GET, "/spid/login"), Some(Kind::Login));
        assert_eq!(of(Method::POST, "/cie/acs"), Some(Kind::Answer));
        assert_eq!(of(Method::GET, "/spid/slo"), Some(Kind::Answer));
        assert_eq!(of(Method::POST, "/servizi/x/richiesta"), Some(Kind::Draft));
        assert_eq!(
            of(Method::PUT, "/api/servizi/x/richiesta"),
            Some(Kind::Draft)
        );
        let upload = "/api/servizi/x/richiesta/allegati/y";
        assert_eq!(of(Method::PUT, upload), Some(Kind::Upload));
        for path in [
            "/valutazioni",
            "/pratiche/x",
            "/api/ufficio/ruoli",
            "/esci",
            "/",
        ] {
            assert_eq!(of(Method::POST, path), Some(Kind::Other), "{path}");
        }
        assert_eq!(of(Method::PUT, "/x"), Some(Kind::Other));
        assert_eq!(of(Method::DELETE, "/x"), Some(Kind::Other));
        assert_eq!(of(Method::GET, "/servizi/x/richiesta"), None);
        assert_eq!(of(Method::HEAD, "/"), None);
        assert_eq!(of(Method::GET, "/"), None);
    }

    #[test]
    fn an_address_waits_and_another_does_not() {
        let clock = ManualClock::at(1_000_000);
        let limits = Limits::new(Arc::new(clock.clone()), 1);
        let take = |address| limits.take(Kind::Login, address, None);
        for _ in 0..120 {
            assert_eq!(take(ip("192.0.2.1")), Ok(()));
        }
        let wait = take(ip("192.0.2.1")).unwrap_err();
        assert!(wait <= Duration::from_millis(500), "{wait:?}");
        assert_eq!(take(ip("192.0.2.2")), Ok(()));
        clock.advance(500);
        assert_eq!(take(ip("192.0.2.1")), Ok(()));
        limits.forget();
        assert!(take(ip("192.0.2.1")).is_err(), "not forgotten too early");
    }

    #[test]
    fn neighbours_in_a_network_count_together() {
        let limits = Limits::new(Arc::new(ManualClock::at(1)), 1);
        for n in 0..120 {
            let address = ip(&format!("2001:db8:1:2::{n:x}"));
            assert_eq!(limits.take(Kind::Login, address, None), Ok(()));
        }
        assert!(
            limits
                .take(Kind::Login, ip("2001:db8:1:2:ffff::"), None)
                .is_err()
        );
        assert!(limits.take(Kind::Login, ip("2001:db8:1:3::"), None).is_ok());
    }

    #[test]
    fn a_session_has_a_limit_of_its_own() {
        let limits = Limits::new(Arc::new(ManualClock::at(1)), 1);
        let take = |name: &str| limits.take(Kind::Draft, ip("192.0.2.1"), Some(name.to_owned()));
        for _ in 0..240 {
            assert_eq!(take("a"), Ok(()));
        }
        assert!(take("a").is_err());
        assert_eq!(take("b"), Ok(()));
    }

    #[test]
    fn what_nobody_believes_has_room_for_so_much_an_hour() {
        let clock = ManualClock::at(1);
        let limits = Limits::new(Arc::new(clock.clone()), 1);
        let kept = |limits: &Limits| (0..200).filter(|_| limits.may_keep(32 << 10)).count();
        assert_eq!(kept(&limits), 4_096 / 33);
        clock.advance(600_000);
        assert_eq!(kept(&limits), (4_096 % 33 + 4_096 / 6) / 33);
        assert_eq!(kept(&Limits::new(Arc::new(clock), 0)), 200);
    }

    #[test]
    fn limits_are_multiplied_and_taken_away() {
        let clock = || Arc::new(ManualClock::at(1));
        let taken = |limits: &Limits| {
            let many =
                (0..1_000).filter(|_| limits.take(Kind::Login, ip("192.0.2.1"), None).is_ok());
            many.count()
        };
        assert_eq!(taken(&Limits::new(clock(), 3)), 360);
        assert_eq!(taken(&Limits::new(clock(), 0)), 1_000);
    }
}
