/// The head of a request, and what came with it of its body.
pub(super) struct Head {
    /// Up to and with the empty line.
    pub(super) text: String,
    /// What came after it already.
    pub(super) rest: Vec<u8>,
}

impl Head {
    /// Whether it asks for a socket.
    pub(super) fn is_upgrade(&self) -> bool {
        let text = self.text.to_ascii_lowercase();
        text.contains("upgrade: websocket")
    }

    /// Path and query.
    pub(super) fn path(&self) -> Option<&str> {
        self.text.split(' ').nth(1)
    }

    /// The length of the body.
    pub(super) fn body_length(&self) -> usize {
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            let found = name.eq_ignore_ascii_case("content-length");
            found.then(|| value.trim().parse().ok())?
        };
        self.text.lines().find_map(header).unwrap_or(0)
    }

    /// The frame that the request stands for, and the one that answers it. What a person asks for is
    /// no frame, and is called by its method.
    pub(super) fn frame_name(&self) -> Option<(&'static str, &'static str)> {
        let path = self.path()?.split('?').next()?;
        if self.text.starts_with("POST ") && !path.starts_with("/v1/sync/") {
            return Some(("post", "posted"));
        }
        Some(match path {
            "/v1/sync/hello" => ("hello", "welcome"),
            "/v1/sync/push" => ("push", "outcomes"),
            "/v1/sync/pull" => ("pull", "changes"),
            "/v1/sync/check" => ("check", "checked"),
            _ => return None,
        })
    }

    /// The same for a connection that ends with its answer, so that the next request is seen too.
    pub(super) fn closing(&self) -> String {
        let (first, others) = self.text.split_once("\r\n").unwrap_or((&self.text, ""));
        format!("{first}\r\nconnection: close\r\n{others}")
    }
}
