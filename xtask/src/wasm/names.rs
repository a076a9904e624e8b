//! Short names between a module and its JavaScript.
//!
//! wasm-bindgen names what the two call of each other by what it does and a hash, in both files:
//! 180 names that nobody reads and that do not pack. wasm-opt shortens those in the module and
//! tells; here the script follows.

use anyhow::{Context, Result, ensure};
use regex::{Captures, Regex};

/// What the pass `--minify-imports-and-exports-and-modules` of wasm-opt prints.
#[derive(serde::Deserialize)]
pub(super) struct Names {
    /// Module, name and new name of what the wasm imports.
    imports: Vec<(String, String, String)>,
    /// Name and new name of what it exports.
    exports: Vec<(String, String)>,
}

/// The module that wasm-opt makes of all modules that are imported from.
const MODULE: &str = "a";

impl Names {
    /// Reads what wasm-opt printed.
    ///
    /// # Errors
    /// When that is not what it prints.
    pub(super) fn read(printed: &str) -> Result<Self> {
        serde_json::from_str(printed).context("wasm-opt has not told which names it has shortened")
    }

    /// The script with the new names.
    ///
    /// # Errors
    /// When it does not have each name where wasm-bindgen puts it.
    pub(super) fn in_script(&self, script: &str) -> Result<String> {
        let mut script = script.to_owned();
        let mut modules: Vec<&str> = Vec::new();
        for (module, name, short) in &self.imports {
            let place = Regex::new(&format!(r"(?m)^(\s+){}: ", regex::escape(name)))?;
            ensure!(place.is_match(&script), "the script does not offer {name}");
            let offered = place.replace_all(&script, |found: &Captures<'_>| {
                format!("{}{short}: ", &found[1])
            });
            script = offered.into_owned();
            if !modules.contains(&&module[..]) {
                modules.push(module);
            }
        }
        let [module] = modules[..] else {
            anyhow::bail!("the module imports from {modules:?}");
        };
        script = script.replace(&format!("\"{module}\": "), &format!("\"{MODULE}\": "));
        let used = Regex::new(r"\bwasm\.(\w+)")?;
        let script = used.replace_all(&script, |found: &Captures<'_>| {
            let short = self.exports.iter().find(|(name, _)| name == &found[1]);
            format!("wasm.{}", short.map_or(&found[1], |(_, short)| short))
        });
        Ok(script.into_owned())
    }
}

/// The script with an eye on every call into its module: `watch` is where it finds
/// `npm/src/fault.js`.
///
/// # Errors
/// When it does not take its module's exports where wasm-bindgen does that.
pub(super) fn guarded(script: &str, watch: &str) -> Result<String> {
    const TAKEN: &str = "wasm = instance.exports;";
    ensure!(script.contains(TAKEN), "the script does not say {TAKEN}");
    let watched = script.replace(TAKEN, "wasm = guarded(instance.exports);");
    Ok(format!("import {{ guarded }} from \"{watch}\";\n{watched}"))
}

/// The script without what every browser that can run the module has had for years.
///
/// # Errors
/// When wasm-bindgen writes it otherwise.
pub(super) fn without_crutches(script: &str) -> Result<String> {
    let mut script = script.to_owned();
    for crutch in [
        r"(?s)if \(!\('encodeInto' in cachedTextEncoder\)\) \{.*?\n\}\n",
        r"typeof Response === 'function' && ",
        r"typeof Request === 'function' && ",
        r"typeof URL === 'function' && ",
        r"(?m)^if \(Symbol\.dispose\) .*$",
    ] {
        let crutch = Regex::new(crutch)?;
        ensure!(crutch.is_match(&script), "the script has no {crutch}");
        script = crutch.replace(&script, "").into_owned();
    }
    let registry = Regex::new(
        r"\(typeof FinalizationRegistry === 'undefined'\)\s*\? \{ register: \(\) => \{\}, unregister: \(\) => \{\} \}\s*: new",
    )?;
    ensure!(registry.is_match(&script), "the script has no registry");
    Ok(registry.replace_all(&script, "new").into_owned())
}

/// The types without those of the module's own exports, which are nobody's business.
pub(super) fn in_types(types: &str) -> Result<String> {
    let exports = Regex::new(r"(?s)(export interface InitOutput )\{.*?\n\}")?;
    ensure!(exports.is_match(types), "the types have no InitOutput");
    Ok(exports.replace(types, "$1{}").into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "
    const import0 = {
        __wbg_get_5e85: function(arg0) { return arg0.get; },
    };
    return { \"./x_bg.js\": import0 };
    wasm.memory.grow(wasm.client_open(ptr));";

    #[test]
    fn a_script_calls_its_module_by_the_short_names() {
        let printed = r#"{"imports":[["./x_bg.js","__wbg_get_5e85","$b"]],
            "exports":[["client_open","c"],["memory","d"]]}"#;
        let script = Names::read(printed).unwrap().in_script(SCRIPT).unwrap();
        assert!(script.contains(" $b: function(arg0)"), "{script}");
        assert!(script.contains("\"a\": import0"), "{script}");
        assert!(script.contains("wasm.d.grow(wasm.c(ptr))"), "{script}");
    }

    #[test]
    fn a_name_that_the_script_lacks_is_an_error() {
        let printed = r#"{"imports":[["./x_bg.js","__wbg_put_77","b"]],"exports":[]}"#;
        assert!(Names::read(printed).unwrap().in_script(SCRIPT).is_err());
    }

    #[test]
    fn every_call_of_a_module_is_watched() {
        let script = guarded(
            "function init() {\n    wasm = instance.exports;\n}",
            "./fault.js",
        )
        .unwrap();
        assert!(script.starts_with("import { guarded }"), "{script}");
        assert!(
            script.contains("wasm = guarded(instance.exports);"),
            "{script}"
        );
        assert!(guarded("wasm = module.exports;", "./fault.js").is_err());
    }

    #[test]
    fn types_keep_the_exports_to_themselves() {
        let types = "export interface InitOutput {\n    readonly memory: X;\n}\nexport class A {}";
        let types = in_types(types).unwrap();
        assert_eq!(types, "export interface InitOutput {}\nexport class A {}");
    }
}
