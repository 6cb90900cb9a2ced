//! How sure it is that a process is another's parent, and by what. It finds no parents.

use serde::Serialize;

/// What says that the parent in the tree is the parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParentEvidence {
    /// The child's record names the parent's GUID.
    Guid,
    /// The child's record names the parent's process id and creation time.
    CreationTime,
    /// The parent held the id when the child started: its start was logged before and its end, by
    /// GUID, after.
    Lifetime,
    /// The parent held the id and the child's record names the same image.
    Image,
    /// The parent held the id, and its end was logged after the child's start.
    End,
    /// The parent held the id, and ends are logged on this host but none of it.
    NoEnd,
    /// The parent was the last to hold the id, and ends are not logged, or long before.
    IdAlone,
    /// A stub: the child's record names its GUID.
    NamedGuid,
    /// A stub: the child's record names its image.
    NamedImage,
    /// A stub: the child's record names its process id and nothing else.
    NamedId,
}

/// How sure a parent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParentCertainty {
    /// It can be no other, as far as the records are true.
    Certain,
    /// Nothing speaks against it, and something beside the process id for it.
    Likely,
    /// The process id alone speaks for it, which Windows gives to others later.
    Weak,
}

impl ParentEvidence {
    /// How sure this makes the parent.
    pub const fn certainty(self) -> ParentCertainty {
        match self {
            Self::Guid | Self::CreationTime | Self::Lifetime | Self::NamedGuid => {
                ParentCertainty::Certain
            }
            Self::Image | Self::End | Self::NoEnd | Self::NamedImage => ParentCertainty::Likely,
            Self::IdAlone | Self::NamedId => ParentCertainty::Weak,
        }
    }

    /// The reason in words, to follow `parent:`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Guid => "named by GUID in the record of the start",
            Self::CreationTime => {
                "named by process id and creation time in the record of the start"
            }
            Self::Lifetime => "held the process id, by its logged start and end",
            Self::Image => "held the process id, and the record of the start names the same image",
            Self::End => "held the process id, and its end was logged later",
            Self::NoEnd => "held the process id, and no end of it was logged until then",
            Self::IdAlone => {
                "last known to hold the process id, which may have been another's by then"
            }
            Self::NamedGuid => "named by GUID; its own start is not in these logs",
            Self::NamedImage => "named by process id and image; its own start is not in these logs",
            Self::NamedId => "named by process id alone; its own start is not in these logs",
        }
    }
}
