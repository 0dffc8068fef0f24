//! Screens as snapshots, and what follows from keys.
