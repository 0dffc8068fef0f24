//! Words the notation knows besides names of calls (those are in `name`): states, signals, and what others call a call.

/// States of a socket, as the recording writes them: those of TCP, and the two of UDP, which has no others.
pub const SOCKET_STATES: &[&str] = &[
    "CLOSED",
    "LISTEN",
    "SYN-SENT",
    "SYN-RECEIVED",
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT",
    "CONNECTED",
    "UNCONNECTED",
];

/// Signals of Linux, signal(7), real-time signals excepted.
pub const SIGNALS: &[&str] = &[
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGIO",
    "SIGPWR",
    "SIGSYS",
];

/// What the notation calls the thing that others call `word`: someone who thinks of `read` means `recv`, and no measure
/// of likeness knows that.
pub(super) fn common_name(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "write" | "writev" | "sendmsg" | "write_all" => "send",
        "read" | "readv" | "recvmsg" | "receive" | "read_exact" => "recv",
        "accept4" => "accept",
        "send_to" => "sendto",
        "recv_from" => "recvfrom",
        _ => return None,
    })
}

/// What a cable's rules are called elsewhere, in netem and in talk.
pub(super) fn common_impairment(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "latency" => "delay",
        "lose" => "loss",
        "reorder" => "swap",
        "copy" => "duplicate",
        "bandwidth" => "rate",
        _ => return None,
    })
}

/// What a frame's qualities are called elsewhere.
pub(super) fn common_quality(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "lost" => "dropped",
        "delayed" | "held" => "late",
        "corrupted" | "corrupt" => "changed",
        "duplicated" | "duplicate" => "copy",
        "retransmitted" | "retransmission" | "repeated" => "again",
        "rto" => "timeout",
        _ => return None,
    })
}
