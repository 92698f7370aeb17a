//! The same requests over HTTP: a server process of our own, so that its CPU can be told from the
//! client's.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use actix_web::{HttpResponse, web};
use tokio::runtime::Runtime;
use wegweiser::http::{Bound, ServerSettings, serve as serve_http};
use wegweiser::index::GenerationStore;
use wegweiser::search::Searcher;

use crate::data::{self, Request};
use crate::measure::{process_cpu, resident_mib};
use crate::{Options, Outcome, client, per};

/// Length of the fixed answer, about that of ten hits.
const FIXED_BYTES: usize = 4096;

/// Requests before anything is counted.
const WARM_UP: usize = 500;

/// Is the server: the real service, and one route with a fixed answer. Prints its address.
///
/// # Errors
///
/// No good generation in the folder; no port.
pub fn serve(index_dir: &Path, vocabulary: &[PathBuf]) -> Outcome<()> {
    let searcher = Arc::new(Searcher::new(data::reference(vocabulary)?));
    let store = GenerationStore::open(index_dir)?;
    let newest = store.newest(searcher.tables().reference(), searcher.tables().analyzer())?;
    searcher.swap(newest.ok_or("no generation to serve")?)?;
    let settings = ServerSettings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        rate_limit_per_minute: 0,
        metrics_listen: None,
        ..ServerSettings::default()
    };
    let body = web::Bytes::from(vec![b'x'; FIXED_BYTES]);
    let fixed = move |config: &mut web::ServiceConfig| {
        let body = body.clone();
        config.route(
            "/fixed",
            web::get().to(move || {
                let body = body.clone();
                async move { HttpResponse::Ok().content_type("application/json").body(body) }
            }),
        );
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (sender, receiver) = tokio::sync::oneshot::channel::<Bound>();
        let told = async {
            if let Ok(bound) = receiver.await {
                println!("{}", bound.address);
            }
        };
        let (outcome, ()) = tokio::join!(serve_http(settings, searcher, fixed, Some(sender)), told);
        outcome.map_err(Into::into)
    })
}

/// A server process, ended when dropped.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(index_dir: &Path, vocabulary: &[PathBuf]) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--serve")
            .arg(index_dir)
            .args(vocabulary.iter().flat_map(|path| [Path::new("--vocabulary"), path]))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        match line.trim().parse() {
            Ok(address) => Ok(Self { child, address }),
            Err(_) => {
                child.kill()?;
                child.wait()?;
                Err("the server did not start".into())
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is ours alone, and it may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Prints latency, throughput and server CPU of each kind of request at 1 and 16 connections.
///
/// # Errors
///
/// An answer other than 200.
pub fn measure(
    runtime: &Runtime,
    index_dir: &Path,
    requests: &[Request],
    options: &Options,
) -> Outcome<()> {
    let each = options.each;
    let server = Server::start(index_dir, &options.vocabulary)?;
    let pid = server.child.id();
    let get = requests.iter().map(|request| client::get(&format!("/v1/groups?{}", request.query)));
    let post = requests.iter().map(|request| client::post("/v1/groups/search", &request.json));
    let kinds: [(&str, Vec<Vec<u8>>); 3] = [
        ("fixed 4 kB", vec![client::get("/fixed")]),
        ("GET search", get.collect()),
        ("POST search", post.collect()),
    ];
    println!("over HTTP  connections, then as above; answers per second; server CPU per request");
    for (name, requests) in &kinds {
        for connections in [1, 16] {
            runtime.block_on(async {
                let ask = |total| client::run(server.address, requests, connections, total);
                let warm = ask(WARM_UP).await?;
                // As many as fit into the time at the speed just seen.
                let speed = warm.samples.len() as f64 / warm.took.as_secs_f64();
                let cpu = process_cpu(pid);
                let run = ask((speed * each.as_secs_f64()) as usize).await?;
                let cpu = process_cpu(pid).zip(cpu).map(|(after, before)| after - before);
                let count = run.samples.len();
                println!(
                    "{name:<11} {connections:>2}  {}   {:>7.0}/s   {:>6.1} µs   {:>6.0} bytes",
                    run.samples.summary(),
                    count as f64 / run.took.as_secs_f64(),
                    cpu.map_or(f64::NAN, |cpu| per(cpu, count)),
                    run.body_bytes as f64 / count as f64,
                );
                Outcome::Ok(())
            })?;
        }
    }
    if let Some(mib) = resident_mib(pid) {
        println!("memory     {mib:.0} MiB in the server process after all that");
    }
    Ok(())
}
