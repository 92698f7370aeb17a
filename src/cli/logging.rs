//! The log: on stderr, for operators.
//!
//! Other crates speak only from `warn` on, whatever is asked for: their finer lines would show
//! addresses of requests, and with them what somebody searched for.

use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::arguments::{LogFormat, LogLevel};

/// Starts logging.
pub fn start(level: LogLevel, format: LogFormat) {
    let own = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let filter =
        Targets::new().with_default(own.min(LevelFilter::WARN)).with_target("wegweiser", own);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let layer = match format {
        LogFormat::Text => {
            let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
            lines.with_ansi(is_terminal).with_target(false).boxed()
        }
        LogFormat::Json => lines.json().boxed(),
    };
    // A second start, as in tests, keeps the first.
    tracing_subscriber::registry().with(layer.with_filter(filter)).try_init().ok();
}
