//! Which way of looking the centre shows.

/// A tab of the centre.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The process tree.
    #[default]
    ProcessTree,
    /// Processes and their deeds over time.
    Timeline,
    /// Every record.
    Events,
}

impl Tab {
    /// All tabs, left to right.
    pub const ALL: [Self; 3] = [Self::ProcessTree, Self::Timeline, Self::Events];

    /// The tab's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProcessTree => "Process tree",
            Self::Timeline => "Timeline",
            Self::Events => "Events",
        }
    }
}
