//! TLS is real: a certificate that nobody vouches for, or one of another name, is no answer.

use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;

struct Here;

impl Lookup for Here {
    fn addresses<'a>(&'a self, _: &'a str) -> Looking<'a> {
        Box::pin(async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) })
    }
}

/// Starts a TLS host with a certificate for `liste.example.org`; returns its port and certificate.
async fn tls_host() -> (u16, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["liste.example.org".to_owned()]).expect("made");
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .expect("they belong together");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            // The end of the head is as much as a request without a body has.
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let Ok(byte) = stream.read_u8().await else { break };
                head.push(byte);
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nda").await.ok();
            stream.shutdown().await.ok();
        }
    });
    (port, certificate)
}

async fn ask(connector: &Connector, host: &str, port: u16) -> Result<Vec<u8>, String> {
    let url = Url::parse(&format!("https://{host}:{port}/")).expect("right");
    let told = |failure| format!("{failure:?}");
    let mut answer = connector.get(&url, HeaderMap::new()).await.map_err(told)?;
    let mut body = Vec::new();
    while let Some(piece) = answer.piece().await.map_err(told)? {
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

#[tokio::test]
async fn only_a_certificate_that_is_vouched_for_counts() {
    let (port, certificate) = tls_host().await;
    let strict = Connector::new(Reach::OwnMachine, Arc::new(Here));
    let refused = ask(&strict, "liste.example.org", port).await.expect_err("nobody vouches");
    assert!(refused.contains("TLS: "), "{refused}");

    let mut roots = RootCertStore::empty();
    roots.add(certificate).expect("a certificate");
    let trusting = Connector::with_roots(Reach::OwnMachine, Arc::new(Here), roots);
    assert_eq!(ask(&trusting, "liste.example.org", port).await.as_deref(), Ok(&b"da"[..]));
    let other = ask(&trusting, "andere.example.org", port).await.expect_err("another name");
    assert!(other.contains("TLS: NotValidForName"), "{other}");
}

#[tokio::test]
async fn a_host_that_speaks_no_tls_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"SSH-2.0-OpenSSH\r\n").await.ok();
        }
    });
    let connector = Connector::new(Reach::OwnMachine, Arc::new(Here));
    let failure = ask(&connector, "liste.example.org", port).await.expect_err("no TLS");
    assert!(failure.contains("TLS"), "{failure}");
    let gone = ask(&connector, "liste.example.org", 9).await.expect_err("nobody there");
    assert!(gone.contains("TCP"), "{gone}");
}
