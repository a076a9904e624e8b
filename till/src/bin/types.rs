//! Writes what screens ask and are answered as TypeScript, to the file that is named.

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("Say which file to write: types FILE.ts");
        return ExitCode::FAILURE;
    };
    let written = till::generated_types()
        .and_then(|text| std::fs::write(&path, text).map_err(|error| error.to_string()));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{} was not written: {why}", path.display());
            ExitCode::FAILURE
        }
    }
}
