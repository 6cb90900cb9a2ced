//! Helpers of the window tests.
