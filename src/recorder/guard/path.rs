//! Where a path leads that a task named: from the task's own folder, with its own /proc/self, through every link.
//!
//! Reads links and nothing else. A name that does not exist leads to itself, for it may be about to be made.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs::read_link;
use std::path::{Component, Path, PathBuf};

/// Links the kernel follows before it gives up: path_resolution(7).
const MOST_LINKS: usize = 40;

/// The end of a path, and whose folders in /proc it led through.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub path: PathBuf,
    pub processes: Vec<i32>,
}

/// Follows a path that a task (its process, its own number) named relative to a folder's descriptor. None where the kernel
/// will find nothing either: a descriptor that is none, a circle of links.
pub(super) fn follow((pid, tid): (i32, i32), folder: i32, path: &Path) -> Option<Found> {
    let root = read_link(format!("/proc/{tid}/root")).unwrap_or_else(|_| "/".into());
    let from = match folder {
        _ if path.is_absolute() => root.clone(),
        libc::AT_FDCWD => read_link(format!("/proc/{tid}/cwd")).ok()?,
        fd => read_link(format!("/proc/{tid}/fd/{fd}")).ok()?,
    };
    let mut rest: VecDeque<OsString> = names(&from).chain(names(path)).collect();
    let mut found = Found { path: "/".into(), processes: Vec::new() };
    let mut links = 0;
    while let Some(name) = rest.pop_front() {
        if name == ".." {
            found.path.pop();
            continue;
        }
        let in_proc = found.path == Path::new("/proc");
        if in_proc && name == "self" {
            rest.push_front(pid.to_string().into());
            continue;
        }
        if in_proc && name == "thread-self" {
            rest.push_front(format!("{tid}").into());
            rest.push_front("task".into());
            rest.push_front(pid.to_string().into());
            continue;
        }
        if in_proc {
            found.processes.extend(number(&name));
        }
        let next = found.path.join(&name);
        match read_link(&next) {
            Ok(target) if is_place(&next, &target) => {
                links += 1;
                if links > MOST_LINKS {
                    return None;
                }
                if target.is_absolute() {
                    found.path = root.clone();
                }
                for name in names(&target).collect::<Vec<_>>().into_iter().rev() {
                    rest.push_front(name);
                }
            }
            _ => found.path = next,
        }
    }
    Some(found)
}

/// The names of a path, `..` among them.
fn names(path: &Path) -> impl Iterator<Item = OsString> + '_ {
    path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_os_string()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    })
}

/// False for what /proc/PID/fd says of a descriptor that is no file: `socket:[4711]`.
fn is_place(link: &Path, target: &Path) -> bool {
    let of_a_process =
        link.starts_with("/proc") && link.components().nth(2).is_some_and(|c| number(c.as_os_str()).is_some());
    target.is_absolute() || !of_a_process
}

fn number(name: &OsStr) -> Option<i32> {
    name.to_str()?.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn own() -> (i32, i32) {
        let pid = std::process::id() as i32;
        (pid, nix::unistd::gettid().as_raw())
    }

    fn lead(path: impl AsRef<Path>) -> Option<Found> {
        follow(own(), libc::AT_FDCWD, path.as_ref())
    }

    #[test]
    fn a_path_is_followed_through_links_and_out_of_folders() {
        let folder = std::env::temp_dir().join(format!("lab-path-{}", std::process::id()));
        let folder = folder.as_path();
        std::fs::create_dir_all(folder.join("inner")).unwrap();
        let folder = &std::fs::canonicalize(folder).unwrap();
        std::fs::write(folder.join("secret"), "").unwrap();
        symlink("../secret", folder.join("inner/relative")).unwrap();
        symlink(folder, folder.join("inner/absolute")).unwrap();
        symlink("circle", folder.join("circle")).unwrap();
        let at = |path: &str| lead(folder.join(path)).map(|found| found.path);
        for path in
            ["secret", "inner/../secret", "./inner/relative", "inner/absolute/secret", "inner/absolute/inner/relative"]
        {
            assert_eq!(at(path), Some(folder.join("secret")), "{path}");
        }
        assert_eq!(at("not/there"), Some(folder.join("not/there")), "it may be about to be made");
        assert_eq!(at("circle"), None);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_relative_path_begins_where_the_task_is() {
        let here = std::fs::canonicalize(".").unwrap();
        assert_eq!(lead("src").unwrap().path, here.join("src"));
        assert_eq!(follow(own(), -77, Path::new("src")), None, "no such descriptor");
    }

    #[test]
    fn proc_self_is_the_tasks_own_and_every_process_on_the_way_is_told() {
        let (pid, tid) = own();
        let found = lead("/proc/self/status").unwrap();
        assert_eq!((found.path, found.processes), (format!("/proc/{pid}/status").into(), vec![pid]));
        assert_eq!(lead("/proc/thread-self/comm").unwrap().path, PathBuf::from(format!("/proc/{pid}/task/{tid}/comm")));
        assert_eq!(lead("/proc/1/status").unwrap().processes, [1]);
        assert_eq!(lead("/proc/sys/../1/../meminfo").unwrap().processes, [1], "also one that is left again");
        let anonymous = nix::unistd::pipe().unwrap();
        let fd = std::os::fd::AsRawFd::as_raw_fd(&anonymous.0);
        let path = format!("/proc/{pid}/fd/{fd}");
        assert_eq!(lead(&path).unwrap().path, PathBuf::from(path), "a pipe is in no folder");
    }
}
