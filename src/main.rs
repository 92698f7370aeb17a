//! The command `wegweiser`: arguments, logging to stderr, exit code.

fn main() -> std::process::ExitCode {
    wegweiser::cli::run()
}
