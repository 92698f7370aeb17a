//! The command `wegweiser`: arguments, logging to stderr, exit code.

/// Lists of groups come and go by the ten thousand; the system's allocator would keep what they took.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    wegweiser::cli::run()
}
