//! The rules that keep the house habitable, where no compiler checks them.

mod layout;
mod links;
mod manifests;
mod rooms;
mod text;

use std::fmt;
use std::fs;

use anyhow::{Context, Result, bail};
use ignore::WalkBuilder;

use crate::shell::{Shell, say};

/// A file of the checkout: what git would keep.
struct File {
    /// Path from the root of the checkout, with `/` between its parts.
    path: String,
    text: String,
}

/// A place that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    /// Counted from 1; 0 when the whole file is meant.
    line: usize,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// Checks every file and says each place that breaks a rule.
pub(crate) fn run(shell: &Shell) -> Result<()> {
    let files = read_files(shell)?;
    let findings = check(&files, |path| shell.root.join(path).exists());
    if findings.is_empty() {
        say(format_args!("tidy: {} files, nothing to say", files.len()));
        return Ok(());
    }
    for finding in &findings {
        eprintln!("{finding}");
    }
    bail!("{} places break a rule of the house", findings.len())
}

/// Applies every rule. `exists` answers whether a path of the checkout is there.
fn check(files: &[File], exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        findings.extend(rooms::check(file));
        findings.extend(text::check(file));
        findings.extend(manifests::check(file));
        findings.extend(links::check(file, &exists));
    }
    findings.extend(layout::check(files));
    findings
}

/// Reads the text files that git does not ignore.
fn read_files(shell: &Shell) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let walk = WalkBuilder::new(&shell.root)
        .hidden(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .sort_by_file_path(Ord::cmp)
        .build();
    for entry in walk {
        let entry = entry.context("cannot list the checkout")?;
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let path = entry
            .path()
            .strip_prefix(&shell.root)
            .unwrap_or(entry.path());
        let path = path.to_string_lossy().replace('\\', "/");
        // What is not UTF-8 is a picture or an archive; its path still counts for the layout.
        let text = fs::read(entry.path())
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        files.push(File {
            path,
            text: text.unwrap_or_default(),
        });
    }
    Ok(files)
}

impl File {
    fn has_extension(&self, extensions: &[&str]) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, own)| extensions.contains(&own))
    }

    /// Returns each line's number and its part before a comment.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.text.lines().enumerate();
        numbered.map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
    }

    fn finding(&self, line: usize, message: impl Into<String>) -> Finding {
        Finding {
            path: self.path.clone(),
            line,
            message: message.into(),
        }
    }
}

#[cfg(test)]
impl File {
    fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }
}
