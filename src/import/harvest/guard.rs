//! Which addresses may be asked at all: the guard against being sent into one's own house.
//!
//! In: a URL, a name's addresses. Out: leave, or a [`Refusal`]. Pure; whoever connects asks
//! again for the very address that it connects to (see `connect`). Everything is refused that is
//! not plainly a host on the public network: the list below says what is public, not what is
//! private, wherever the registries allow it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Longest address that is asked.
const MAX_URL_CHARS: usize = 2_000;

/// The one port without an explicit leave for the own machine.
const HTTPS_PORT: u16 = 443;

/// Endings of names that are nobody's on the public network (RFC 6761, 6762, 7686, 8375, 9476,
/// ICANN's list of names in private use).
const PRIVATE_NAMES: [&str; 19] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "arpa",
    "test",
    "example",
    "invalid",
    "onion",
    "alt",
    "i2p",
    "workgroup",
    "domain",
    "mail",
];

/// IPv4 ranges that are no public host (IANA special-purpose registry), with their prefix.
const NOT_PUBLIC_4: [(Ipv4Addr, u32); 19] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),        // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),       // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),    // shared by providers (CGNAT), Alibaba's metadata
    (Ipv4Addr::new(127, 0, 0, 0), 8),      // own machine
    (Ipv4Addr::new(168, 63, 129, 16), 32), // Azure's platform, public by its number only
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // link-local, metadata of most clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),    // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),     // protocols, Oracle's metadata
    (Ipv4Addr::new(192, 0, 2, 0), 24),     // documentation
    (Ipv4Addr::new(192, 31, 196, 0), 24),  // AS112
    (Ipv4Addr::new(192, 52, 193, 0), 24),  // tunnels (AMT)
    (Ipv4Addr::new(192, 88, 99, 0), 24),   // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),   // private
    (Ipv4Addr::new(192, 175, 48, 0), 24),  // AS112
    (Ipv4Addr::new(198, 18, 0, 0), 15),    // measurements
    (Ipv4Addr::new(198, 51, 100, 0), 24),  // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),   // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),      // many at once
    (Ipv4Addr::new(240, 0, 0, 0), 4),      // reserved, broadcast
];

/// Global unicast: whatever is outside (mapped, NAT64, unique local, link-local, multicast) is
/// refused as a whole.
const PUBLIC_6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Ranges inside global unicast that are no public host.
const NOT_PUBLIC_6: [(Ipv6Addr, u32); 5] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols: Teredo, ORCHID, benchmarks
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4: an IPv4 address inside
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48), // AS112
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// Why an address is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is no address, or none of a web page.
    NotAUrl,
    /// Another scheme than https.
    Scheme,
    /// Another port than 443.
    Port,
    /// A name or password in it.
    Credentials,
    /// A host in figures instead of a name.
    Figures,
    /// A name that is nobody's on the public network.
    PrivateName,
    /// A name whose addresses are not all public.
    PrivateAddress,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAUrl => "URL?",
            Self::Scheme => "https",
            Self::Port => "Port 443",
            Self::Credentials => "user:password@",
            Self::Figures => "IP",
            Self::PrivateName => "localhost, .local, .internal …",
            Self::PrivateAddress => "127.0.0.1, 10.x, 192.168.x …",
        })
    }
}

/// What may be asked besides public hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Nothing.
    #[default]
    Public,
    /// The own machine too, without TLS and on any port: for tests, and for operators who run a
    /// source beside the service.
    OwnMachine,
}

/// Checks an address before anything is asked of it.
///
/// # Errors
///
/// Why it is not asked.
pub fn check_url(url: &Url, reach: Reach) -> Result<(), Refusal> {
    if url.as_str().len() > MAX_URL_CHARS {
        return Err(Refusal::NotAUrl);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::Credentials);
    }
    let may_be_own = reach == Reach::OwnMachine;
    match url.scheme() {
        "https" => {}
        "http" if may_be_own => {}
        _ => return Err(Refusal::Scheme),
    }
    let is_own = match url.host().ok_or(Refusal::NotAUrl)? {
        Host::Domain(name) => check_name(name).map(|()| false)?,
        Host::Ipv4(ip) => may_be_own && ip.is_loopback(),
        Host::Ipv6(ip) => may_be_own && ip == Ipv6Addr::LOCALHOST,
    };
    if !is_own && !matches!(url.host(), Some(Host::Domain(_))) {
        return Err(Refusal::Figures);
    }
    if !may_be_own && url.port_or_known_default() != Some(HTTPS_PORT) {
        return Err(Refusal::Port);
    }
    Ok(())
}

/// Refuses names that are nobody's on the public network.
fn check_name(name: &str) -> Result<(), Refusal> {
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_whole = name.split('.').count() >= 2 && name.split('.').all(|part| !part.is_empty());
    // A top-level name has letters; anything else may be figures in disguise.
    let is_public = last.len() >= 2
        && last.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
        && !PRIVATE_NAMES.contains(&last);
    if is_whole && is_public && name.len() <= 253 { Ok(()) } else { Err(Refusal::PrivateName) }
}

/// Checks the address to which a connection is about to be made.
///
/// # Errors
///
/// [`Refusal::PrivateAddress`].
pub fn check_address(address: IpAddr, reach: Reach) -> Result<(), Refusal> {
    let is_own = reach == Reach::OwnMachine && address.is_loopback();
    let is_public = match address {
        IpAddr::V4(ip) => !NOT_PUBLIC_4.iter().any(|range| holds_4(*range, ip)),
        IpAddr::V6(ip) => {
            holds_6(PUBLIC_6, ip)
                && !NOT_PUBLIC_6.iter().any(|range| holds_6(*range, ip))
                && !holds_ipv4(ip)
        }
    };
    if is_public || is_own { Ok(()) } else { Err(Refusal::PrivateAddress) }
}

fn holds_4((network, bits): (Ipv4Addr, u32), ip: Ipv4Addr) -> bool {
    let mask = u32::MAX << (32 - bits);
    u32::from(ip) & mask == u32::from(network)
}

fn holds_6((network, bits): (Ipv6Addr, u32), ip: Ipv6Addr) -> bool {
    let mask = u128::MAX << (128 - bits);
    u128::from(ip) & mask == u128::from(network)
}

/// Says whether an interface's half holds an IPv4 address for a tunnel (ISATAP).
fn holds_ipv4(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    matches!(parts[4], 0 | 0x200) && parts[5] == 0x5efe
}

/// Returns the name under which a host is approved: small letters, without a leading `www.`.
pub fn host_key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    host.strip_prefix("www.").map_or(host.clone(), str::to_owned)
}

#[cfg(test)]
mod tests;
