//! A key that was pressed, whatever it means to the command that has the terminal.

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Press {
    /// A letter, a digit, a sign.
    Letter(char),
    /// Ctrl and this letter (in lower case).
    Control(char),
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,
    Enter,
    Tab,
    /// Shift and Tab.
    BackTab,
    Backspace,
    Escape,
    /// The mouse: its first button, at this column and row.
    Click(u16, u16),
    /// The mouse: its wheel, up or down.
    Wheel(bool),
}
