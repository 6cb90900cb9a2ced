//! Spawnscope.
