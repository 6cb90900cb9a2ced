//! What panels ask for. A panel borrows and asks; the window does.

use crate::session::Command;
use crate::ui::action::Action;

/// One wish of a panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// For the session.
    Session(Command),
    /// An entry of the action table.
    Action(Action),
    /// Put this text on the clipboard.
    Copy(String),
    /// Show the coverage of this host.
    ShowHost(usize),
}

/// The wishes of one frame, in order.
#[derive(Debug, Default)]
pub struct Requests(Vec<Request>);

impl Requests {
    /// Asks the session for something.
    pub fn send(&mut self, command: Command) {
        self.0.push(Request::Session(command));
    }

    /// Asks for an action.
    pub fn act(&mut self, action: Action) {
        self.0.push(Request::Action(action));
    }

    /// Asks for text on the clipboard.
    pub fn copy(&mut self, text: impl Into<String>) {
        self.0.push(Request::Copy(text.into()));
    }

    /// Asks for anything.
    pub fn push(&mut self, request: Request) {
        self.0.push(request);
    }

    /// Takes what was asked for.
    pub fn take(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.0)
    }
}
