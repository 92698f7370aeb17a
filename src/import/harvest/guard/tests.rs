//! More than 200 ways to be sent into one's own house, and that each is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::import::harvest::connect::{Connector, Failure, Looking, Lookup};
use crate::import::harvest::fetch::{Fetcher, Known, Limits};
use crate::import::messages;

/// Addresses that nobody outside may make us ask.
const FORBIDDEN_4: [&str; 24] = [
    "127.0.0.1",
    "127.127.127.127",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200", // Alibaba's metadata
    "100.127.255.255",
    "169.254.169.254", // metadata of AWS, Azure, Google, Hetzner
    "169.254.170.2",   // of containers at AWS
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192", // Oracle's metadata
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.178.1",
    "168.63.129.16", // Azure's platform
    "198.18.0.1",
    "203.0.113.7",
    "224.0.0.251",
    "239.255.255.250",
    "255.255.255.255",
];

const FORBIDDEN_6: [&str; 33] = [
    "::",
    "::1",
    "::2",
    "::127.0.0.1",        // "compatible", given up in 2006
    "::ffff:127.0.0.1",   // mapped
    "::ffff:8.8.8.8",     // mapped, though of a public one
    "::ffff:0:127.0.0.1", // translated
    "64:ff9b::127.0.0.1", // NAT64
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::10.0.0.1", // NAT64 of one's own
    "100::1",              // discard
    "100:0:0:1::1",
    "2001::1", // Teredo
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",  // benchmarks
    "2001:10::1", // ORCHID
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",     // 6to4 of 127.0.0.1
    "2002:a9fe:a9fe::1", // 6to4 of the metadata
    "2002:808:808::1",
    "2620:4f:8000::1",
    "2a01:4f8::5efe:7f00:1", // ISATAP of 127.0.0.1
    "2a01:4f8::200:5efe:10.0.0.1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254", // AWS's metadata
    "fd20:ce::254",  // Google's metadata
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
];

const PUBLIC: [&str; 24] = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "203.0.112.255",
    "223.255.255.255",
    "2001:200::1",
    "2003::1",
    "2606:4700::1111",
    "2a01:4f8:c0c:1::1",
];

#[test]
fn the_ranges_end_where_the_registries_say() {
    for text in FORBIDDEN_4.iter().chain(&FORBIDDEN_6) {
        let address: IpAddr = text.parse().expect("an address");
        assert_eq!(check_address(address, Reach::Public), Err(Refusal::PrivateAddress), "{text}");
        let may_be_own = check_address(address, Reach::OwnMachine).is_ok();
        assert_eq!(may_be_own, address.is_loopback(), "{text}");
    }
    for text in PUBLIC {
        let address: IpAddr = text.parse().expect("an address");
        assert_eq!(check_address(address, Reach::Public), Ok(()), "{text}");
    }
}

