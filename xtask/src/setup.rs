//! What building and testing need on a machine. Every step looks first and does only what is missing.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{Shell, find_program, modified, output_of, run as run_command, say};

/// Compiler target of everything that runs in a browser.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

const CARGO_DEB_VERSION: &str = "3.8.0";
const TAURI_CLI_VERSION: &str = "2.12.5";
const NEXTEST_VERSION: &str = "0.9.143";

/// Debian packages of the test command: a browser with its driver and its store of certificates, what
/// makes a network, what the desktop app links to, and for its window a display, a session, a driver, a
/// window manager and somebody's hands.
const DEBIAN_PACKAGES: [&str; 17] = [
    "build-essential",
    "chromium",
    "chromium-driver",
    "dbus-daemon",
    "evilwm",
    "iproute2",
    "libayatana-appindicator3-dev",
    "libnss3-tools",
    "librsvg2-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "pkg-config",
    "procps",
    "util-linux",
    "webkit2gtk-driver",
    "xdotool",
    "xvfb",
];

/// What our own Debian packages need, and what judges them.
const JUDGES: [&str; 4] = ["adduser", "desktop-file-utils", "lintian", "systemd"];

/// Installs everything that is missing.
pub(crate) fn run(shell: &Shell) -> Result<()> {
    debian_packages(shell, &DEBIAN_PACKAGES)?;
    wasm_target(shell)?;
    std_source(shell)?;
    wasm_bindgen(shell)?;
    nextest(shell)?;
    npm_packages(shell)?;
    say("everything is there");
    Ok(())
}

/// Adds the wasm target to the toolchain.
pub(crate) fn wasm_target(shell: &Shell) -> Result<()> {
    target(shell, WASM_TARGET)
}

/// Adds a target to the toolchain.
pub(crate) fn target(shell: &Shell, name: &str) -> Result<()> {
    if find_program(&["rustup"]).is_none() {
        // A compiler from elsewhere brings its own targets; cargo says so if this one lacks it.
        return Ok(());
    }
    let installed = output_of(
        shell
            .command("rustup")
            .args(["target", "list", "--installed"]),
    );
    if installed.is_some_and(|targets| targets.lines().any(|line| line == name)) {
        return Ok(());
    }
    say(format_args!("adding the target {name}"));
    run_command(shell.command("rustup").args(["target", "add", name]))
}

/// Adds the source of the standard library, which the npm package compiles for itself.
pub(crate) fn std_source(shell: &Shell) -> Result<()> {
    const COMPONENT: &str = "rust-src";
    let root = output_of(shell.command("rustc").args(["--print", "sysroot"]));
    let root = PathBuf::from(root.context("rustc does not say where it lies")?.trim());
    if root
        .join("lib/rustlib/src/rust/library/Cargo.lock")
        .exists()
    {
        return Ok(());
    }
    ensure!(
        find_program(&["rustup"]).is_some(),
        "the npm package needs the source of the standard library: install {COMPONENT} of this compiler"
    );
    say(format_args!("adding the component {COMPONENT}"));
    run_command(
        shell
            .command("rustup")
            .args(["component", "add", COMPONENT]),
    )
}

/// Returns the folder that holds wasm-bindgen and its test runner in the version of the lock.
pub(crate) fn wasm_bindgen(shell: &Shell) -> Result<PathBuf> {
    let version = pinned_version(shell, "wasm-bindgen")?;
    // Without --locked: the tool's own lock file pins a crate version that is no longer offered.
    let tool = Tool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        companion: Some("wasm-bindgen-test-runner"),
        version: &version,
        locked: false,
    };
    tool.ensure(shell)
}

/// Returns the folder that holds cargo-nextest; any version that is installed will do.
pub(crate) fn nextest(shell: &Shell) -> Result<PathBuf> {
    if let Some(program) = find_program(&["cargo-nextest"]) {
        return Ok(program
            .parent()
            .context("a program lies in a folder")?
            .to_path_buf());
    }
    let tool = Tool {
        package: "cargo-nextest",
        program: "cargo-nextest",
        companion: None,
        version: NEXTEST_VERSION,
        locked: true,
    };
    tool.ensure(shell)
}

/// Returns the folder that holds cargo-deb, which makes the main server's package.
pub(crate) fn cargo_deb(shell: &Shell) -> Result<PathBuf> {
    let tool = Tool {
        package: "cargo-deb",
        program: "cargo-deb",
        companion: None,
        version: CARGO_DEB_VERSION,
        locked: true,
    };
    tool.ensure(shell)
}

/// Installs the npm packages of the lock file, unless they are what was installed last.
pub(crate) fn npm_packages(shell: &Shell) -> Result<()> {
    let web = shell.root.join("web");
    // npm writes this list after every installation, its own or one by hand.
    let installed = modified(&web.join("node_modules/.package-lock.json"));
    if installed >= modified(&web.join("package-lock.json")) {
        return Ok(());
    }
    if find_program(&["npm"]).is_none() {
        bail!("npm is missing: install Node.js 20 or newer (Debian: `apt-get install nodejs npm`)");
    }
    say("installing the npm packages of web/package-lock.json");
    run_command(&mut shell.npm(&["ci", "--no-audit", "--no-fund"]))
}

