//! What sock_diag answered, in the words of a recording.

use crate::recording::{Kernel, SockId, TcpInfo, Timer};
use crate::sys::diag::{Answer, Info};

/// What the kernel holds for a socket; `CLOSED` when it does not know it any more.
pub(super) fn told(sock: SockId, udp: bool, answer: Option<Answer>) -> Kernel {
    let Some(answer) = answer else {
        return Kernel {
            sock,
            state: "CLOSED".into(),
            recv_queue: 0,
            send_queue: 0,
            next_datagram: None,
            timer: None,
            info: None,
        };
    };
    // Names of include/net/tcp_states.h, as ss writes them.
    let state = match (udp, answer.state) {
        (true, 1) => "CONNECTED",
        (true, _) => "UNCONNECTED",
        (_, 1) => "ESTABLISHED",
        (_, 2) => "SYN-SENT",
        (_, 3 | 12) => "SYN-RECEIVED",
        (_, 4) => "FIN-WAIT-1",
        (_, 5) => "FIN-WAIT-2",
        (_, 6) => "TIME-WAIT",
        (_, 8) => "CLOSE-WAIT",
        (_, 9) => "LAST-ACK",
        (_, 10) => "LISTEN",
        (_, 11) => "CLOSING",
        _ => "CLOSED",
    };
    // The kernel counts sequence numbers, and a SYN and a FIN have one each: they are no bytes of anybody's.
    let received_fin = matches!(state, "CLOSE-WAIT" | "LAST-ACK" | "CLOSING");
    let unacknowledged = matches!(state, "SYN-SENT" | "FIN-WAIT-1" | "LAST-ACK" | "CLOSING");
    Kernel {
        sock,
        state: state.into(),
        recv_queue: answer.recv_queue.saturating_sub(u32::from(received_fin)),
        send_queue: answer.send_queue.saturating_sub(u32::from(unacknowledged)),
        next_datagram: None,
        timer: timer(&answer),
        info: answer.info.map(|info| Box::new(tcp_info(info))),
    }
}

fn timer(answer: &Answer) -> Option<Box<Timer>> {
    let kind = match answer.timer {
        1 => "retransmission",
        2 => "keepalive",
        3 => "time-wait",
        4 => "window-probe",
        _ => return None,
    };
    Some(Box::new(Timer { kind: kind.into(), left_ms: answer.expires, tries: answer.tries }))
}

fn tcp_info(info: Info) -> TcpInfo {
    // enum tcp_ca_state of include/uapi/linux/tcp.h.
    let ca_state = ["Open", "Disorder", "CWR", "Recovery", "Loss"].get(usize::from(info.ca_state)).unwrap_or(&"?");
    TcpInfo {
        ca_state: ca_state.to_string(),
        retransmits: info.retransmits,
        probes: info.probes,
        backoff: info.backoff,
        rto_us: info.rto,
        snd_mss: info.snd_mss,
        unacked: info.unacked,
        sacked: info.sacked,
        lost: info.lost,
        retrans: info.retrans,
        rtt_us: info.rtt,
        rttvar_us: info.rttvar,
        cwnd: info.cwnd,
        ssthresh: info.ssthresh,
        total_retrans: info.total_retrans,
    }
}
