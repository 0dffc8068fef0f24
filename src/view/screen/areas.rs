//! Where the parts of the screen stand. The lanes get what the others leave; on a wide screen the event stands beside them.

use ratatui::layout::Rect;

/// From so many columns on the event stands beside the lanes.
const WIDE: u16 = 170;
/// Columns of the lanes there.
const LANES: u16 = 110;

/// The parts, from above; each but the lanes may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Areas {
    pub(super) title: Rect,
    pub(super) lanes: Rect,
    pub(super) gate: Rect,
    pub(super) event: Rect,
    pub(super) last: Rect,
}

/// Columns of the lanes on a screen of so many.
pub(super) fn lanes(columns: u16) -> u16 {
    if columns >= WIDE { LANES.max(columns * 3 / 5) } else { columns }
}

impl Areas {
    /// `gate`: rows that the programs and the cable ask for; `zoomed`: the event is what matters.
    pub(super) fn of(area: Rect, gate: u16, zoomed: bool) -> Areas {
        let (columns, rows) = (area.width, area.height);
        let row = |y: u16, height: u16, x: u16, width: u16| {
            let height = height.min(rows.saturating_sub(y));
            Rect { x: area.x + x, y: area.y + y, width, height }
        };
        // The title, and the row for keys and what there is to say.
        let room = rows.saturating_sub(2);
        let wide = columns >= WIDE;
        let lanes = lanes(columns);
        // Each part below the lanes begins with a rule.
        let gate = (gate + 1).min(room * 2 / 5);
        let event = match (wide, zoomed) {
            (true, _) => 0,
            (false, true) => room.saturating_sub(gate + 3),
            (false, false) => (room / 3).max(5).min(room.saturating_sub(gate)),
        };
        let above = room.saturating_sub(gate + event);
        Areas {
            title: row(0, 1, 0, columns),
            lanes: row(1, above, 0, lanes),
            gate: row(1 + above, gate, 0, lanes),
            event: match wide {
                true => row(1, room, lanes + 1, columns.saturating_sub(lanes + 1)),
                false => row(1 + above + gate, event, 0, columns),
            },
            last: row(1 + room, 1, 0, columns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_overlap_nor_leave_the_screen_whatever_its_size() {
        for (columns, rows) in [(1, 1), (20, 5), (60, 20), (80, 24), (120, 40), (169, 50), (170, 50), (250, 70)] {
            for gate in [0, 3, 7, 40] {
                for zoomed in [false, true] {
                    let area = Rect::new(0, 0, columns, rows);
                    let Areas { title, lanes, gate: programs, event, last } = Areas::of(area, gate, zoomed);
                    let parts = [title, lanes, programs, event, last];
                    let what = format!("{columns}x{rows}, {gate}, {zoomed}: {parts:?}");
                    for (at, part) in parts.iter().enumerate().filter(|(_, part)| !part.is_empty()) {
                        assert!(part.right() <= columns && part.bottom() <= rows, "{what}");
                        let others = parts[..at].iter().filter(|other| !other.is_empty());
                        assert!(others.clone().all(|other| other.intersection(*part).is_empty()), "{what}");
                    }
                    assert!(columns < 60 || rows < 20 || lanes.height >= 3, "{what}");
                }
            }
        }
    }
}
