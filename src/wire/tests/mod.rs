//! What is claimed about frames: real ones, made-up ones, damaged ones.

mod any_bytes;
/// Frames as the recorder of a cable meets them.
#[cfg(all(target_os = "linux", feature = "record"))]
pub(crate) mod damaged;
pub(crate) mod frames;
mod network;
mod transport;

use super::{Field, layers};

/// The field of this name in the layer of this name, the first of them.
fn field(frame: &[u8], layer: &str, name: &str) -> Field {
    let layers = layers(frame);
    let mut found = layers.iter().filter(|found| found.name == layer).flat_map(|layer| &layer.fields);
    let found = found.find(|field| field.name == name);
    found.cloned().unwrap_or_else(|| panic!("no {layer} {name} in {layers:#?}"))
}

/// Its value.
fn value(frame: &[u8], layer: &str, name: &str) -> String {
    field(frame, layer, name).value
}

fn layer_names(frame: &[u8]) -> Vec<&'static str> {
    layers(frame).iter().map(|layer| layer.name).collect()
}
