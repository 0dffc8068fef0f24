//! Lines of the text view → cells of a screen, in one of three themes: the terminal's own colours, or a ground and colours that
//! are set for every cell, for projectors.
//!
//! It refuses pale colours: on a ground of its own each has a contrast of 4.5 at least (WCAG 2.2, 1.4.3), and the terminal's
//! are its owner's business. Without colours nothing is set at all.

use super::text::style::{Line, Style};
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style as Cells};
use ratatui::text;

/// Where colours come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// The terminal's own ground and colours.
    #[default]
    Terminal,
    /// White on black.
    Dark,
    /// Black on white.
    Light,
}

impl Theme {
    /// The one after it, around.
    pub fn next(self) -> Theme {
        match self {
            Theme::Terminal => Theme::Dark,
            Theme::Dark => Theme::Light,
            Theme::Light => Theme::Terminal,
        }
    }

    /// `dark`
    pub fn name(self) -> &'static str {
        match self {
            Theme::Terminal => "terminal",
            Theme::Dark => "dark",
            Theme::Light => "light",
        }
    }
}

/// How lines are painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    /// Whose colours.
    pub theme: Theme,
    /// False: no colours, nothing bold, whatever the theme.
    pub color: bool,
}

/// The colours of a theme. On grounds of ours they are of the 256 that look the same on every terminal.
struct Palette {
    ground: Option<(Color, Color)>,
    dim: Option<Color>,
    bad: Color,
    good: Color,
    roles: [Color; 3],
    sources: [Color; 6],
}

impl Palette {
    fn source(&self, number: u32) -> Color {
        self.sources[(number as usize).wrapping_sub(1) % self.sources.len()]
    }
}

const TERMINAL: Palette = Palette {
    ground: None,
    dim: None,
    bad: Color::Red,
    good: Color::Green,
    roles: [Color::LightCyan, Color::LightGreen, Color::LightYellow],
    sources: [Color::Cyan, Color::Yellow, Color::Magenta, Color::Green, Color::Blue, Color::LightMagenta],
};

const BLACK: Color = Color::Indexed(16);
const WHITE: Color = Color::Indexed(231);

const fn indexed<const N: usize>(numbers: [u8; N]) -> [Color; N] {
    let mut colors = [BLACK; N];
    let mut at = 0;
    while at < N {
        colors[at] = Color::Indexed(numbers[at]);
        at += 1;
    }
    colors
}

const DARK: Palette = Palette {
    ground: Some((WHITE, BLACK)),
    dim: Some(Color::Indexed(250)),
    bad: Color::Indexed(210),
    good: Color::Indexed(120),
    roles: indexed([123, 157, 229]),
    sources: indexed([51, 226, 213, 120, 111, 215]),
};

const LIGHT: Palette = Palette {
    ground: Some((BLACK, WHITE)),
    dim: Some(Color::Indexed(240)),
    bad: Color::Indexed(124),
    good: Color::Indexed(22),
    roles: indexed([24, 22, 58]),
    sources: indexed([23, 94, 90, 22, 19, 130]),
};

