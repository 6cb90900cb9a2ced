//! The rules that come with the program: the files of `rules/`, each with its name. Data, no logic.

/// A row of [`BUNDLED`]; the file lies beside `Cargo.toml`.
macro_rules! rule {
    ($name:literal) => {
        ($name, include_str!(concat!("../../rules/", $name, ".yml")))
    };
}

/// File name without ending, and content; in the order of the names.
pub(super) const BUNDLED: &[(&str, &str)] = &[
    rule!("spawnscope-admin-share"),
    rule!("spawnscope-admin-share-access"),
    rule!("spawnscope-data-sent-out"),
    rule!("spawnscope-dll-user-folder"),
    rule!("spawnscope-download-in-memory"),
    rule!("spawnscope-download-in-memory-commandline"),
    rule!("spawnscope-log-cleared"),
    rule!("spawnscope-recon-accounts"),
    rule!("spawnscope-recon-system"),
    rule!("spawnscope-remote-start"),
    rule!("spawnscope-run-key"),
    rule!("spawnscope-run-key-command"),
    rule!("spawnscope-script-host-network"),
    rule!("spawnscope-security-log-cleared"),
    rule!("spawnscope-service-path"),
    rule!("spawnscope-service-path-security"),
    rule!("spawnscope-task-frequent"),
    rule!("spawnscope-task-registered"),
    rule!("spawnscope-task-started"),
    rule!("spawnscope-task-user-folder"),
    rule!("spawnscope-zoom-child"),
    rule!("spawnscope-zoom-child-commandline"),
    rule!("spawnscope-zoom-descendant"),
    rule!("spawnscope-zoom-drops-program"),
    rule!("spawnscope-zoom-script-host"),
    rule!("spawnscope-zoom-unusual-child"),
    rule!("spawnscope-zoom-unusual-path"),
];
