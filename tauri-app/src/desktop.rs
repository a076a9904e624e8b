/// What the controller wants of the desktop it runs on.
pub trait Desktop: Send + 'static {
    /// Calls the till's window something: the shop, how many are to send, how the master is reached.
    fn set_title(&self, title: &str);
}
