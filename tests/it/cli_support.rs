//! The program itself in a folder of its own: runs commands, starts and stops the service.

#![allow(clippy::unwrap_used)] // a test's helper fails by panicking

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long anything may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A folder with a catalogue and an index.
pub struct House {
    folder: tempfile::TempDir,
}

impl House {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn index(&self) -> PathBuf {
        self.path("index")
    }

    /// Returns the generations, newest revision first.
    pub fn generations(&self) -> Vec<PathBuf> {
        let is_generation = |path: &PathBuf| path.join("manifest.json").exists();
        let revision = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.split('-').next().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0)
        };
        let mut found: Vec<PathBuf> =
            fs::read_dir(self.index()).unwrap().map(|e| e.unwrap().path()).collect();
        found.retain(is_generation);
        found.sort_by_key(|path| std::cmp::Reverse(revision(path)));
        found
    }

    /// Returns a command that has not been started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wegweiser"));
        command.current_dir(self.folder.path()).args(arguments);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WEGWEISER_")) {
            command.env_remove(name);
        }
        command.env("WEGWEISER_DATA_DIR", "data").env("WEGWEISER_INDEX_DIR", "index");
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        Ended(self.command(arguments).output().unwrap())
    }

    /// Runs a command that must end with `code`.
    #[track_caller]
    pub fn run_to(&self, code: i32, arguments: &[&str]) -> Ended {
        let ended = self.run(arguments);
        assert_eq!(ended.code(), code, "{arguments:?}\n{}\n{}", ended.out(), ended.err());
        ended
    }

    /// Writes a list of `count` groups whose names begin with `name`; returns its file.
    pub fn list(&self, file: &str, name: &str, count: usize) -> String {
        let mut text = "local_id;name;topics;venue.postcode;venue.town\n".to_owned();
        for number in 1..=count {
            text.push_str(&format!("L{number};{name} {number};Angst;07743;Jena\n"));
        }
        fs::write(self.path(file), text).unwrap();
        file.to_owned()
    }

    /// Returns the names of all public groups, from an export.
    #[track_caller]
    pub fn names(&self) -> Vec<String> {
        let ended = self.run_to(0, &["export"]);
        let names = ended.out();
        let names = names.lines().map(|line| {
            let group: Value = serde_json::from_str(line).unwrap();
            group["name"].as_str().unwrap().to_owned()
        });
        names.collect()
    }

    /// Starts the service and waits until it has said where it is.
    #[track_caller]
    pub fn serve(&self, arguments: &[&str]) -> Service {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "off", "--json"];
        all.extend(arguments);
        let mut child =
            self.command(&all).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let greeting: Value = serde_json::from_str(&said).unwrap_or_default();
        let Some(address) = greeting["address"].as_str() else {
            let mut problem = String::new();
            child.stderr.take().unwrap().read_to_string(&mut problem).unwrap();
            panic!("the service did not start: {problem}");
        };
        Service { child, address: address.to_owned(), greeting }
    }
}

/// What a command has left.
pub struct Ended(Output);

impl Ended {
    pub fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.0.stdout).unwrap_or_else(|_| panic!("{}", self.out()))
    }
}

/// A running service; it is killed with the test.
pub struct Service {
    child: Child,
    pub address: String,
    /// What it said when it began to listen.
    pub greeting: Value,
}

impl Service {
    /// Returns the answer to `GET path`.
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        let answer = reqwest::blocking::get(format!("{}{path}", self.address)).unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().unwrap()
    }

    /// Returns how many groups the search finds.
    #[track_caller]
    pub fn total(&self, query: &str) -> u64 {
        self.get(&format!("/v1/groups?{query}"))["total"].as_u64().unwrap()
    }

    /// Waits until `is_so`.
    #[track_caller]
    pub fn wait_until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "never: {what}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Returns the process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Pulls the plug.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Tells it to stop and returns its exit code and log.
    #[cfg(unix)]
    pub fn stop(mut self) -> (i32, String) {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code().unwrap_or(-1), log)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Flips one bit in the middle of a file.
pub fn flip_a_bit(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).unwrap();
}
