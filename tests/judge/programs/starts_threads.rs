//! Starts a thread for each of a thousand clients that never come.

fn main() {
    let threads: Vec<_> = (0..1000)
        .map(|_| std::thread::spawn(|| std::thread::sleep(std::time::Duration::from_secs(3600))))
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}
