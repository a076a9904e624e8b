/// What the controller wants of the desktop it runs on.
pub trait Desktop: Send + 'static {
    /// Shows how the till stands where it is seen without its page: window title and tray.
    fn show(&self, sign: &Sign);

    /// Tells the person in front of the machine, whatever window they look at.
    fn notify(&self, note: Note);

    /// Fills the screen with the till, or not any more.
    fn fill_screen(&self, on: bool);
}

/// How a till stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sign {
    /// The shop, the till, how the master is reached, how many are to send: a window's title.
    pub title: String,
    /// How many mutations the master does not have yet.
    pub unsent: u64,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What happened, in a few words.
    pub title: String,
    /// What it means for whoever sells.
    pub body: String,
}

/// What whoever closes a till leaves behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftBehind {
    /// How many mutations the master does not have yet.
    pub unsent: u64,
    /// How many other devices are connected to the master that ends with the till.
    pub others: usize,
}

impl LeftBehind {
    /// What somebody is asked who closes the till; nothing where nobody misses it.
    pub fn question(self) -> Option<String> {
        let parts = [self.of_unsent(), self.of_others()];
        let said: Vec<String> = parts.into_iter().flatten().collect();
        (!said.is_empty()).then(|| said.join("\n\n"))
    }

    fn of_unsent(self) -> Option<String> {
        let what = match self.unsent {
            0 => return None,
            1 => "1 sale or change has not reached the main server yet. It stays".to_owned(),
            n => format!("{n} sales or changes have not reached the main server yet. They stay"),
        };
        let later = if self.unsent == 1 {
            "is sent"
        } else {
            "are sent"
        };
        Some(format!(
            "{what} on this till and {later} the next time Tillsync is open and connected."
        ))
    }

    fn of_others(self) -> Option<String> {
        let (who, go) = match self.others {
            0 => return None,
            1 => ("1 other device is".to_owned(), "It goes"),
            n => (format!("{n} other devices are"), "They go"),
        };
        Some(format!(
            "{who} connected to this till, which is the main server. {go} on selling, but nothing \
             sold there is seen elsewhere until it is open again."
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn asked(unsent: u64, others: usize) -> String {
        let left = LeftBehind { unsent, others };
        left.question().expect("it is asked")
    }

    #[test]
    fn closing_asks_only_where_something_is_unsent_and_says_how_much() {
        assert_eq!(LeftBehind::default().question(), None);
        let one = asked(1, 0);
        assert!(one.starts_with("1 sale or change has not"), "{one}");
        let three = asked(3, 0);
        assert!(three.starts_with("3 sales or changes have not"), "{three}");
        assert!(
            three.contains("They stay on this till and are sent"),
            "{three}"
        );
    }

    #[test]
    fn closing_the_main_server_asks_where_others_are_connected() {
        let one = asked(0, 1);
        assert!(one.starts_with("1 other device is connected"), "{one}");
        let both = asked(2, 3);
        assert!(both.starts_with("2 sales or changes have not"), "{both}");
        assert!(both.contains("3 other devices are connected"), "{both}");
    }
}
