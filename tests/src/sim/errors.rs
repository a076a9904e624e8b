//! Any line of the log at level ERROR fails a simulation.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Collects errors that were logged. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Errors(Arc<Mutex<Vec<String>>>);

impl Errors {
    /// What was logged so far.
    pub fn seen(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl<S: Subscriber> Layer<S> for Errors {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if *event.metadata().level() == Level::ERROR {
            let mut words = Words(event.metadata().target().to_owned());
            event.record(&mut words);
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(words.0);
        }
    }
}

struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}
