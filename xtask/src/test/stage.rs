//! The stages. Each stands alone: it builds what it needs, so any can be run by itself.

use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use super::Count;
use crate::setup::{self, WASM_TARGET};
use crate::shell::{Shell, find_program, run, run_watched};
use crate::{demo, package, sim, tidy, wasm, web};

/// The stages in the order in which they run: what is quick or most telling comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    Setup,
    Fmt,
    Tidy,
    Clippy,
    Deny,
    Rust,
    Docs,
    Wasm,
    Package,
    Web,
    Replay,
    Sim,
    E2e,
    Desktop,
    Deb,
    Soak,
}

/// How a stage that did not fail ended.
pub(crate) enum Ended {
    Passed,
    /// Not run, for this reason.
    Skipped(&'static str),
}

impl Stage {
    /// The name that `--only` takes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Fmt => "fmt",
            Self::Tidy => "tidy",
            Self::Clippy => "clippy",
            Self::Deny => "deny",
            Self::Rust => "rust",
            Self::Docs => "docs",
            Self::Wasm => "wasm",
            Self::Package => "package",
            Self::Web => "web",
            Self::Replay => "replay",
            Self::Sim => "sim",
            Self::E2e => "e2e",
            Self::Desktop => "desktop",
            Self::Deb => "deb",
            Self::Soak => "soak",
        }
    }

    /// What the stage checks.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Setup => "tools and packages are there",
            Self::Fmt => "Rust is formatted",
            Self::Tidy => "the rooms are apart",
            Self::Clippy => "no warnings, natively and for the browser",
            Self::Deny => "licences, bans and sources of dependencies",
            Self::Rust => "unit, property, conformance and process tests",
            Self::Docs => "examples in the documentation run, and every link in it leads somewhere",
            Self::Wasm => "rules and storage in real Chromium",
            Self::Package => "the npm package builds and keeps its size",
            Self::Web => "types, lint, tests and build of the web app",
            Self::Replay => "one real day ends at its own totals, through every fault",
            Self::Sim => "every guarantee holds under seeded faults, in simulated time",
            Self::E2e => "people sell in Chromium, online and not",
            Self::Desktop => "the desktop till sells, without its window and in it",
            Self::Deb => "the Debian packages install, sell, go and come back with what was sold",
            Self::Soak => "long runs: bad links, many connections, kills, races, a large shop",
        }
    }

    /// Runs the stage and counts its tests.
    pub(crate) fn run(self, shell: &Shell, count: &mut Count) -> Result<Ended> {
        match self {
            Self::Setup => setup::run(shell)?,
            Self::Fmt => run(&mut shell.cargo(&["fmt", "--all", "--check"]))?,
            Self::Tidy => tidy::run(shell)?,
            Self::Clippy => clippy(shell)?,
            Self::Deny => return deny(shell),
            Self::Rust => rust(shell, count)?,
            Self::Docs => docs(shell, count)?,
            Self::Wasm => browser(shell, count)?,
            Self::Package => wasm::build_package(shell)?,
            Self::Web => pages(shell, count)?,
            Self::Replay => replay(shell, count)?,
            Self::Sim => count.passed += sim::run_tested(shell)?,
            Self::E2e => in_chromium(shell, "e2e", count)?,
            Self::Soak => soak(shell, count)?,
            Self::Desktop => desktop(shell, count)?,
            Self::Deb => debian_packages(shell, count)?,
        }
        Ok(Ended::Passed)
    }
}

/// Everything but the desktop app, which needs the built web app and has its own stage. With the
/// types of the screens, so that their file is held to them.
const WORKSPACE: [&str; 5] = [
    "--workspace",
    "--exclude",
    "tauri-app",
    "--features",
    "till/types",
];

/// The crates that also run in a browser.
const IN_BROWSER: [&str; 4] = ["--package", "sync-core", "--package", "sync-client"];

fn clippy(shell: &Shell) -> Result<()> {
    let mut native = shell.cargo(&["clippy"]);
    run(native
        .args(WORKSPACE)
        .args(["--all-targets", "--", "-D", "warnings"]))?;
    setup::wasm_target(shell)?;
    let mut browser = shell.cargo(&["clippy", "--target", WASM_TARGET, "--package", "web-client"]);
    run(browser.args(IN_BROWSER).args(["--", "-D", "warnings"]))
}

fn deny(shell: &Shell) -> Result<Ended> {
    if find_program(&["cargo-deny"]).is_none() {
        return Ok(Ended::Skipped("cargo-deny is not installed"));
    }
    run(&mut shell.cargo(&["deny", "check", "licenses", "bans", "sources"]))?;
    Ok(Ended::Passed)
}

