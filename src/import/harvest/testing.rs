//! A web host of one's own, with every bad habit of real ones.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How a path is answered.
#[derive(Clone)]
pub(crate) enum Habit {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// A body without end.
    Endless,
    /// One byte of the body each so many milliseconds.
    Dripping(u64),
    /// Not a word.
    Silent,
}

/// A host on a free port of this machine.
pub(crate) struct WebHost {
    /// Its port.
    pub port: u16,
    habits: Arc<Mutex<BTreeMap<String, Habit>>>,
    requests: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl WebHost {
    /// Starts one where nothing is.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let habits = Arc::new(Mutex::new(BTreeMap::new()));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (known, seen) = (Arc::clone(&habits), Arc::clone(&requests));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&known), Arc::clone(&seen)));
            }
        });
        Self { port, habits, requests, task }
    }

    /// Returns the address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Answers a path so.
    pub fn on(&self, path: &str, status: u16, headers: &[(&str, &str)], body: &str) {
        self.bytes(path, status, headers, body.as_bytes());
    }

    /// Answers a path so, with any bytes.
    pub fn bytes(&self, path: &str, status: u16, headers: &[(&str, &str)], body: &[u8]) {
        let mut answer = format!("HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            answer.push_str(&format!("{name}: {value}\r\n"));
        }
        answer.push_str("\r\n");
        let whole = [answer.as_bytes(), body].concat();
        self.habit(path, Habit::Bytes(whole));
    }

    /// Gives a path a bad habit.
    pub fn habit(&self, path: &str, habit: Habit) {
        self.habits.lock().expect("no panic").insert(path.to_owned(), habit);
    }

    /// Returns the heads of all requests for anything but `robots.txt`.
    pub fn requests(&self) -> Vec<String> {
        let all = self.requests.lock().expect("no panic");
        all.iter().filter(|head| !head.starts_with("GET /robots.txt ")).cloned().collect()
    }

    /// Returns how often `robots.txt` was asked for.
    pub fn robots_requests(&self) -> usize {
        let all = self.requests.lock().expect("no panic");
        all.iter().filter(|head| head.starts_with("GET /robots.txt ")).count()
    }
}

impl Drop for WebHost {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    mut stream: TcpStream,
    habits: Arc<Mutex<BTreeMap<String, Habit>>>,
    requests: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1)?.to_owned();
    requests.lock().ok()?.push(head);
    let habit = habits.lock().ok()?.get(&path).cloned();
    let nothing = || Habit::Bytes(b"HTTP/1.1 404 Said\r\nContent-Length: 0\r\n\r\n".to_vec());
    let start: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\nName;Thema\n";
    match habit.unwrap_or_else(nothing) {
        Habit::Bytes(bytes) => stream.write_all(&bytes).await.ok()?,
        Habit::Endless => {
            stream.write_all(start).await.ok()?;
            loop {
                stream.write_all(&b"Gruppe ohne Ende;Angst\n".repeat(1000)).await.ok()?;
            }
        }
        Habit::Dripping(pause_ms) => {
            stream.write_all(start).await.ok()?;
            loop {
                stream.write_all(b"x").await.ok()?;
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
        }
        Habit::Silent => tokio::time::sleep(Duration::from_secs(600)).await,
    }
    stream.shutdown().await.ok()
}
