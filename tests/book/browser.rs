//! A browser without a window, driven by the DevTools protocol over a pair of pipes (messages end with a NUL).
//!
//! Refuses to wait for ever: every answer and every event has a deadline. The browser ends with the value that holds it,
//! and when the tests are killed, because its pipe then ends.

use crate::common::{self, Folder};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// No page of the book takes longer for anything; a busy machine may take a part of it.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Browser {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    /// Events that came and nobody has looked at yet.
    events: Vec<Value>,
    session: Option<String>,
    last_id: u64,
    /// Where it keeps what it knows; gone with it.
    _profile: Folder,
}

impl Browser {
    /// Starts Debian's `chromium` with one empty page; none when it is not installed.
    pub fn start(name: &str) -> Option<Browser> {
        let program = common::tool("chromium")?;
        let profile = Folder::new(&format!("browser-{name}"));
        // File descriptors 3 and 4 are where it listens and answers. A shell moves them there: it needs no unsafe code.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null", "sh"]).arg(program);
        command.args(["--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu"]);
        command.args(["--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"]);
        command.args(["--disable-extensions", "--disable-sync", "--force-color-profile=srgb", "--hide-scrollbars"]);
        if common::is_root() {
            command.arg("--no-sandbox");
        }
        command.arg(format!("--user-data-dir={}", profile.0.display())).arg("about:blank");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut child = command.spawn().expect("sh starts");
        let input = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in output.split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else { return };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser =
            Browser { child, input, messages, events: Vec::new(), session: None, last_id: 0, _profile: profile };
        let target = browser.ask("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        browser.session = browser.ask("Target.attachToTarget", attach)["sessionId"].as_str().map(str::to_string);
        for domain in ["Page", "Network", "Runtime", "Log"] {
            browser.ask(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Sends a command and gives its result. A refusal is a mistake of the test.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.send(method, params);
        let until = Instant::now() + PATIENCE;
        loop {
            let message = self.next_message(until, method);
            if message["id"] != json!(self.last_id) {
                self.events.push(message);
                continue;
            }
            assert!(message["error"].is_null(), "{method}: {}", message["error"]);
            return message["result"].clone();
        }
    }

    /// Sends a command; its answer is nobody's.
    fn send(&mut self, method: &str, params: Value) {
        self.last_id += 1;
        let mut message = json!({ "id": self.last_id, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut text = message.to_string().into_bytes();
        text.push(0);
        self.input.write_all(&text).unwrap_or_else(|error| panic!("the browser is gone before {method}: {error}"));
    }

    fn next_message(&self, until: Instant, what: &str) -> Value {
        let patience = until.saturating_duration_since(Instant::now());
        self.messages.recv_timeout(patience).unwrap_or_else(|error| panic!("waiting for {what}: {error}"))
    }

    /// Waits for an event; it and the others stay among the events.
    fn wait_for(&mut self, method: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.events.iter().any(|event| event["method"] == method) {
            let message = self.next_message(until, method);
            self.events.push(message);
        }
    }

    /// The value of an expression on the page; what it promises is waited for.
    pub fn value(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let result = self.ask("Runtime.evaluate", params);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {}", result["exceptionDetails"]);
        result["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub fn wait_until(&mut self, expression: &str) -> bool {
        let until = Instant::now() + Duration::from_secs(10);
        while self.value(expression) != json!(true) {
            if Instant::now() > until {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        true
    }

    /// Loads a page of the book and gives the events of that.
    pub fn open(&mut self, file: &Path) -> Vec<Value> {
        self.events.clear();
        let answer = self.ask("Page.navigate", json!({ "url": address(file) }));
        assert!(answer["errorText"].is_null(), "{}: {}", file.display(), answer["errorText"]);
        self.loaded()
    }

    /// Presses a key that leads to another page and gives the events of that; the page's address then tells which.
    pub fn leave_by(&mut self, key: &str) -> Vec<Value> {
        self.events.clear();
        self.press(key);
        self.loaded()
    }

    fn loaded(&mut self) -> Vec<Value> {
        self.wait_for("Page.loadEventFired");
        // Fonts come late, and the book's own script waits for them.
        self.value(
            "document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => setTimeout(done))))",
        );
        std::mem::take(&mut self.events)
    }

    /// Presses and releases a key: `Tab`, `Enter`, `ArrowRight`, or one that writes a letter.
    pub fn press(&mut self, key: &str) {
        self.press_often(key, 1);
    }

    /// Presses a key again and again. The browser takes the keys in their order, so only the last is waited for.
    pub fn press_often(&mut self, key: &str, times: u64) {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            "ArrowRight" => 39,
            "/" => 191,
            letter => u32::from(letter.to_ascii_uppercase().as_bytes()[0]),
        };
        let text = if key == "Enter" { "\r" } else { key };
        let mut down = json!({ "type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code });
        if text.chars().count() == 1 {
            down["text"] = json!(text);
        }
        let up = json!({ "type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code });
        for _ in 1..times {
            self.send("Input.dispatchKeyEvent", down.clone());
            self.send("Input.dispatchKeyEvent", up.clone());
        }
        self.send("Input.dispatchKeyEvent", down);
        self.ask("Input.dispatchKeyEvent", up);
    }

    /// How large the window is, and whether it is a phone's.
    pub fn window(&mut self, width: u32, height: u32, phone: bool) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        self.ask("Emulation.setDeviceMetricsOverride", size);
    }

    /// Which medium (`screen`, `print`) and which colour scheme (`light`, `dark`) the reader has chosen.
    pub fn media(&mut self, medium: &str, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.ask("Emulation.setEmulatedMedia", json!({ "media": medium, "features": features }));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The whole group: it has processes of its own that draw.
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address of a file.
pub fn address(file: &Path) -> String {
    format!("file://{}", file.display())
}

/// What was wrong with loading a page: requests that leave this machine or fail, and errors told on the console.
pub fn complaints(events: &[Value]) -> Vec<String> {
    let told = |event: &Value| {
        let params = &event["params"];
        match event["method"].as_str()? {
            "Network.requestWillBeSent" => {
                let url = params["request"]["url"].as_str()?;
                let local = ["file:", "data:", "blob:"].iter().any(|scheme| url.starts_with(scheme));
                (!local).then(|| format!("asks for {url}"))
            }
            "Network.loadingFailed" if params["canceled"] != json!(true) => {
                Some(format!("a {} does not load: {}", params["type"], params["errorText"]))
            }
            "Runtime.exceptionThrown" => Some(format!("a script fails: {}", params["exceptionDetails"]["exception"])),
            "Runtime.consoleAPICalled" if params["type"] == "error" => Some(format!("console: {}", params["args"])),
            "Log.entryAdded" if params["entry"]["level"] == "error" => {
                Some(format!("console: {} {}", params["entry"]["text"], params["entry"]["url"]))
            }
            _ => None,
        }
    };
    events.iter().filter_map(told).collect()
}
