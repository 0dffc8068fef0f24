//! Times as `time("%H:%M:%S")` writes them: UTC, and the few fields that a time server needs.

use super::super::ParseError;
use super::super::cursor::Cursor;

const FIELDS: &str = "YmdHMS%";

/// The form of a time, in double quotes after spaces: `"%H:%M:%S"`.
pub(super) fn form(cursor: &mut Cursor<'_>) -> Result<String, ParseError> {
    let open = cursor.start();
    let text = cursor.text("the form of a time: `\"%H:%M:%S\"`")?;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let field = if letter == '%' { letters.next() } else { continue };
        if !field.is_some_and(|field| FIELDS.contains(field)) {
            let found = field.map(|field| format!("`%{field}`")).unwrap_or_else(|| "`%` alone".to_owned());
            return Err(cursor.fail(open, format!("{found} is no field of a time: there are %Y %m %d %H %M %S %%")));
        }
    }
    Ok(text)
}

/// A time, in seconds since 1970, in that form.
pub(super) fn write(form: &str, time: u64) -> String {
    let (days, seconds) = (time / 86_400, time % 86_400);
    let (year, month, day) = date(days);
    let mut written = String::new();
    let mut letters = form.chars();
    while let Some(letter) = letters.next() {
        let field = if letter == '%' { letters.next() } else { None };
        match field {
            None => written.push(letter),
            Some('Y') => written.push_str(&format!("{year:04}")),
            Some('m') => written.push_str(&format!("{month:02}")),
            Some('d') => written.push_str(&format!("{day:02}")),
            Some('H') => written.push_str(&format!("{:02}", seconds / 3600)),
            Some('M') => written.push_str(&format!("{:02}", seconds / 60 % 60)),
            Some('S') => written.push_str(&format!("{:02}", seconds % 60)),
            Some(other) => written.push(other),
        }
    }
    written
}

/// Year, month and day of the Gregorian calendar. Counted from 1 March of a year 0, so that a leap day is a year's last.
fn date(days_since_1970: u64) -> (u64, u64, u64) {
    let days = days_since_1970 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_its_form_says() {
        // Compared with `date -u -d @… +%F`.
        assert_eq!(write("%Y-%m-%d %H:%M:%S", 0), "1970-01-01 00:00:00");
        assert_eq!(write("%Y-%m-%d", 951_782_400), "2000-02-29");
        assert_eq!(write("%d.%m.%Y 100%% %H", 1_709_251_199), "29.02.2024 100% 23");
        assert_eq!(write("%H:%M:%S", 86_399), "23:59:59");
    }
}
