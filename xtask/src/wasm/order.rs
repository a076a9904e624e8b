//! The order in which the functions of a module lie: alike ones side by side, where they pack best.
//!
//! wasm-opt can order functions by name. So each is given its rank for a name, and wasm-opt does
//! the rest.

use std::collections::HashMap;

use anyhow::{Context, Result};
use wasm_encoder::{NameMap, NameSection, Section};
use wasmparser::{Parser, Payload, TypeRef};

/// Functions are alike by the pieces of so many bytes that they share.
const PIECE: usize = 6;
/// What more functions share than these says nothing about any of them.
const RARE: usize = 60;
/// By how much more each function counts than the one that lies before it.
const NEARER: f64 = 1.07;

/// The module with its functions named by their ranks.
///
/// # Errors
/// When it cannot be read.
pub(super) fn ranked(module: &[u8]) -> Result<Vec<u8>> {
    let (mut imported, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload.context("the module cannot be read")? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let function = matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
                    imported += u32::from(function);
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let mut ranks = vec![0; bodies.len()];
    for (rank, function) in order(&bodies).into_iter().enumerate() {
        ranks[function] = rank;
    }
    let mut functions = NameMap::new();
    for (index, rank) in (imported..).zip(ranks) {
        functions.append(index, &format!("{rank:06}"));
    }
    let mut names = NameSection::new();
    names.functions(&functions);
    let mut named = module.to_vec();
    names.append_to(&mut named);
    Ok(named)
}

/// Begins with the smallest and goes on with the one that shares most with those just before.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let pieces: Vec<Vec<&[u8]>> = bodies.iter().map(|body| pieces(body)).collect();
    let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (function, pieces) in pieces.iter().enumerate() {
        for piece in pieces {
            holders.entry(piece).or_default().push(function);
        }
    }
    holders.retain(|_, functions| functions.len() <= RARE);

    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut shared = vec![0.0; bodies.len()];
    let mut order = Vec::with_capacity(bodies.len());
    let mut next = (0..bodies.len()).min_by_key(|function| bodies[*function].len());
    while let Some(function) = next {
        order.push(function);
        left.retain(|other| *other != function);
        // In the place of letting what was counted so far count less.
        shared.iter_mut().for_each(|score| *score /= NEARER);
        for piece in &pieces[function] {
            let holders = holders.get(piece).map(Vec::as_slice).unwrap_or_default();
            for other in holders {
                shared[*other] += 1.0 / holders.len() as f64;
            }
        }
        // A large one shares much with everybody.
        let alike = |other: usize| shared[other] / (pieces[other].len() + 20) as f64;
        let most = |one: &usize, other: &usize| alike(*one).total_cmp(&alike(*other));
        next = left.iter().copied().max_by(|one, other| most(one, other));
    }
    order
}

/// All pieces of a body, each once.
fn pieces(body: &[u8]) -> Vec<&[u8]> {
    let mut pieces: Vec<&[u8]> = body.windows(PIECE).collect();
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_functions_lie_side_by_side() {
        let bodies: [&[u8]; 5] = [
            b"one-kind-of-function",
            b"-----quite-another-----",
            b"one-kind-of-functions",
            b"quite-another-one",
            b"a-kind-of-function",
        ];
        let order = order(&bodies);
        let place = |body: usize| order.iter().position(|other| *other == body).unwrap();
        assert!(place(0).abs_diff(place(2)) == 1, "{order:?}");
        assert!(place(1).abs_diff(place(3)) == 1, "{order:?}");
    }

    #[test]
    fn a_module_keeps_what_it_has_and_gets_names() {
        let module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x04\x01\x02\0\x0b";
        let named = ranked(module).unwrap();
        assert!(named.starts_with(module));
        assert!(named.ends_with(b"000000"));
        assert!(ranked(b"\0asm\x01\0\0\0\x0a\x04\x01").is_err());
    }
}
