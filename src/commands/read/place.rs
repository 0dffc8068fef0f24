//! Where one is on a page, told so that it still holds when the page is laid out anew: at another width, or folded.

/// A row of the screen, and where in the source its block begins. Rows stand in the order of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub text: String,
    pub at: usize,
}

/// The block, and which of so many rows of it is the first on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    at: usize,
    row: usize,
    of: usize,
}

impl Place {
    /// The place of a row; none on an empty page.
    pub fn of(rows: &[Row], top: usize) -> Option<Place> {
        let at = rows.get(top)?.at;
        let start = rows.partition_point(|row| row.at < at);
        let of = rows.partition_point(|row| row.at <= at).saturating_sub(start);
        Some(Place { at, row: top.saturating_sub(start), of })
    }

    /// The row that is there now.
    pub fn find(&self, rows: &[Row]) -> usize {
        let behind = rows.partition_point(|row| row.at <= self.at);
        let start = rows[..behind].partition_point(|row| row.at < self.at);
        // A block that is folded away: its fold is the last one before.
        if start == behind { behind.saturating_sub(1) } else { start + self.row * (behind - start) / self.of.max(1) }
    }
}
