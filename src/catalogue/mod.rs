//! The catalogue: the durable truth (to be filled).
