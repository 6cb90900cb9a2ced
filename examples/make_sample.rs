//! Writes the sample incident: `assets/sample/<host>/*.evtx` and `tests/data/sample_truth.json`.
//! Run it after a change of the story; a test compares the files with what the story gives.

#[path = "../tests/support/evtx_writer/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tests use the rest")]
mod evtx_writer;
#[path = "../tests/support/story/mod.rs"]
mod story;

use std::path::Path;

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = story::sample()?;
    for (name, bytes) in &sample.files {
        let path = root.join("assets/sample").join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, bytes)?;
    }
    let data = root.join("tests/data");
    std::fs::create_dir_all(&data)?;
    std::fs::write(data.join("sample_truth.json"), &sample.truth)?;
    Ok(())
}