fn rust(shell: &Shell, count: &mut Count) -> Result<()> {
    let nextest = setup::nextest(shell)?;
    // Tests across crates start the real programs, which lie beside them in the target directory.
    run(shell.cargo(&["build", "--bins"]).args(WORKSPACE))?;
    let mut tests = shell.command(nextest.join("cargo-nextest"));
    tests
        .args(["nextest", "run", "--profile", "ci"])
        .args(WORKSPACE);
    watched(&mut tests, count)
}

fn docs(shell: &Shell, count: &mut Count) -> Result<()> {
    watched(
        shell.cargo(&["test", "--doc", "--quiet"]).args(WORKSPACE),
        count,
    )?;
    let mut pages = shell.cargo(&["doc", "--no-deps", "--document-private-items"]);
    // Private items are documented too: this is read by those who work on the code.
    let flags = "-D warnings -A rustdoc::private_intra_doc_links";
    run(pages.args(WORKSPACE).env("RUSTDOCFLAGS", flags))
}

fn browser(shell: &Shell, count: &mut Count) -> Result<()> {
    setup::wasm_target(shell)?;
    let tools = setup::wasm_bindgen(shell)?;
    let (_, driver) = setup::chromium()?;
    let mut tests = shell.cargo(&["test", "--target", WASM_TARGET]);
    tests
        .args(IN_BROWSER)
        .args(["--lib", "--tests"])
        .env("CHROMEDRIVER", driver);
    let runner = tools.join("wasm-bindgen-test-runner");
    tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    // Seconds for all of a page's tests together; on a busy machine the usual 20 are too few.
    tests.env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    watched(&mut tests, count)
}

fn pages(shell: &Shell, count: &mut Count) -> Result<()> {
    web::build_module(shell)?;
    run(&mut shell.npm(&["run", "typecheck"]))?;
    run(&mut shell.npm(&["run", "lint"]))?;
    watched(&mut shell.npm(&["run", "test"]), count)?;
    web::build(shell)
}

fn replay(shell: &Shell, count: &mut Count) -> Result<()> {
    demo::replay_once(shell, &shell.root.join("tests/data/2010-12-05.csv"), 1)?;
    count.passed += 1;
    Ok(())
}

/// The long runs: tills behind a bad link, connections that idle, a day with ten times the faults,
/// a browser killed amid sales and amid its first sync, and two that go for the last unit.
fn soak(shell: &Shell, count: &mut Count) -> Result<()> {
    demo::build_server(shell)?;
    for name in ["slow", "idle"] {
        let mut command = shell.cargo(&["run", "--quiet", "--package", "tillsync-tests"]);
        run(command.args(["--bin", "soak", "--", name]))?;
        count.passed += 1;
    }
    demo::replay_once(shell, &shell.root.join("tests/data/2010-12-05.csv"), 10)?;
    count.passed += 1;
    in_chromium(shell, "soak", count)?;
    run(&mut shell.cargo(&["build", "--package", "tauri-app", "--bins"]))?;
    in_chromium(shell, "soak:desktop", count)
}

fn in_chromium(shell: &Shell, script: &str, count: &mut Count) -> Result<()> {
    let (browser, _) = setup::chromium()?;
    web::build(shell)?;
    demo::build_server(shell)?;
    watched(shell.npm(&["run", script]).env("CHROMIUM", browser), count)
}

fn desktop(shell: &Shell, count: &mut Count) -> Result<()> {
    let nextest = setup::nextest(shell)?;
    // Without the window: what is tested needs no web view, and need not wait for one to compile.
    let till = ["--package", "tauri-app", "--no-default-features"];
    let mut tests = shell.command(nextest.join("cargo-nextest"));
    tests.args(["nextest", "run", "--profile", "ci"]).args(till);
    watched(&mut tests, count)?;
    web::build(shell)?;
    let check = [
        "clippy",
        "--package",
        "tauri-app",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    run(&mut shell.cargo(&check))?;
    // And with it, as whoever sits there.
    run(&mut shell.cargo(&["build", "--package", "tauri-app", "--bins"]))?;
    in_chromium(shell, "e2e:desktop", count)
}

fn debian_packages(shell: &Shell, count: &mut Count) -> Result<()> {
    setup::judges(shell)?;
    package::build(shell)?;
    watched(&mut shell.npm(&["run", "e2e:packages"]), count)
}

fn watched(command: &mut Command, count: &mut Count) -> Result<()> {
    run_watched(command, |line| count.read(line))
}
