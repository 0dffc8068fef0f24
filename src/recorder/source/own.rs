//! Which of the places that a return address stands for is the program's own. Several, when functions were inlined there.
//!
//! A pure function: whether a file exists is asked of the caller. It refuses to know anything of addresses.

/// A place in some source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub function: Option<String>,
    /// As the debug information has it: the compiler's folder and the name it was given.
    pub file: String,
    /// From 1; 0 where the compiler made the code up.
    pub line: u32,
}

/// The first place, from the innermost outward, that is the program's own: its file exists (`here` gives the path by which
/// it is told) and is part of no library.
pub(super) fn first(places: Vec<Place>, here: impl Fn(&str) -> Option<String>) -> Option<Place> {
    let own = places.into_iter().filter(|place| place.line > 0 && place.file.starts_with('/') && !library(&place.file));
    own.filter_map(|place| Some(Place { file: here(&place.file)?, ..place })).find(|place| !library(&place.file))
}

/// True for files of a language's own library, of packages that others wrote, and of the system.
fn library(path: &str) -> bool {
    // `/rustc/HASH/library/…` is where Rust's own library was built; with its sources installed it is below `lib/rustlib`.
    let begins = ["/rustc/", "/usr/"];
    let has = ["/lib/rustlib/", "/.cargo/registry/", "/.cargo/git/", "/registry/src/"];
    begins.iter().any(|start| path.starts_with(start)) || has.iter().any(|part| path.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(all: &[(&str, &str, u32)]) -> Vec<Place> {
        let place = |(function, file, line): &(&str, &str, u32)| Place {
            function: Some((*function).into()),
            file: (*file).into(),
            line: *line,
        };
        all.iter().map(place).collect()
    }

    /// On this machine everything exists but what is below /gone or was built elsewhere.
    fn here(path: &str) -> Option<String> {
        let elsewhere = path.starts_with("/gone/") || path.starts_with("/rustc/");
        (!elsewhere).then(|| path.replace("/home/me/build/../", "/home/me/").replace("/home/../usr/", "/usr/"))
    }

    #[track_caller]
    fn own(all: &[(&str, &str, u32)]) -> Option<(String, String, u32)> {
        first(places(all), here).map(|own| (own.function.unwrap(), own.file, own.line))
    }

    #[test]
    fn it_is_the_innermost_that_no_library_has() {
        let rust = [
            ("send", "/rustc/31fca3adb/library/std/src/sys/net/socket.rs", 300),
            ("write", "/home/me/.rustup/toolchains/stable/lib/rustlib/src/rust/library/std/src/io/mod.rs", 1),
            ("send", "/home/me/.cargo/registry/src/index-1949cf8c6b5b557f/socket2-0.6.0/src/socket.rs", 2),
            ("send", "/home/me/.cargo/git/checkouts/socket2-1/src/socket.rs", 2),
            ("send", "/opt/cargo/registry/src/index-1/socket2-0.6.0/src/socket.rs", 2),
            ("fortified", "/usr/include/bits/socket2.h", 3),
            ("built elsewhere", "/gone/glibc/send.c", 4),
            ("without a folder", "send.c", 5),
            ("made up by the compiler", "/home/me/client.rs", 0),
            ("mine", "/home/me/client.rs", 26),
            ("main", "/home/me/main.rs", 7),
        ];
        assert_eq!(own(&rust), Some(("mine".into(), "/home/me/client.rs".into(), 26)));
        assert_eq!(own(&rust[..9]), None);
        assert_eq!(own(&[]), None);
    }

    #[test]
    fn a_folder_that_only_sounds_like_a_librarys_is_the_programs() {
        for file in ["/home/me/rustc/a.rs", "/home/usr/a.c", "/srv/registry/a.rs", "/home/me/lib/a.c"] {
            assert_eq!(own(&[("f", file, 1)]), Some(("f".into(), file.into(), 1)));
        }
    }

    #[test]
    fn the_path_is_told_as_it_was_found_and_judged_once_more() {
        assert_eq!(own(&[("f", "/home/me/build/../a.c", 1)]), Some(("f".into(), "/home/me/a.c".into(), 1)));
        assert_eq!(own(&[("f", "/home/../usr/src/a.c", 1)]), None);
    }
}