/// Installs Tauri's bundler and gives its program. It is in no lock file: those of its own packages that
/// are for other systems are not offered everywhere, and a lock file wants them all.
pub(crate) fn tauri_bundler(shell: &Shell) -> Result<PathBuf> {
    let folder = format!("tools/tauri-cli-{TAURI_CLI_VERSION}");
    let folder = shell.cache.join(folder);
    let program = folder.join("node_modules/.bin/tauri");
    if !program.exists() {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        say("installing Tauri's bundler");
        let wanted = format!("@tauri-apps/cli@{TAURI_CLI_VERSION}");
        let mut install = shell.command("npm");
        install.args([
            "install",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--prefix",
        ]);
        run_command(install.arg(&folder).arg(wanted))?;
    }
    Ok(program)
}

/// Installs what the test of our own Debian packages needs beside everything else.
pub(crate) fn judges(shell: &Shell) -> Result<()> {
    debian_packages(shell, &JUDGES)
}

/// Installs the Debian packages that are missing where that is allowed, else says the command.
fn debian_packages(shell: &Shell, wanted: &[&'static str]) -> Result<()> {
    if find_program(&["dpkg-query"]).is_none() {
        return other_systems();
    }
    let missing: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|package| !is_installed(shell, package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_root(shell) {
        bail!(
            "Debian packages are missing. Run this, then try again:\n  sudo apt-get update && sudo \
             apt-get install -y --no-install-recommends {}",
            missing.join(" ")
        );
    }
    say(format_args!(
        "installing Debian packages: {}",
        missing.join(" ")
    ));
    run_command(shell.command("apt-get").args(["update", "-q"]))?;
    let mut install = shell.command("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install
        .args(["install", "-y", "-q", "--no-install-recommends"])
        .args(missing);
    run_command(&mut install)
}

/// Returns the browser and its driver, by `CHROMIUM` and `CHROMEDRIVER` or from the `PATH`.
pub(crate) fn chromium() -> Result<(PathBuf, PathBuf)> {
    let of = |variable: &str, names: &[&str]| {
        env::var_os(variable)
            .map(PathBuf::from)
            .or_else(|| find_program(names))
    };
    let browser = of(
        "CHROMIUM",
        &["chromium", "chromium-browser", "google-chrome"],
    );
    let driver = of("CHROMEDRIVER", &["chromedriver"]);
    browser.zip(driver).context(
        "Chromium and chromedriver are needed: `cargo xtask setup` installs them on Debian; \
         elsewhere set CHROMIUM and CHROMEDRIVER to their paths",
    )
}

/// A program that cargo installs into a folder of its own, keyed by its version.
struct Tool<'a> {
    package: &'a str,
    program: &'a str,
    companion: Option<&'a str>,
    version: &'a str,
    locked: bool,
}

impl Tool<'_> {
    fn ensure(&self, shell: &Shell) -> Result<PathBuf> {
        let own = shell
            .cache
            .join("tools")
            .join(format!("{}-{}", self.package, self.version));
        let beside_path =
            find_program(&[self.program]).and_then(|path| Some(path.parent()?.to_path_buf()));
        let known = [Some(own.join("bin")), beside_path];
        if let Some(bin) = known
            .into_iter()
            .flatten()
            .find(|bin| self.is_in(shell, bin))
        {
            return Ok(bin);
        }
        say(format_args!(
            "installing {} {} (some minutes, once)",
            self.package, self.version
        ));
        let mut install =
            shell.cargo(&["install", self.package, "--version", self.version, "--root"]);
        install.arg(&own).args(self.locked.then_some("--locked"));
        // Beside the project's own build: another profile, and no reason to wait for its lock.
        install.env("CARGO_TARGET_DIR", shell.cache.join("tools/build"));
        run_command(&mut install)?;
        Ok(own.join("bin"))
    }

    fn is_in(&self, shell: &Shell, bin: &std::path::Path) -> bool {
        let version = output_of(shell.command(bin.join(self.program)).arg("--version"));
        version.is_some_and(|line| line.split_whitespace().any(|word| word == self.version))
            && self
                .companion
                .is_none_or(|program| bin.join(program).is_file())
    }
}

/// Returns the exact version that the workspace's table gives for a crate.
fn pinned_version(shell: &Shell, name: &str) -> Result<String> {
    let text =
        fs::read_to_string(shell.root.join("Cargo.toml")).context("cannot read Cargo.toml")?;
    let manifest: toml::Table = text.parse().context("cannot parse Cargo.toml")?;
    let table = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"));
    let entry = table.and_then(|table| table.get(name));
    entry
        .and_then(|entry| entry.as_str().or_else(|| entry.get("version")?.as_str()))
        .and_then(|version| version.strip_prefix('='))
        .map(str::to_owned)
        .with_context(|| format!("{name} has no exact version in Cargo.toml"))
}

/// Whether whoever runs this may do everything here.
fn is_root(shell: &Shell) -> bool {
    output_of(shell.command("id").arg("-u")).is_some_and(|id| id == "0")
}

fn is_installed(shell: &Shell, package: &str) -> bool {
    let mut query = shell.command("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", package]);
    output_of(&mut query).is_some_and(|status| status == "installed")
}

fn other_systems() -> Result<()> {
    chromium().map(|_| ())
}
