//! The person at the keyboard, or a file of lines: one thread reads them and tells whichever run goes on. Each line comes with
//! its end, the last one too.

use socket_lab::recorder::{Message, Session};
use std::io::{BufRead, IsTerminal};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard};

pub struct Typist {
    to: Arc<Mutex<To>>,
}

/// Where lines go, and those that came while no run took any.
#[derive(Default)]
struct To {
    sender: Option<Sender<Message>>,
    waiting: Vec<Message>,
}

impl To {
    fn tell(&mut self, message: Message) {
        let refused = match &self.sender {
            Some(sender) => sender.send(message).err().map(|error| error.0),
            None => Some(message),
        };
        self.waiting.extend(refused);
    }
}

impl Typist {
    /// Begins to read. Signals must be blocked by now: a thread that takes them would end the lab without a word.
    pub fn start() -> Typist {
        let to = Arc::new(Mutex::new(To::default()));
        let own = Arc::clone(&to);
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().split(b'\n') {
                let Ok(mut line) = line else { break };
                line.push(b'\n');
                locked(&own).tell(Message::Typed(Some(line)));
            }
            locked(&own).tell(Message::Typed(None));
        });
        Typist { to }
    }

    /// From now on lines go to this run.
    pub fn types_to(&self, session: &Session) {
        let mut to = locked(&self.to);
        to.sender = Some(session.sender());
        for message in std::mem::take(&mut to.waiting) {
            to.tell(message);
        }
    }

    pub fn is_terminal(&self) -> bool {
        std::io::stdin().is_terminal()
    }
}

fn locked(to: &Mutex<To>) -> MutexGuard<'_, To> {
    to.lock().unwrap_or_else(|poison| poison.into_inner())
}
