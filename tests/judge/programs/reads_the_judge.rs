//! Looks for the answers instead of the exercise: it lies in `target/judge/misbehaviour`, and the course is above that.

fn main() {
    let own = std::env::current_exe().unwrap();
    let root = own.ancestors().find(|folder| folder.join("exercises").is_dir()).unwrap();
    let file = std::env::args().nth(1).unwrap();
    match std::fs::read(root.join(&file)) {
        Ok(bytes) => println!("read {} bytes of {file}", bytes.len()),
        Err(error) => println!("{file}: {error}"),
    }
}
