//! A small HTTP/1.1 client that costs next to nothing: raw sockets, keep-alive, one request after
//! the other on each connection (a closed loop: it never asks faster than it is answered).

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::measure::Samples;

/// What a run of requests gave.
pub struct Run {
    /// How long each answer took, from the first byte sent to the last byte read.
    pub samples: Samples,
    /// How long the whole run took.
    pub took: Duration,
    /// Bytes of bodies.
    pub body_bytes: u64,
}

/// Returns a GET of `target` as it goes over the wire.
pub fn get(target: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").into_bytes()
}

/// Returns a POST of JSON as it goes over the wire.
pub fn post(target: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Sends `total` requests, taken from `requests` in turn, over `connections` connections.
///
/// # Errors
///
/// The connection's; an answer other than 200 counts as one.
pub async fn run(
    address: SocketAddr,
    requests: &[Vec<u8>],
    connections: usize,
    total: usize,
) -> io::Result<Run> {
    let begin = Instant::now();
    let loops = (0..connections).map(|at| {
        let own = total / connections;
        one_connection(address, requests, at * requests.len() / connections, own)
    });
    let mut samples = Samples::default();
    let mut body_bytes = 0;
    for outcome in futures_util::future::join_all(loops).await {
        let (own, bytes) = outcome?;
        samples.extend(own);
        body_bytes += bytes;
    }
    Ok(Run { samples, took: begin.elapsed(), body_bytes })
}

async fn one_connection(
    address: SocketAddr,
    requests: &[Vec<u8>],
    first: usize,
    total: usize,
) -> io::Result<(Samples, u64)> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut samples = Samples::default();
    let mut buffer = Vec::with_capacity(64 * 1024);
    let mut body_bytes = 0;
    for request in requests.iter().cycle().skip(first).take(total) {
        let begin = Instant::now();
        stream.write_all(request).await?;
        body_bytes += read_answer(&mut stream, &mut buffer).await? as u64;
        samples.push(begin.elapsed());
    }
    Ok((samples, body_bytes))
}

/// Reads one answer and returns the length of its body.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<usize> {
    buffer.clear();
    let (head, body) = loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break (at, at + 4);
        }
    };
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let text = std::str::from_utf8(&buffer[..head]).map_err(|_| wrong("a header in no UTF-8"))?;
    if !text.starts_with("HTTP/1.1 200") {
        return Err(wrong(text.lines().next().unwrap_or_default()));
    }
    let length = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse::<usize>().ok())
        .ok_or_else(|| wrong("an answer without content-length"))?;
    while buffer.len() < body + length {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(length)
}
