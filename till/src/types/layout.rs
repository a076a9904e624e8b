//! Declarations of types, laid out as people write them.

use std::fmt::Write;

/// The longest line that an object is put on.
const WIDTH: usize = 110;

/// What a declaration says.
#[derive(Debug)]
enum Type {
    /// A name, a literal, an array.
    Plain(String),
    Object(Vec<Member>),
    /// Several, with `|` or `&` between them.
    Joined(char, Vec<Type>),
}

#[derive(Debug)]
struct Member {
    docs: Vec<String>,
    /// With its question mark, where it may be left out.
    name: String,
    of: Type,
}

/// Lays out `type Name = …;` as an exported type that nobody can write to, below its comment.
pub(super) fn laid_out(docs: Option<&str>, declaration: &str) -> String {
    let declaration = declaration.trim().trim_end_matches(';');
    let (head, body) = declaration.split_once('=').unwrap_or((declaration, ""));
    let of = Cursor(body).joined();
    let mut out = String::new();
    comment(&mut out, &lines_of(docs.unwrap_or_default()), 0);
    match &of {
        Type::Object(members) => {
            let name = head.trim().trim_start_matches("type ");
            let _ = write!(out, "export interface {name} ");
            object(&mut out, members, 0);
            out.push('\n');
        }
        Type::Joined('|', parts) if on_a_line(&of, WIDTH - head.len()).is_none() => {
            let _ = write!(out, "export {}=", head.trim_start());
            for part in parts {
                out.push_str("\n  | ");
                print(&mut out, part, 4);
            }
            out.push_str(";\n");
        }
        _ => {
            let _ = write!(out, "export {}= ", head.trim_start());
            print(&mut out, &of, 0);
            out.push_str(";\n");
        }
    }
    out
}

fn print(out: &mut String, of: &Type, indent: usize) {
    if let Some(line) = on_a_line(of, WIDTH.saturating_sub(indent)) {
        out.push_str(&line);
        return;
    }
    match of {
        Type::Plain(text) => out.push_str(text),
        Type::Object(members) => object(out, members, indent),
        Type::Joined(with, parts) => {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    let _ = write!(out, " {with} ");
                }
                let several = matches!(part, Type::Joined('|', _));
                out.push_str(if several { "(" } else { "" });
                print(out, part, indent);
                out.push_str(if several { ")" } else { "" });
            }
        }
    }
}

fn object(out: &mut String, members: &[Member], indent: usize) {
    out.push_str("{\n");
    for member in members {
        comment(out, &member.docs, indent + 2);
        let _ = write!(out, "{:1$}readonly {2}: ", "", indent + 2, member.name);
        print(out, &member.of, indent + 2);
        out.push_str(";\n");
    }
    let _ = write!(out, "{:1$}}}", "", indent);
}

/// The whole of it, where that has no comments and is no longer than `most`.
fn on_a_line(of: &Type, most: usize) -> Option<String> {
    let line = match of {
        Type::Plain(text) => text.clone(),
        Type::Object(members) => {
            let mut parts = Vec::with_capacity(members.len());
            for member in members {
                let of = on_a_line(&member.of, most).filter(|_| member.docs.is_empty())?;
                parts.push(format!("readonly {}: {of}", member.name));
            }
            format!("{{ {} }}", parts.join("; "))
        }
        Type::Joined(with, parts) => {
            let parts = parts.iter().map(|part| {
                let line = on_a_line(part, most)?;
                match part {
                    Type::Joined('|', _) => Some(format!("({line})")),
                    _ => Some(line),
                }
            });
            let parts: Option<Vec<String>> = parts.collect();
            parts?.join(&format!(" {with} "))
        }
    };
    (line.len() <= most).then_some(line)
}

fn comment(out: &mut String, lines: &[String], indent: usize) {
    match lines {
        [] => {}
        [line] => {
            let _ = writeln!(out, "{:indent$}/** {line} */", "");
        }
        lines => {
            let _ = writeln!(out, "{:indent$}/**", "");
            for line in lines {
                let text = format!("{:indent$} * {line}", "");
                let _ = writeln!(out, "{}", text.trim_end());
            }
            let _ = writeln!(out, "{:indent$} */", "");
        }
    }
}

/// The text of a comment, without what makes it one.
fn lines_of(comment: &str) -> Vec<String> {
    let text = comment.trim();
    let text = text.trim_start_matches("/**").trim_end_matches("*/");
    let lines = text
        .trim()
        .lines()
        .map(|line| line.trim().trim_start_matches('*').trim());
    // What Rust calls so is another word there.
    lines
        .map(|line| line.replace("`None`", "`null`"))
        .skip_while(String::is_empty)
        .collect()
}

