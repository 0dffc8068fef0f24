//! Recording → timeline.

use super::Timeline;
use crate::recording::Recording;

pub(super) fn build(recording: Recording) -> Timeline {
    let _ = recording;
    todo!()
}
