//! The address of who asks: of the connection or, behind a proxy of ours, what the proxy says.

use std::net::{IpAddr, SocketAddr};

use axum::{extract::Request, http::HeaderMap};
use ipnet::IpNet;

/// Whence the connection comes.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

tokio::task_local! {
    static CURRENT: Option<IpAddr>;
}

/// Answers a request of this client's; see [`current`].
pub async fn during<F: Future>(client: Option<IpAddr>, answer: F) -> F::Output {
    CURRENT.scope(client, answer).await
}

/// Who asks for what is being answered now: written down only where somebody is refused.
pub fn current() -> Option<IpAddr> {
    CURRENT.try_with(|client| *client).ok().flatten()
}

/// `None` where there is no connection (tests of a router alone).
pub fn address(request: &Request, trusted: &[IpNet]) -> Option<IpAddr> {
    let Peer(peer) = request.extensions().get()?;
    Some(forwarded(peer.to_canonical(), request.headers(), trusted))
}

/// Proxies append the address that they saw: read from the end, the first that is none of ours is
/// the client's. What stands before it she may have written herself.
fn forwarded(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_ours = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut client = peer;
    let all = headers.get_all("x-forwarded-for");
    let lines: Vec<&str> = all.iter().filter_map(|line| line.to_str().ok()).collect();
    for text in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_ours(&client) {
            break;
        }
        match read(text.trim()) {
            Some(ip) => client = ip,
            None => break,
        }
    }
    client
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`
fn read(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse()
        .ok()
        .or_else(with_port)
        .map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client's address where `peer` says `lines`.
    fn client(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        forwarded(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_our_proxies_are_believed() {
        let ours = &["127.0.0.1/32", "10.0.0.0/8", "::1/128"];
        let seen = |peer, lines: &[&str]| client(peer, lines, ours);
        assert_eq!(client("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("::1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(seen("127.0.0.1", &["2001:db8::7"]), "2001:db8::7");
        // Two proxies, in one line or two; what the client invents stands first.
        assert_eq!(
            seen("127.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"]),
            "198.51.100.1"
        );
        assert_eq!(
            seen("127.0.0.1", &["6.6.6.6, 198.51.100.1", "10.0.0.2"]),
            "198.51.100.1"
        );
        // Nothing, or rubbish: whoever said it.
        assert_eq!(seen("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(seen("10.0.0.2", &["198.51.100.1, unknown"]), "10.0.0.2");
    }
}
