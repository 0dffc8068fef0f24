//! Not written yet.

fn main() {
    todo!()
}
