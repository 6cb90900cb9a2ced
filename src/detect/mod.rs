//! Judges events and processes by Sigma rules, and says why.
