//! Checks tauri.conf.json and the capabilities, and embeds them.

fn main() {
    tauri_build::build();
}
