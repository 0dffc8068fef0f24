//! The known word that somebody probably meant. Used wherever a name is not known, here and for lessons.

use strsim::jaro_winkler;

/// Below this two words have nothing to do with one another, and a guess would mislead.
const ALIKE: f64 = 0.75;

/// The known word most like `word`, if one is like it at all. Case makes no difference.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    ranked(word, known.into_iter().map(|name| (name, name))).into_iter().next()
}

/// Those of the items whose key is like `word`, most alike first, each once. An item may come with several keys.
pub(crate) fn ranked<'a, T: PartialEq>(word: &str, keyed: impl IntoIterator<Item = (&'a str, T)>) -> Vec<T> {
    let word = word.to_lowercase();
    let mut scored: Vec<(f64, T)> = keyed
        .into_iter()
        .map(|(key, item)| (jaro_winkler(&word, &key.to_lowercase()), item))
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    // The sort is stable: of equally good guesses the one that is listed first wins, on every run.
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let mut items = Vec::new();
    for (_, item) in scored {
        if !items.contains(&item) {
            items.push(item);
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_word_finds_its_neighbour_and_a_strange_one_finds_none() {
        let known = ["send", "recv", "recvfrom", "accept", "SYN,ACK"];
        assert_eq!(nearest("recieve", known), Some("recv"));
        assert_eq!(nearest("acept", known), Some("accept"));
        assert_eq!(nearest("syn-ack", known), Some("SYN,ACK"));
        assert_eq!(nearest("zzz", known), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn an_item_with_several_keys_is_named_once() {
        assert_eq!(ranked("echo", [("echo", 1), ("echos", 1), ("echoes", 2)]), [1, 2]);
    }
}
