//! Writes the result down for people.
