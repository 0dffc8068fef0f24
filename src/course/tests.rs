//! Claims about reading the course and finding lessons in it, on small courses in a temporary folder.

mod exercises;

use super::*;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// A course on disk that goes away with the test.
struct OnDisk(PathBuf);

impl OnDisk {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("socket-lab-course-{}-{number}", std::process::id()));
        fs::create_dir_all(root.join("lessons")).unwrap();
        fs::write(root.join("Cargo.toml"), "").unwrap();
        fs::write(root.join("lessons/Cargo.toml"), "").unwrap();
        OnDisk(root)
    }

    fn lesson(self, name: &str, toml: impl AsRef<[u8]>) -> Self {
        let folder = self.0.join("lessons").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("lesson.toml"), toml).unwrap();
        self
    }

    fn exercise(self, name: &str, toml: impl AsRef<[u8]>) -> Self {
        let folder = self.0.join("exercises").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("exercise.toml"), toml).unwrap();
        self
    }

    fn open(&self) -> Course {
        Course::open(&self.0).unwrap()
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const HEAD: &str = "title = 'TCP keeps bytes'\nterm = '粘包'\nquestion = 'How many?'\n";

/// A variation with the roles server and client and whatever else the text says.
fn variation(name: &str, schedule: &str, that: &str, more: &str) -> String {
    format!(
        "[[variation]]\nname = '{name}'\nsays = 'late'\nso = 'thus'\nschedule = ['{schedule}']\n{more}\n\
         expect = [{{ that = '{that}', says = 'seen' }}]\n\
         role = [{{ name = 'server', args = ['server'] }}, {{ name = 'client', args = ['client'] }}]\n"
    )
}

fn sound() -> String {
    let late = variation("late-reader", "server.recv[1] after client.send[3]", "server.recv[1] = 14", "");
    let prompt = variation("prompt-reader", "start client after server.listen[1]", "server exits 0", "mtu = 1500");
    format!("{HEAD}{late}{prompt}")
}

fn course_of(names: &[&str]) -> Course {
    names.iter().fold(OnDisk::new(), |disk, name| disk.lesson(name, sound())).open()
}

/// The message of a lesson that has this variation and is damaged by it.
fn damage(variation: &str) -> String {
    let course = OnDisk::new().lesson("05-sticky-packets", format!("{HEAD}{variation}")).open();
    assert!(course.lessons.is_empty());
    let [(name, message)] = &course.damaged[..] else { panic!("{:?}", course.damaged) };
    assert_eq!(name, "05-sticky-packets");
    assert!(message.starts_with("lessons/05-sticky-packets/lesson.toml: "), "{message}");
    message.clone()
}

#[test]
fn lessons_are_read_sorted_and_folders_without_lesson_toml_are_skipped() {
    let disk = OnDisk::new().lesson("06-b", sound()).lesson("05-a", sound());
    fs::create_dir_all(disk.0.join("lessons/01-tcp-echo")).unwrap();
    fs::write(disk.0.join("lessons/01-tcp-echo/main.rs"), "fn main() {}").unwrap();
    let course = disk.open();
    let names: Vec<&str> = course.lessons.iter().map(|lesson| lesson.name.as_str()).collect();
    assert_eq!(names, ["05-a", "06-b"]);
    assert!(course.damaged.is_empty());
    assert_eq!(course.folder(&course.lessons[0]), disk.0.join("lessons/05-a"));
}

#[test]
fn a_checked_variation_gives_its_rules_and_expectations() {
    let course = course_of(&["05-a"]);
    let variation = course.lessons[0].variation(None).unwrap();
    assert_eq!(variation.role_names(), ["server", "client"]);
    assert_eq!(variation.rules().unwrap()[0].to_string(), "server.recv[1] after client.send[3]");
    assert_eq!(variation.expectations().unwrap()[0].to_string(), "server.recv[1] = 14");
}

#[test]
fn one_damaged_lesson_does_not_hide_the_others() {
    let disk = OnDisk::new().lesson("05-a", sound()).lesson("06-b", "title = ").lesson("07-c", sound());
    let course = disk.open();
    assert_eq!(course.lessons.len(), 2);
    assert_eq!(course.lesson("5").unwrap().name, "05-a");
    let Err(NotFound { why: Why::Damaged { name, message }, .. }) = course.lesson("b") else {
        panic!("06-b is damaged")
    };
    assert_eq!(name, "06-b");
    assert!(message.contains("line 1, column"), "{message}");
}

#[test]
fn damaged_toml_is_reported_with_file_line_column_and_the_line_itself() {
    let message = damage("[[variation]]\nname = 'x'\nsayz = 'y'\n");
    for part in ["line 6, column 1", "sayz = 'y'", "unknown field `sayz`"] {
        assert!(message.contains(part), "{message}");
    }
    let disk = OnDisk::new().lesson("05-a", b"title = 'a'\nterm = '\xff'\n");
    assert!(disk.open().damaged[0].1.ends_with("lesson.toml: line 2 is not UTF-8"));
}

#[test]
fn a_wrong_line_is_reported_with_its_variation_and_a_caret() {
    let message = damage(&variation("late", "server.recieve[1] after client.send[1]", "server runs", ""));
    let expected = "lessons/05-sticky-packets/lesson.toml: variation late: schedule, column 8: there is no call \
                    `recieve`; did you mean `recv`?\n    server.recieve[1] after client.send[1]\n           ^";
    assert_eq!(message, expected);
}

#[test]
fn every_problem_of_a_lesson_is_reported() {
    let wrong = variation("late", "start client2 after server.listen[1]", "server.recv[1] from peer", "mtu = 10");
    let message = damage(&wrong);
    for part in ["mtu = 10", "schedule, column 7: there is no role `client2`", "expect, column 21: there is no role"] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(message.matches("lessons/05-sticky-packets/lesson.toml: variation late: ").count(), 3, "{message}");
}

#[test]
fn names_must_differ_and_numbers_must_make_sense() {
    let line = "server.recv[1] after client.send[1]";
    let one = variation("late", line, "server runs", "");
    assert!(damage(&format!("{one}{one}")).contains("another variation has the same name"));
    assert!(damage(&one.replace("'client'", "'server'")).contains("two roles are called `server`"));
    assert!(damage(&one.replace("name = 'client'", "name = '9'")).contains("role `9`: a name is a letter"));
    assert!(damage(&one.replace("name = 'client'", "name = 'nobody'")).contains("no role is called so"));
    assert!(damage("variation = []").contains("it has no variation"));
    for deadline in ["nan", "inf", "-1.0", "0.0", "1e9"] {
        let wrong = variation("late", line, "server runs", &format!("deadline = {deadline}"));
        assert!(damage(&wrong).contains("deadline = "), "{deadline}");
    }
}

/// A variation on a cable, in which `server2` runs where `server` runs.
#[test]
fn a_prediction_that_asks_nothing_or_explains_nothing_is_reported() {
    let asking = |choices: &str| {
        let prediction = format!("prediction = [{{ question = 'How many?', choice = [{choices}] }}]");
        variation("late", "server.accept[1] after client.connect[1]", "server exits 0", &prediction)
    };
    let two = "{ says = 'two', that = ['count(client.send) = 2'], why = 'so' }";
    let one = "{ says = 'one', that = ['count(client.send) = 1'], tempting = 'but' }";
    let sound = OnDisk::new().lesson("05-sound", format!("{HEAD}{}", asking(&format!("{one}, {two}")))).open();
    assert_eq!(sound.lessons[0].variations[0].predictions[0].choices.len(), 2, "{:?}", sound.damaged);
    for (choices, told) in [
        (two.to_owned(), "prediction 1: it has 1 choices: from 2 to 5"),
        (format!("{two}, {two}"), "prediction 1: no choice is `tempting`"),
        (format!("{one}, {one}"), "prediction 1: no choice says why"),
        (format!("{one}, {two}, {{ says = 'none', that = [] }}"), "choice \"none\" has no `that`"),
        (format!("{one}, {two}, {{ says = 'x', that = ['no peer.send'] }}"), "that, column 4: there is no role `peer`"),
        (format!("{one}, {two}, {{ says = 'x', thus = [] }}"), "unknown field `thus`"),
    ] {
        let message = damage(&asking(&choices));
        assert!(message.contains(told), "{told}: {message}");
    }
}

#[test]
fn a_beat_is_bound_by_the_notation_and_says_little() {
    let telling = |beat: &str| {
        let beats = format!("beat = [{{ {beat} }}]");
        variation("late", "server.accept[1] after client.connect[1]", "server exits 0", &beats)
    };
    let sound = "at = 'client>server data[1] arrives', that = ['client.send[1] = 5'], says = 'it is there'";
    let all = format!("{sound}, minutes = 2, speak = 'ask who saw it'");
    let course = OnDisk::new().lesson("05-a", format!("{HEAD}{}", telling(&all))).open();
    let [beat] = &course.lessons[0].variations[0].beats[..] else { panic!("{:?}", course.damaged) };
    assert_eq!((beat.minutes, beat.speak.as_deref()), (Some(2), Some("ask who saw it")));
    let long = "x".repeat(229);
    for (beat, told) in [
        (
            "at = 'client.sent[1]', says = 'x'".to_owned(),
            "variation late: beat 1: at, column 8: there is no call `sent`",
        ),
        ("at = 'peer.exit', says = 'x'".to_owned(), "beat 1: at, column 1: there is no role `peer`"),
        ("at = 'client.send[1] = 5', says = 'x'".to_owned(), "beat 1: at, column 16: "),
        (
            format!("{sound}, that = ['client.send[1]']").replacen(", that = ['client.send[1] = 5']", "", 1),
            "beat 1: that, column ",
        ),
        ("at = 'client.exit', says = ' '".to_owned(), "beat 1: it says nothing"),
        (format!("at = 'client.exit', says = '{long}'"), "beat 1: what it says takes 229 columns"),
        (format!("{sound}, speak = '{}'", "x".repeat(121)), "beat 1: speak takes 121 columns"),
        (format!("{sound}, minutes = 61"), "beat 1: minutes: it must be at most 60"),
        (format!("{sound}, minutes = -1"), "invalid value"),
        (format!("{sound}, minute = 1"), "unknown field `minute`"),
    ] {
        let message = damage(&telling(&beat));
        assert!(message.contains(told), "{told}: {message}");
    }
}

fn on_cable(more: &str) -> String {
    let roles = "[{ name = 'server', args = ['server'] }, { name = 'server2', host = 'server', args = [] }, \
                 { name = 'client', args = ['client'] }]";
    format!(
        "[[variation]]\nname = 'lost'\nsays = 'late'\nso = 'thus'\nwire = 'cable'\n{more}\n\
         expect = [{{ that = 'server runs', says = 'seen' }}]\nrole = {roles}\n"
    )
}

#[test]
fn a_variation_on_a_cable_gives_its_hosts_and_its_rules() {
    let more = "cable = ['drop server>client SYN,ACK[1]', 'mtu server 576']\nsysctl = { tcp_early_retrans = '3' }\n\
                show = ['kernel', 'tcp_info', 'noise']";
    let lesson = format!("{HEAD}on_cable = ['--addr', '{{server}}:8080']\n{}", on_cable(more));
    let disk = OnDisk::new().lesson("05-a", lesson);
    let course = disk.open();
    assert!(course.damaged.is_empty(), "{}", course.damaged[0].1);
    let variation = &course.lessons[0].variations[0];
    assert!(variation.is_on_cable());
    assert_eq!(variation.host_names(), ["server", "client"]);
    let rules: Vec<String> = variation.cable_rules().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(rules, ["drop server>client SYN,ACK[1]", "mtu server 576"]);
    assert_eq!(variation.sysctl["tcp_early_retrans"], "3");
    assert_eq!(course.lessons[0].on_cable, ["--addr", "{server}:8080"]);
    let names = variation.unknown_hosts("{server}:{server26}:{client6}:{scratch}:{sever}:{server7}");
    assert_eq!(names, ["sever", "server7"]);
}

#[test]
fn a_cable_adds_arguments_to_the_roles_that_do_not_have_them() {
    let more =
        "role = [{ name = 'server', args = ['s'] }, { name = 'client', args = ['c', '--addr', '192.0.2.9:80'] }]";
    let text = on_cable("").lines().filter(|line| !line.starts_with("role")).collect::<Vec<_>>().join("\n");
    let head = format!("{HEAD}on_cable = ['--addr', '{{server}}:80']\n");
    let disk = OnDisk::new().lesson("05-a", format!("{head}{text}\n{more}\n")).lesson("06-b", sound());
    let course = disk.open();
    let lesson = course.lesson("05-a").unwrap();
    let [server, client] = &lesson.variations[0].roles[..] else { panic!("two roles") };
    assert_eq!(lesson.arguments(server, true), ["s", "--addr", "{server}:80"]);
    assert_eq!(lesson.arguments(server, false), ["s"]);
    assert_eq!(lesson.arguments(client, true), ["c", "--addr", "192.0.2.9:80"]);
    let without = course.lesson("06-b").unwrap();
    assert_eq!(without.arguments(&without.variations[0].roles[0], true), ["server"]);
}

#[test]
fn what_makes_no_sense_on_a_cable_is_reported() {
    let roles_apart =
        |text: String| text.replace("name = 'server2', host = 'server'", "name = 'server2', host = 'client'");
    let cable = "cable = ['drop server>client SYN,ACK[1]']";
    for (wrong, words) in [
        (on_cable("cable = ['drop server>clinet SYN']"), "cable, column 13: there is no role `clinet`; did you mean"),
        (on_cable("cable = ['mtu server2 576']"), "cable, column 5: there is no host `server2`"),
        (on_cable(cable).replace("wire = 'cable'", ""), "they need wire = \"cable\""),
        (on_cable(cable).replace("wire = 'cable'", "wire = 'loopback'"), "they need wire = \"cable\""),
        (on_cable("wire = 'radio'").replacen("wire = 'cable'", "", 1), "unknown variant `radio`"),
        (on_cable("sysctl = { 'net.ipv4.tcp_sack' = '0' }"), "sysctl \"net.ipv4.tcp_sack\": a name below net.ipv4"),
        (on_cable("sysctl = { '' = '0' }"), "a name below net.ipv4"),
        (on_cable("mtu = 65536"), "mtu = 65536: it must be from 68 to 65535"),
        (on_cable("mtu = 1400\noffload = true"), "only the loopback's does"),
        (on_cable("offload = true").replace("wire = 'cable'", ""), "only the loopback's does"),
        (
            on_cable("show = ['noises']"),
            "show = \"noises\": what can be shown is kernel, tcp_info, noise; did you mean",
        ),
        (on_cable("").replace("host = 'server'", "host = 'a b'"), "host `a b`: a name is a letter"),
        (on_cable("").replace("host = 'server'", "host = 'nobody'"), "host `nobody`"),
        (
            roles_apart(on_cable("")).replace("name = 'client'", "name = 'client', host = 'server2'"),
            "host `server2` has the name of a role that runs on the host `client`",
        ),
    ] {
        let message = damage(&wrong);
        assert!(message.contains(words), "{message}\nwithout {words}");
    }
    let message = damage(&format!("on_cable = ['{{sever}}:80']\n{}", on_cable("")));
    assert!(message.contains("on_cable, {sever}: there is no host and no role of that name"), "{message}");
}

#[test]
fn name_number_and_any_part_lead_to_the_same_lesson() {
    let course = course_of(&["05-sticky-packets", "15-backlog", "21-http-404"]);
    for name in ["05-sticky-packets", "05", "5", "sticky", "sticky-packets", "packets", "ticky", "05-st", "STICKY"] {
        assert_eq!(course.lesson(name).map(|lesson| lesson.name.as_str()), Ok("05-sticky-packets"), "{name}");
    }
    assert_eq!(course.lesson("404").unwrap().name, "21-http-404");
}

#[test]
fn a_whole_part_wins_over_a_stretch_of_letters() {
    let course = course_of(&["09-reuse", "10-reuseaddr"]);
    assert_eq!(course.lesson("reuse").unwrap().name, "09-reuse");
    assert_eq!(course.lesson("reusea").unwrap().name, "10-reuseaddr");
}

#[test]
fn a_name_that_fits_two_lessons_is_refused_with_both() {
    let course = course_of(&["01-tcp-echo", "02-udp-echo", "03-close"]);
    let error = course.lesson("echo").unwrap_err();
    assert_eq!(error.to_string(), "`echo` fits more than one lesson: 01-tcp-echo, 02-udp-echo");
}

#[test]
fn a_mistyped_name_is_answered_with_at_most_three_near_ones() {
    let course = course_of(&["01-tcp-echo", "02-udp-echo", "03-unix-echo", "04-echo-server", "05-sticky-packets"]);
    let error = course.lesson("stiky").unwrap_err();
    assert_eq!(error.to_string(), "there is no lesson `stiky`; the nearest: 05-sticky-packets");
    let Err(NotFound { why: Why::Unknown { nearest, .. }, .. }) = course.lesson("ehco") else {
        panic!("no lesson is called ehco")
    };
    assert_eq!(nearest, ["01-tcp-echo", "02-udp-echo", "03-unix-echo"]);
    assert_eq!(course.lesson("zzzz").unwrap_err().to_string(), "there is no lesson `zzzz`");
    assert!(course.lesson("").is_err());
}

#[test]
fn a_number_without_lesson_is_answered_with_the_nearest_number() {
    let course = course_of(&["05-sticky-packets", "15-backlog"]);
    assert_eq!(course.lesson("99").unwrap_err().to_string(), "there is no lesson `99`; the nearest: 15-backlog");
    assert!(course.lesson("99999999999999999999999").is_err());
}

#[test]
fn without_a_name_the_first_variation_is_meant_and_a_mistyped_one_finds_its_neighbour() {
    let course = course_of(&["05-sticky-packets"]);
    let lesson = &course.lessons[0];
    assert_eq!(lesson.variation(None).unwrap().name, "late-reader");
    assert_eq!(lesson.variation(Some("prompt-reader")).unwrap().name, "prompt-reader");
    let error = lesson.variation(Some("late-raeder")).unwrap_err().to_string();
    let expected = "lesson 05-sticky-packets has no variation `late-raeder`; did you mean `late-reader`? \
                    (it has: late-reader, prompt-reader)";
    assert_eq!(error, expected);
}

#[test]
fn the_root_is_found_from_any_folder_below_it() {
    let disk = OnDisk::new().lesson("05-a", sound());
    for below in ["", "lessons", "lessons/05-a"] {
        assert_eq!(Course::find_root(&disk.0.join(below)).unwrap(), disk.0);
    }
    assert!(Course::find_root(Path::new("/")).is_err());
    let error = Course::open(Path::new("/nowhere")).unwrap_err().to_string();
    assert_eq!(error, "cannot list the lessons in /nowhere/lessons");
}
