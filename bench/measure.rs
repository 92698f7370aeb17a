//! Times, CPU, percentiles, and what machine this is.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Ticks per second in `/proc/*/stat`; Linux has shown user space this value for decades.
const TICKS_PER_S: f64 = 100.0;

/// Durations of single requests; percentiles are taken over all of them, none averaged away.
#[derive(Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    /// Times `work` and keeps how long it took.
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let begin = Instant::now();
        let done = work();
        self.0.push(begin.elapsed());
        done
    }

    /// Adds one duration.
    pub fn push(&mut self, sample: Duration) {
        self.0.push(sample);
    }

    /// Adds all of another's.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the smallest sample that at least `percent` % of all samples do not exceed
    /// (nearest rank); zero without samples.
    pub fn percentile(&self, percent: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// Returns "p50 … p99 … max …" in microseconds.
    pub fn summary(&self) -> String {
        let us = |percent| self.percentile(percent).as_secs_f64() * 1e6;
        format!("p50 {:>8.1} µs   p99 {:>8.1} µs   max {:>8.1} µs", us(50.0), us(99.0), us(100.0))
    }
}

/// Returns the CPU time that the calling thread has used, where Linux tells it.
pub fn thread_cpu() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Returns user and system time of a process, in steps of 10 ms.
pub fn process_cpu(pid: u32) -> Option<Duration> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold blanks; fields 14 and 15 count from before it.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(Duration::from_secs_f64(ticks / TICKS_PER_S))
}

/// Returns the memory that a process holds, in MiB.
pub fn resident_mib(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}

/// Returns the bytes of all files below a folder.
pub fn size_of_folder(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size_of_folder(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Prints what the numbers below were measured on.
pub fn print_machine() {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = read("/proc/meminfo")
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse().ok())
        .map_or(0.0, |kib: f64| kib / 1024.0 / 1024.0);
    println!("machine    {model}, {cores} cores, {memory:.1} GiB");
    println!("system     Linux {}", read("/proc/sys/kernel/osrelease").trim());
    println!("load       {}", read("/proc/loadavg").trim());
    println!("compiler   {}", said("rustc", &["--version"]));
    println!("source     {}", said("git", &["describe", "--always", "--dirty"]));
    println!("profile    {}", if cfg!(debug_assertions) { "debug" } else { "release" });
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.ok().filter(|text| !text.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}
