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

/// What somebody is asked who closes a till that has something to send; nothing where it has not.
pub fn question_at_closing(unsent: u64) -> Option<String> {
    let what = match unsent {
        0 => return None,
        1 => "1 sale or change has not reached the main server yet. It stays".to_owned(),
        n => format!("{n} sales or changes have not reached the main server yet. They stay"),
    };
    let later = if unsent == 1 { "is sent" } else { "are sent" };
    Some(format!(
        "{what} on this till and {later} the next time Tillsync is open and connected."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_asks_only_where_something_is_unsent_and_says_how_much() {
        assert_eq!(question_at_closing(0), None);
        let one = question_at_closing(1).expect("it is asked");
        assert!(one.starts_with("1 sale or change has not"), "{one}");
        let three = question_at_closing(3).expect("it is asked");
        assert!(three.starts_with("3 sales or changes have not"), "{three}");
        assert!(
            three.contains("They stay on this till and are sent"),
            "{three}"
        );
    }
}
