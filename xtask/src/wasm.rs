//! Rust to what a browser loads: compile, bind, shrink, weigh.

mod names;
mod order;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::setup::{self, WASM_TARGET};
use crate::shell::{Shell, modified, output_of, run, say, shown};
use crate::size::Size;
use names::Names;

/// What an embedder downloads of the npm package, at most. In bytes, brotli.
const PACKAGE_BUDGET: usize = 150_000;

/// A crate that becomes one wasm module with its JavaScript.
pub(crate) struct Module {
    /// The cargo package.
    pub(crate) package: &'static str,
    /// Folder that the module is written to, relative to the checkout.
    pub(crate) out: &'static str,
    /// Where the script finds what watches its module, relative to it.
    pub(crate) watch: &'static str,
    /// What is paid for, size or speed: the cargo profile, and the flags of wasm-opt.
    pub(crate) profile: Profile,
}

/// Compiles the standard library too, without what only speaks of faults: half of its code in the
/// module, and the places of panics in ours. A fault is then a trap, which `npm/src/fault.js` sees.
/// These flags are not stable, which `rust-toolchain.toml` makes up for: it names one compiler.
const OWN_STD: [&str; 4] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
    "--config",
    concat!(
        "target.wasm32-unknown-unknown.rustflags=[",
        "'-Zunstable-options', '-Cpanic=immediate-abort', ",
        "'-Zlocation-detail=none', '-Zfmt-debug=none', ",
        // Both make code larger where that makes it faster.
        "'-Cllvm-args=-disable-lsr -enable-pre=false']"
    ),
];

/// What is called from one place only stays a function: larger ones have less in common.
const NO_INLINING: &str = "--one-caller-inline-max-function-size=60";

/// The linker puts the stack first, and nothing lies in its last kilobyte: what is added to an
/// address can then become part of the instruction.
const LOW_IS_UNUSED: &str = "--low-memory-unused";

/// The second turn of wasm-opt, once the functions have their ranks as names: what looks alike
/// comes side by side, and the names between module and script become short ones.
const ARRANGE: [&str; 7] = [
    LOW_IS_UNUSED,
    "-Os",
    NO_INLINING,
    "--reorder-functions-by-name",
    "--minify-imports-and-exports-and-modules",
    "--strip-producers",
    "--strip-target-features",
];

/// A finished module.
pub(crate) struct Built {
    /// The module itself; its script and types lie beside it.
    pub(crate) wasm: PathBuf,
    /// Whether the standard library was compiled with it.
    own_std: bool,
}

/// How a module is compiled.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// An embedder's page downloads it: as small as it gets.
    Small,
    /// An app installs it once and works with it all day.
    Fast,
}

impl Profile {
    /// The profile in the root Cargo.toml.
    fn name(self) -> &'static str {
        match self {
            Self::Small => "wasm",
            Self::Fast => "wasm-app",
        }
    }

    fn features(self) -> &'static [&'static str] {
        match self {
            Self::Small => &["--no-default-features", "--features", "js,small"],
            Self::Fast => &[],
        }
    }

    /// What is compiled with flags of its own lies apart: crates that look at those would otherwise
    /// be compiled again at every turn.
    fn target(self, shell: &Shell) -> PathBuf {
        match self {
            Self::Small => shell.target.join("small"),
            Self::Fast => shell.target.clone(),
        }
    }

    fn shrink(self) -> &'static [&'static str] {
        match self {
            // Alignments are hints, which say something only where they are other ones than usual:
            // engines do not look at them, and without them code packs better.
            Self::Small => &[
                LOW_IS_UNUSED,
                "--flatten",
                "--rereloop",
                "-Os",
                NO_INLINING,
                "--dealign",
            ],
            Self::Fast => &["-O3", "--strip-producers"],
        }
    }
}

/// The library for embedders, without any shop in it.
const SYNC_CLIENT: Module = Module {
    package: "sync-client",
    out: "sync-client/npm/dist",
    watch: "../src/fault.js",
    profile: Profile::Small,
};

impl Module {
    /// Builds the module unless it is newer than everything it is made of.
    pub(crate) fn build(&self, shell: &Shell) -> Result<Built> {
        setup::wasm_target(shell)?;
        let tools = setup::wasm_bindgen(shell)?;
        setup::npm_packages(shell)?;

        say(format_args!("compiling {} for the browser", self.package));
        let target = self.profile.target(shell);
        let own_std = self.compile(shell, &target)?;

        let name = self.package.replace('-', "_");
        let compiled = target
            .join(WASM_TARGET)
            .join(self.profile.name())
            .join(format!("{name}.wasm"));
        let wasm = format!("{name}_bg.wasm");
        let done = Built {
            wasm: shell.root.join(self.out).join(&wasm),
            own_std,
        };
        if modified(&done.wasm) > modified(&compiled) {
            return Ok(done);
        }
        let bound = shell.target.join(WASM_TARGET).join("bound").join(&name);
        let mut bind = shell.command(tools.join("wasm-bindgen"));
        run(bind
            .args(["--target", "web", "--out-dir"])
            .arg(&bound)
            .arg(&compiled))?;
        let module = bound.join(&wasm);
        run(&mut optimizer(shell, self.profile.shrink(), &module))?;
        let script = bound.join(format!("{name}.js"));
        rewrite(shell, &script, &|script| names::guarded(script, self.watch))?;
        if matches!(self.profile, Profile::Small) {
            let shrunk = fs::read(&module).context("cannot read the shrunk module")?;
            fs::write(&module, order::ranked(&shrunk)?).context("cannot name functions")?;
            let printed = output_of(&mut optimizer(shell, &ARRANGE, &module));
            let printed = printed.context("wasm-opt has failed")?;
            shorten(shell, &bound, &name, &Names::read(&printed)?)?;
        }
        self.publish(shell, &bound, &wasm)?;
        Ok(done)
    }