/// What is still to be read of a declaration.
struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    fn joined(&mut self) -> Type {
        self.parts('|', |own| own.parts('&', Self::part))
    }

    fn parts(&mut self, with: char, mut one: impl FnMut(&mut Self) -> Type) -> Type {
        let mut parts = vec![one(self)];
        while self.peek() == Some(with) {
            self.skip();
            parts.push(one(self));
        }
        match parts.len() {
            1 => parts.remove(0),
            _ => Type::Joined(with, parts),
        }
    }

    fn part(&mut self) -> Type {
        match self.peek() {
            Some('{') => {
                self.skip();
                self.object()
            }
            Some('(') => {
                self.skip();
                let of = self.joined();
                self.peek();
                self.skip();
                of
            }
            _ => {
                let text = self.until(&['|', '&', ',', ';', '}', ')']);
                Type::Plain(text.replace("Array<", "ReadonlyArray<"))
            }
        }
    }

    fn object(&mut self) -> Type {
        let mut members = Vec::new();
        loop {
            let docs = match self.peek() {
                Some('/') => {
                    let end = self.0.find("*/").map_or(self.0.len(), |at| at + 2);
                    let (docs, rest) = self.0.split_at(end);
                    self.0 = rest;
                    lines_of(docs)
                }
                Some('}') | None => break,
                Some(_) => Vec::new(),
            };
            let name = self.until(&[':']);
            self.skip();
            let name = name.trim_start_matches("readonly ");
            let of = self.joined();
            members.push(Member {
                docs,
                name: unquoted(name),
                of,
            });
            if let Some(',' | ';') = self.peek() {
                self.skip();
            }
        }
        self.skip();
        Type::Object(members)
    }

    fn peek(&mut self) -> Option<char> {
        self.0 = self.0.trim_start();
        self.0.chars().next()
    }

    fn skip(&mut self) {
        self.0 = self.0.get(1..).unwrap_or_default();
    }

    /// Takes everything before one of these that is in no brackets and no literal.
    fn until(&mut self, ends: &[char]) -> String {
        let (mut depth, mut quoted) = (0_usize, false);
        let end = self.0.char_indices().find(|(_, letter)| {
            let is_end = depth == 0 && !quoted && ends.contains(letter);
            match letter {
                '"' => quoted = !quoted,
                '<' | '[' | '(' => depth += 1,
                '>' | ']' | ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            is_end
        });
        let (text, rest) = self.0.split_at(end.map_or(self.0.len(), |(at, _)| at));
        self.0 = rest;
        text.trim().to_owned()
    }
}

/// A key without the quotes that it does not need.
fn unquoted(name: &str) -> String {
    let bare = name.replace('"', "");
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "_?".contains(letter);
    match bare.chars().all(is_name) {
        true => bare,
        false => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(docs: Option<&str>, declaration: &str, expected: &str) {
        assert_eq!(laid_out(docs, declaration), expected);
    }

    #[test]
    fn an_object_becomes_an_interface_with_its_comments() {
        check(
            Some("/**\n * A thing.\n */\n"),
            "type Thing = { \n/**\n * What it is called,\n * by people.\n */\nname: string, \
             tags: Array<string>, \"as\"?: number | null, };",
            "/** A thing. */\nexport interface Thing {\n  /**\n   * What it is called,\n   * by \
             people.\n   */\n  readonly name: string;\n  readonly tags: ReadonlyArray<string>;\n  \
             readonly as?: number | null;\n}\n",
        );
    }

    #[test]
    fn a_choice_stands_on_a_line_while_it_fits() {
        check(
            None,
            "type End = \"a\" | { \"kind\": \"b\", at: number, };",
            "export type End = \"a\" | { readonly kind: \"b\"; readonly at: number };\n",
        );
        let long = "a".repeat(WIDTH);
        check(
            None,
            &format!("type End = \"{long}\" | {{ \"kind\": \"b\" }};"),
            &format!("export type End =\n  | \"{long}\"\n  | {{ readonly kind: \"b\" }};\n"),
        );
    }

    #[test]
    fn what_was_put_in_brackets_stays_in_them() {
        check(
            None,
            "type Any = A | B & (C | D);",
            "export type Any = A | B & (C | D);\n",
        );
        check(
            None,
            "type Chosen = { id: string, } & ({ \"choice\": \"a\" } | { \"choice\": \"b\" });",
            "export type Chosen = { readonly id: string } & ({ readonly choice: \"a\" } | { readonly \
             choice: \"b\" });\n",
        );
    }

    #[test]
    fn keys_that_are_no_names_and_literals_stay_as_they_are() {
        check(
            None,
            "type Any = string | { readonly [field: string]: Any };",
            "export type Any = string | { readonly [field: string]: Any };\n",
        );
        check(
            None,
            "type Odd = { \"a-b\": \"x | y\", };",
            "export interface Odd {\n  readonly \"a-b\": \"x | y\";\n}\n",
        );
    }
}