/// Writes an IPv4 address in every way that some program takes for one.
fn spellings(text: &str) -> Vec<String> {
    let ip: Ipv4Addr = text.parse().expect("an address");
    let [a, b, c, d] = ip.octets();
    let number = u32::from(ip);
    let all_escaped = |text: &str| text.bytes().map(|b| format!("%{b:02x}")).collect::<String>();
    let wide = |text: &str, dot: char| -> String {
        let wide = |c: char| match c {
            '.' => dot,
            digit => char::from_u32(u32::from(digit) - 0x30 + 0xff10).unwrap_or(digit),
        };
        text.chars().map(wide).collect()
    };
    vec![
        text.to_owned(),
        format!("{text}."),
        format!("{number}"),
        format!("{number:#x}"),
        format!("{number:#X}"),
        format!("0{number:o}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("0000{a:o}.{b}.0x{c:x}.{d}"),
        format!("{a}.{}", number & 0xff_ffff),
        format!("{a}.{b}.{}", number & 0xffff),
        all_escaped(text),
        wide(text, '.'),
        wide(text, '。'),
        wide(text, '．'),
        text.replace('.', "｡"),
        format!("[::ffff:{text}]"),
        format!("[::ffff:{:x}:{:x}]", number >> 16, number & 0xffff),
        format!("[::{text}]"),
        format!("[64:ff9b::{text}]"),
        format!("[2002:{:x}:{:x}::1]", number >> 16, number & 0xffff),
        format!("[2a01:4f8::5efe:{text}]"),
        format!("user:password@{text}"),
        format!("www.example.org@{text}"),
        format!("www.example.org%40{text}"),
        format!("{text}:443"),
        format!("{text}:8443"),
        format!("{text}\t"),
        format!("{text}\\@www.example.org"),
        format!("{text}#@www.example.org"),
        format!("{text}?.www.example.org"),
    ]
}

/// Addresses that were written by hand: schemes, ports, passwords, names.
const STRANGE: [&str; 62] = [
    "http://www.example.org/",
    "ftp://www.example.org/",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "gopher://www.example.org:70/_",
    "dict://www.example.org:11211/",
    "ldap://www.example.org/",
    "data:text/csv,a;b",
    "javascript:alert(1)",
    "jar:https://www.example.org/a.zip!/",
    "view-source:https://www.example.org/",
    "ws://www.example.org/",
    "wss://www.example.org/",
    "unix:///var/run/docker.sock",
    "blob:https://www.example.org/1",
    "about:blank",
    "//www.example.org/",
    "www.example.org/liste.csv",
    "https:",
    "https://",
    "https:///",
    "https://www.example.org:80/",
    "https://www.example.org:8443/",
    "https://www.example.org:22/",
    "https://www.example.org:0/",
    "https://www.example.org:65536/",
    "https://www.example.org:443443/",
    "https://user@www.example.org/",
    "https://user:password@www.example.org/",
    "https://:password@www.example.org/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://a.localhost/",
    "https://localhost.localdomain/",
    "https://loc%61lhost/",
    "https://ｌｏｃａｌｈｏｓｔ/",
    "https://printer.local/",
    "https://fritz.box.lan/",
    "https://router/",
    "https://metadata/",
    "https://metadata.google.internal/",
    "https://instance-data.ec2.internal/",
    "https://intranet.corp/",
    "https://nas.home/",
    "https://nas.home.arpa/",
    "https://1.0.0.127.in-addr.arpa/",
    "https://abcdefghijklmnop.onion/",
    "https://www.example.test/",
    "https://www.example.invalid/",
    "https://www.example/",
    "https://www.example.org./",
    "https://www..example.org/",
    "https://.example.org/",
    "https://example.123/",
    "https://example.0x7f/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::]/",
    "https://[fe80::1%25eth0]/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://[::ffff:7f00:1]/",
];

/// Names that lead home, as services for that and attackers of their own offer them.
const NAMES: [(&str, &str); 12] = [
    ("127.0.0.1.nip.io", "127.0.0.1"),
    ("app-10-0-0-1.sslip.io", "10.0.0.1"),
    ("localtest.me", "127.0.0.1"),
    ("lvh.me", "127.0.0.1"),
    ("spoofed.burpcollaborator.net", "127.0.0.1"),
    ("metadata.example.org", "169.254.169.254"),
    ("sechs.example.org", "::1"),
    ("mapped.example.org", "::ffff:10.0.0.1"),
    ("nat64.example.org", "64:ff9b::a00:1"),
    ("ula.example.org", "fd00::1"),
    ("link.example.org", "fe80::1"),
    ("null.example.org", "0.0.0.0"),
];

/// Answers with the addresses of [`NAMES`], after a public one.
struct Attacker;

impl Lookup for Attacker {
    fn addresses<'a>(&'a self, name: &'a str) -> Looking<'a> {
        let named = NAMES.iter().filter(|(known, _)| *known == name);
        let private = named.filter_map(|(_, address)| address.parse().ok());
        let public: IpAddr = Ipv4Addr::new(93, 184, 216, 34).into();
        let all = std::iter::once(public).chain(private).collect();
        Box::pin(async move { Ok(all) })
    }
}

fn corpus() -> Vec<String> {
    let mut all: Vec<String> = STRANGE.iter().map(|text| (*text).to_owned()).collect();
    for ip in FORBIDDEN_4 {
        all.extend(spellings(ip).into_iter().map(|host| format!("https://{host}/latest/")));
    }
    all.extend(FORBIDDEN_6.iter().map(|ip| format!("https://[{ip}]/")));
    all.extend(NAMES.iter().map(|(name, _)| format!("https://{name}/")));
    all
}

/// Whatever a source, a redirect or a link names: no connection is made but to public hosts.
#[tokio::test]
async fn every_evasion_is_refused_before_a_connection() {
    let fetcher = Fetcher::with_lookup(Reach::Public, Limits::default(), None, Arc::new(Attacker));
    let corpus = corpus();
    assert!(corpus.len() >= 200, "{}", corpus.len());
    let mut by_name = 0;
    for text in &corpus {
        let Ok(url) = Url::parse(text) else { continue };
        // The hosts' approval is another lock; this one must hold alone.
        let approved = [host_key(&url)];
        let trouble = fetcher.get(&url, &approved, &Known::default()).await;
        let rule = trouble.map_err(|trouble| trouble.rule.id).expect_err(text);
        assert_eq!(rule, messages::SOURCE_ADDRESS.id, "{text}");
        by_name += usize::from(check_url(&url, Reach::Public).is_ok());
    }
    assert_eq!(by_name, NAMES.len(), "refused by what the name leads to, not by its look");
}

/// A guard that refuses everything would pass the test above.
#[test]
fn plain_addresses_are_let_through() {
    for text in [
        "https://www.example.org/",
        "https://example.org:443/gruppen/liste.csv?stand=2026",
        "https://selbsthilfe-thüringen.example.org/",
        "https://xn--thringen-75a.de/",
        "https://kiss.stadt.museum/%7Ea",
        "HTTPS://WWW.EXAMPLE.ORG/",
    ] {
        let url = Url::parse(text).expect("an address");
        assert_eq!(check_url(&url, Reach::Public), Ok(()), "{text}");
    }
    let own = |text: &str| check_url(&Url::parse(text).expect("an address"), Reach::OwnMachine);
    assert_eq!(own("http://127.0.0.1:8080/a"), Ok(()));
    assert_eq!(own("http://2130706433:8080/a"), Ok(()), "the spellings are real ones");
    assert_eq!(own("http://[::1]:8080/a"), Ok(()));
    assert_eq!(own("http://10.0.0.1/a"), Err(Refusal::Figures));
    assert_eq!(own("ftp://127.0.0.1/a"), Err(Refusal::Scheme));
}

/// A public address the first time, a private one the second: what is checked is what is called.
struct Rebinding {
    asked: AtomicUsize,
    first: IpAddr,
}

impl Lookup for Rebinding {
    fn addresses<'a>(&'a self, _: &'a str) -> Looking<'a> {
        let is_first = self.asked.fetch_add(1, Ordering::SeqCst) == 0;
        let address = if is_first { self.first } else { Ipv4Addr::new(10, 0, 0, 7).into() };
        Box::pin(async move { Ok(vec![address]) })
    }
}

#[tokio::test]
async fn a_name_that_answers_differently_gains_nothing() {
    let host = crate::import::harvest::testing::WebHost::start().await;
    host.on("/robots.txt", 404, &[], "");
    host.on("/a", 200, &[], "da");
    let lookup =
        Arc::new(Rebinding { asked: AtomicUsize::new(0), first: Ipv4Addr::LOCALHOST.into() });
    let connector = Connector::new(Reach::OwnMachine, lookup.clone());
    let url = Url::parse(&format!("http://liste.example.org:{}/a", host.port)).expect("right");

    let answer = connector.get(&url, hyper::HeaderMap::new()).await.expect("an answer");
    assert_eq!(answer.status, 200);
    assert_eq!(lookup.asked.load(Ordering::SeqCst), 1, "looked up once, and called there");

    let second = connector.get(&url, hyper::HeaderMap::new()).await;
    assert!(matches!(second, Err(Failure::Refused(Refusal::PrivateAddress))));
    assert_eq!(host.requests().len(), 1);
}