    /// Returns whether the module has a standard library of its own. Where that cannot be had, the
    /// compiler's makes a module that works as well and is larger.
    fn compile(&self, shell: &Shell, target: &Path) -> Result<bool> {
        // cdylib is asked for here, so that the crate itself stays an ordinary library.
        let compile = || {
            let mut compile = shell.cargo(&["rustc", "--package", self.package, "--lib"]);
            compile
                .args(self.profile.features())
                .args(["--crate-type", "cdylib", "--target", WASM_TARGET])
                .args(["--profile", self.profile.name(), "--target-dir"])
                .arg(target);
            compile
        };
        if matches!(self.profile, Profile::Small) {
            let own_std = setup::std_source(shell)
                .and_then(|()| run(compile().args(OWN_STD).env("RUSTC_BOOTSTRAP", "1")));
            match own_std {
                Ok(()) => return Ok(true),
                Err(error) => say(format_args!(
                    "{error:#}: going on with the compiler's standard library"
                )),
            }
        }
        run(&mut compile())?;
        Ok(false)
    }

    /// Copies the finished files, the module last: it is what a later build looks at.
    fn publish(&self, shell: &Shell, bound: &Path, wasm: &str) -> Result<()> {
        let out = shell.root.join(self.out);
        fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
        let entries = fs::read_dir(bound).context("cannot read what wasm-bindgen wrote")?;
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort_by_key(|file| file.ends_with(wasm));
        for file in files {
            let name = file.file_name().context("a file has a name")?;
            fs::copy(&file, out.join(name))
                .with_context(|| format!("cannot write {}", self.out))?;
        }
        Ok(())
    }
}

/// wasm-opt on a module, which it writes over.
fn optimizer(shell: &Shell, flags: &[&str], module: &Path) -> Command {
    let mut command = shell.command(shell.root.join("web/node_modules/.bin/wasm-opt"));
    command.args(flags).arg(module).arg("-o").arg(module);
    command
}

/// Brings script and types to the short names of the module, and makes the script small.
fn shorten(shell: &Shell, bound: &Path, name: &str, names: &Names) -> Result<()> {
    let script = bound.join(format!("{name}.js"));
    rewrite(shell, &bound.join(format!("{name}.d.ts")), &names::in_types)?;
    rewrite(shell, &script, &|script| {
        names.in_script(&names::without_crutches(script)?)
    })?;
    minify(shell, &script)
}

fn rewrite(shell: &Shell, file: &Path, change: &dyn Fn(&str) -> Result<String>) -> Result<()> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", shown(shell, file)))?;
    fs::write(file, change(&text)?).with_context(|| format!("cannot write {}", shown(shell, file)))
}

/// Fills sync-client/npm/dist, prints what an embedder downloads and holds it to its budget.
pub(crate) fn build_package(shell: &Shell) -> Result<()> {
    let Built { wasm, own_std } = SYNC_CLIENT.build(shell)?;
    let script = bundle(shell)?;
    check_types(shell)?;
    let module = Size::of_file(&wasm)?;
    let glue = Size::of_file(&script)?;
    eprintln!("{:<44} {module}", shown(shell, &wasm).to_string());
    eprintln!("{:<44} {glue}", shown(shell, &script).to_string());
    let all = module.plus(&glue);
    eprintln!("{:<44} {all}", "npm package");
    if !own_std {
        say("the package has the compiler's standard library: its budget is not for that");
        return Ok(());
    }
    ensure!(
        all.brotli <= PACKAGE_BUDGET,
        "the npm package is {} bytes in brotli, more than its budget of {PACKAGE_BUDGET}",
        all.brotli
    );
    Ok(())
}

/// Holds the types that are written by hand to what the package has.
fn check_types(shell: &Shell) -> Result<()> {
    run(shell
        .command("node")
        .arg(shell.root.join("sync-client/npm/test/check.mjs")))
    .context("the types of the npm package are not those of its script")
}

/// Makes one small script of the package's own modules and what wasm-bindgen wrote.
fn bundle(shell: &Shell) -> Result<PathBuf> {
    let tools = shell.root.join("web/node_modules/.bin");
    let package = shell.root.join("sync-client/npm");
    let script = package.join("dist/index.js");
    let mut join = shell.command(tools.join("rolldown"));
    run(join
        .args(["--format", "esm", "--log-level", "silent", "--file"])
        .arg(&script)
        .arg(package.join("src/index.js")))?;
    minify(shell, &script)?;
    Ok(script)
}

fn minify(shell: &Shell, script: &Path) -> Result<()> {
    let mut minify = shell.command(shell.root.join("web/node_modules/.bin/terser"));
    run(minify
        .arg(script)
        .args([
            "--module",
            "--mangle",
            "--compress",
            // Warnings are only in what wasm-bindgen writes: of a call that this script never makes, and
            // of a server that names the module otherwise, which works all the same.
            "passes=3,ecma=2020,unsafe_arrows,pure_funcs=[\"console.warn\"]",
            "--output",
        ])
        .arg(script))
}
