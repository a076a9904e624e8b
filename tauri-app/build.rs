//! Checks tauri.conf.json and the capabilities, and embeds them.

fn main() {
    #[cfg(feature = "window")]
    window();
}

#[cfg(feature = "window")]
fn window() {
    use tauri_build::{AppManifest, Attributes};

    // Named here, a command needs a permission: no window has it unless its capability says so.
    let commands = AppManifest::new().commands(&["begin", "ask", "listen"]);
    if let Err(error) = tauri_build::try_build(Attributes::new().app_manifest(commands)) {
        println!("cargo::error={error:#}");
    }
}
