//! `make bench`: how fast and how large everything is, in one run.
//!
//! In: the example data, `bench/queries.txt`. Out: a table on stdout; see `bench/README.md`.

mod client;
mod data;
mod measure;
mod over_http;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use wegweiser::catalogue::{Catalogue, Snapshot};
use wegweiser::index::{Generation, GenerationStore, Plan};
use wegweiser::search::Searcher;

use measure::{Samples, print_machine, resident_mib, size_of_folder, thread_cpu};

/// How many swaps are timed.
const SWAPS: usize = 20;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// What the command line says.
struct Options {
    /// Grow the example data to so many groups.
    groups: Option<usize>,
    /// How long one measurement runs.
    each: Duration,
    /// Lists of diseases to import first, as `wegweiser vocabulary import` would.
    vocabulary: Vec<PathBuf>,
    /// Be the server that the HTTP part asks, over the generations in this folder.
    serve: Option<PathBuf>,
}

fn main() -> ExitCode {
    let outcome = options().and_then(|options| match &options.serve {
        Some(folder) => over_http::serve(folder, &options.vocabulary),
        None => measure_all(&options),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Outcome<Options> {
    let each = Duration::from_secs(5);
    let mut options = Options { groups: None, each, vocabulary: Vec::new(), serve: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--bench" => {} // cargo says so
            "--groups" => options.groups = Some(value()?.parse()?),
            "--seconds" => options.each = Duration::try_from_secs_f64(value()?.parse()?)?,
            "--vocabulary" => options.vocabulary.push(value()?.into()),
            "--serve" => options.serve = Some(value()?.into()),
            _ => return Err(format!("unknown argument {argument}; see bench/README.md").into()),
        }
    }
    Ok(options)
}

fn measure_all(options: &Options) -> Outcome<()> {
    print_machine();
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let resident = || resident_mib(std::process::id());
    let before = resident();
    let begin = Instant::now();
    let reference = data::reference(&options.vocabulary)?;
    let merged = begin.elapsed();
    let concepts = reference.vocabulary.concepts.len();
    let searcher = Searcher::new(reference);
    println!(
        "tables     {concepts} concepts read in {:.0} ms, made ready in {:.0} ms",
        merged.as_secs_f64() * 1e3,
        (begin.elapsed() - merged).as_secs_f64() * 1e3
    );
    if let Some((before, after)) = before.zip(resident()) {
        println!("           {:.0} MiB resident for them", after - before);
    }

    let catalogue = runtime.block_on(import(&searcher, folder.path()))?;
    let mut snapshot = runtime.block_on(catalogue.snapshot())?;
    let imported = snapshot.groups.len();
    // The write-ahead log is part of the catalogue; no index lies in the folder yet.
    println!(
        "           {:.0} bytes per record in the catalogue",
        size_of_folder(folder.path()) as f64 / imported as f64
    );
    if let Some(wanted) = options.groups {
        data::grow(&mut snapshot, wanted);
    }
    let index_dir = folder.path().join("generations");
    let generation = build(&searcher, &snapshot, &index_dir)?;
    searcher.swap(generation)?;
    let requests = data::requests()?;

    swap_while_searching(&searcher, &index_dir, &requests)?;
    in_process(&searcher, &requests, options.each)?;
    if let Some(mib) = resident() {
        println!("memory     {mib:.0} MiB resident");
    }
    over_http::measure(&runtime, &index_dir, &requests, options)
}

async fn import(searcher: &Searcher, folder: &Path) -> Outcome<Catalogue> {
    let file = folder.join("catalogue.sqlite");
    let catalogue = Catalogue::open(&file, &searcher.reference().contact_points).await?;
    let begin = Instant::now();
    let records = data::import(searcher, &catalogue).await?;
    print_rate("import", "records", records, begin.elapsed());
    Ok(catalogue)
}

fn build(searcher: &Searcher, snapshot: &Snapshot, index_dir: &Path) -> Outcome<Generation> {
    let store = GenerationStore::open(index_dir)?;
    let now = Timestamp::now();
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let begin = Instant::now();
    let tables = searcher.tables();
    let plan = Plan::new(snapshot, tables.reference(), tables.concepts(), tables.analyzer(), today);
    let generation = store.build(&plan, tables.analyzer(), &Default::default(), now, |_| {})?;
    print_rate("index", "records", generation.manifest.records, begin.elapsed());
    let records = generation.manifest.records as f64;
    let path = index_dir.join(generation.id());
    println!("           {:.0} bytes per record", size_of_folder(&path) as f64 / records);
    let mut files: Vec<(u64, String)> =
        generation.manifest.files.iter().map(|file| (file.size, file.path.clone())).collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    for (size, name) in files.iter().take(6) {
        println!("           {:>6.0}  {name}", *size as f64 / records);
    }
    Ok(generation)
}

/// Opens and swaps the generation again and again while another thread searches.
fn swap_while_searching(
    searcher: &Searcher,
    index_dir: &Path,
    requests: &[data::Request],
) -> Outcome<()> {
    let folder = index_dir.join(searcher.generation()?.id());
    let tables = searcher.tables();
    let is_over = AtomicBool::new(false);
    let (mut opening, mut swapping) = (Samples::default(), Samples::default());
    let searching = std::thread::scope(|scope| -> Outcome<Samples> {
        let searches = scope.spawn(|| {
            let mut samples = Samples::default();
            for request in requests.iter().cycle() {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                samples.time(|| black_box(searcher.search(&request.checked).is_ok()));
            }
            samples
        });
        let mut swap_all = || -> Outcome<()> {
            for _ in 0..SWAPS {
                let next = opening.time(|| Generation::open(&folder, tables.analyzer()))?;
                swapping.time(|| searcher.swap(next))?;
            }
            Ok(())
        };
        let outcome = swap_all();
        is_over.store(true, Ordering::Relaxed);
        let samples = searches.join().map_err(|_| "the searching thread panicked")?;
        outcome.map(|()| samples)
    })?;
    let ms = |samples: &Samples| samples.percentile(50.0).as_secs_f64() * 1e3;
    println!(
        "swap       {:.1} ms to open and verify, {:.1} ms to go live (median of {SWAPS})",
        ms(&opening),
        ms(&swapping)
    );
    println!("           searches meanwhile: {}", searching.summary());
    Ok(())
}

fn in_process(searcher: &Searcher, requests: &[data::Request], each: Duration) -> Outcome<()> {
    for request in requests {
        searcher.search(&request.checked).map_err(|error| format!("{}: {error}", request.text))?;
    }
    let mut samples = Samples::default();
    let mut by_request: Vec<Samples> = requests.iter().map(|_| Samples::default()).collect();
    let (begin, cpu) = (Instant::now(), thread_cpu());
    while begin.elapsed() < each {
        for (request, own) in requests.iter().zip(&mut by_request) {
            own.time(|| black_box(searcher.search(&request.checked).is_ok()));
        }
    }
    let cpu = thread_cpu().zip(cpu).map(|(after, before)| after - before);
    let medians: Vec<Duration> = by_request.iter().map(|own| own.percentile(50.0)).collect();
    for own in by_request {
        samples.extend(own);
    }
    println!("in process {}   ({} searches)", samples.summary(), samples.len());
    if let Some(cpu) = cpu {
        println!("           {:.1} µs CPU per search", per(cpu, samples.len()));
    }
    let mut slowest: Vec<(Duration, &str)> =
        medians.into_iter().zip(requests.iter().map(|request| request.text.as_str())).collect();
    slowest.sort_unstable_by(|a, b| b.cmp(a));
    for (median, text) in slowest.iter().take(5) {
        println!("           {:>8.1} µs  {text}", median.as_secs_f64() * 1e6);
    }
    Ok(())
}

/// Returns microseconds for one of `count`.
fn per(total: Duration, count: usize) -> f64 {
    total.as_secs_f64() * 1e6 / count as f64
}

fn print_rate(what: &str, of: &str, count: usize, took: Duration) {
    let rate = count as f64 / took.as_secs_f64();
    println!("{what:<10} {count} {of} in {:.2} s: {rate:.0} {of}/s", took.as_secs_f64());
}