impl Paint {
    fn palette(self) -> &'static Palette {
        match self.theme {
            Theme::Terminal => &TERMINAL,
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
        }
    }

    /// What every cell has before anything is written.
    pub fn ground(self) -> Cells {
        match self.palette().ground.filter(|_| self.color) {
            Some((ink, paper)) => Cells::new().fg(ink).bg(paper),
            None => Cells::new(),
        }
    }

    /// How cells look that mean this.
    pub(super) fn style(self, style: Style) -> Cells {
        let (palette, plain) = (self.palette(), self.ground());
        if !self.color {
            return plain;
        }
        match style {
            Style::Plain => plain,
            Style::Dim => palette.dim.map_or(plain.add_modifier(Modifier::DIM), |color| plain.fg(color)),
            Style::Bold => plain.add_modifier(Modifier::BOLD),
            Style::Slanted => plain.add_modifier(Modifier::ITALIC),
            Style::Bad => plain.fg(palette.bad),
            Style::Good => plain.fg(palette.good),
            Style::Role(n) => plain.fg(palette.roles[n % palette.roles.len()]).add_modifier(Modifier::BOLD),
            Style::Source(n) => plain.fg(palette.source(n)),
            Style::Held(n) => plain.fg(palette.source(n)).add_modifier(Modifier::REVERSED),
        }
    }

    /// A line as ratatui has it.
    pub(super) fn line(self, line: &Line) -> text::Line<'static> {
        let spans = line.spans().iter().map(|(style, text)| text::Span::styled(text.clone(), self.style(*style)));
        spans.collect::<Vec<_>>().into()
    }

    /// Writes a line into a buffer, from a place on as far as there is room.
    pub(super) fn put(self, buffer: &mut Buffer, (column, row): (u16, u16), line: &Line) {
        let area = buffer.area;
        if (area.left()..area.right()).contains(&column) && (area.top()..area.bottom()).contains(&row) {
            buffer.set_line(column, row, &self.line(line), area.right() - column);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    /// Red, green and blue of one of the 256 colours above the terminal's own sixteen (xterm's cube and its greys).
    fn rgb(color: Color) -> [f64; 3] {
        let Color::Indexed(number @ 16..) = color else { panic!("{color:?} is the terminal's own") };
        let number = u32::from(number);
        let levels = match number.checked_sub(232) {
            Some(grey) => [8 + 10 * grey; 3],
            None => [(number - 16) / 36, (number - 16) / 6 % 6, (number - 16) % 6]
                .map(|level| if level == 0 { 0 } else { 55 + 40 * level }),
        };
        levels.map(|level| f64::from(level) / 255.0)
    }

    /// https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    fn luminance(color: Color) -> f64 {
        let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        let [red, green, blue] = rgb(color).map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    fn contrast(one: Color, other: Color) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn contrast_is_computed_as_the_standard_says() {
        assert!((contrast(BLACK, WHITE) - 21.0).abs() < 1e-9);
        // #767676 is known as the palest grey that passes on white: 4.54.
        let grey = contrast(Color::Indexed(243), WHITE);
        assert!((grey - 4.54).abs() < 0.01, "{grey}");
    }

    #[test]
    fn every_colour_of_a_theme_of_ours_can_be_read_from_the_last_row() {
        for (palette, name) in [(DARK, "dark"), (LIGHT, "light")] {
            let (ink, paper) = palette.ground.unwrap();
            let colors = [ink, palette.dim.unwrap(), palette.bad, palette.good];
            for color in colors.into_iter().chain(palette.roles).chain(palette.sources) {
                let ratio = contrast(color, paper);
                assert!(ratio >= 4.5, "{name}: {color:?} has a contrast of {ratio:.2}");
            }
        }
    }

    #[test]
    fn neighbouring_sources_do_not_share_a_colour() {
        for palette in [TERMINAL, DARK, LIGHT] {
            for (at, color) in palette.sources.iter().enumerate() {
                assert!(!palette.sources[..at].contains(color), "{color:?} twice");
            }
        }
    }

    #[test]
    fn without_colours_a_line_has_no_style_at_all() {
        let mut line = Line::of(Style::Bad, "bad");
        line.append(&Line::of(Style::Role(1), "role"));
        for theme in [Theme::Terminal, Theme::Dark, Theme::Light] {
            let paint = Paint { theme, color: false };
            assert_eq!(paint.ground(), Cells::new());
            assert!(paint.line(&line).spans.iter().all(|span| span.style == Cells::new()));
        }
    }

    #[test]
    fn a_line_ends_where_the_screen_does() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 5, 1));
        let paint = Paint { theme: Theme::Dark, color: true };
        paint.put(&mut buffer, (2, 0), &Line::of(Style::Bold, "粘包"));
        paint.put(&mut buffer, (0, 1), &Line::of(Style::Bold, "below"));
        paint.put(&mut buffer, (9, 0), &Line::of(Style::Bold, "beside"));
        assert_eq!(buffer[(2, 0)].symbol(), "粘");
        assert_eq!(buffer[(2, 0)].fg, WHITE);
        assert_eq!(buffer[(4, 0)].symbol(), " ");
    }
}
