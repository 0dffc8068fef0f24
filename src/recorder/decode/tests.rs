//! The decoder reads this very process's memory as if it were a tracee's.

use super::*;

fn own() -> i32 {
    std::process::id() as i32
}

#[test]
fn a_send_without_address_is_send_and_with_one_is_sendto() {
    let text = *b"hello";
    let to: [u8; 16] = [2, 0, 0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    let plain = [4, text.as_ptr() as u64, 5, libc::MSG_NOSIGNAL as u64, 0, 0];
    let call = decode(own(), libc::SYS_sendto as u64, &plain).unwrap();
    assert_eq!((call.name, call.fd, call.args.flags.as_deref()), ("send", Some(4), None));
    assert_eq!(bytes(own(), call.buffers, 5), b"hello");
    let addressed = [4, text.as_ptr() as u64, 5, 0, to.as_ptr() as u64, 16];
    let call = decode(own(), libc::SYS_sendto as u64, &addressed).unwrap();
    assert_eq!((call.name, call.args.addr.as_deref()), ("sendto", Some("127.0.0.1:8080")));
}

#[test]
fn the_bytes_of_a_vectored_write_come_in_order_and_no_further_than_the_limit() {
    let (one, two) = (*b"abc", *b"defg");
    let vectors = [[one.as_ptr() as u64, 3], [two.as_ptr() as u64, 4]];
    let call = decode(own(), libc::SYS_writev as u64, &[4, vectors.as_ptr() as u64, 2, 0, 0, 0]).unwrap();
    assert_eq!(call.args.len, Some(7));
    assert_eq!(bytes(own(), call.buffers, 7), b"abcdefg");
    assert_eq!(bytes(own(), call.buffers, 4), b"abcd");
}

#[test]
fn pointers_to_nowhere_are_no_reason_to_fail() {
    for number in traced_calls() {
        for args in [[u64::MAX; 6], [8; 6], [0; 6]] {
            if let Some(call) = decode(own(), number as u64, &args) {
                bytes(own(), call.buffers, 100);
            }
        }
    }
}

#[test]
fn what_a_socket_is_stands_in_two_words() {
    assert_eq!(socket_words(libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0), "tcp");
    assert_eq!(socket_words(libc::AF_INET6, libc::SOCK_DGRAM, 0), "inet6 udp");
    assert_eq!(socket_words(libc::AF_UNIX, libc::SOCK_STREAM | libc::SOCK_NONBLOCK, 0), "unix stream non-blocking");
}
