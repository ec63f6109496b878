//! Functions of a module → which of them are the same, so that one of them is enough.
//!
//! Each keeps its own entry in the table of functions that are called by pointer, so no pointer becomes another.

use std::collections::HashMap;
use std::ops::Range;

use wasmparser::{FunctionBody, Operator, Result};

/// For each function the first that is the same: type, code, and what it calls, which may be the same only because of
/// what it calls in turn.
pub(super) fn first_of_same(
    functions: &[(u32, FunctionBody<'_>)],
    imported: u32,
) -> Result<Vec<usize>> {
    let codes = functions
        .iter()
        .map(|(_, body)| Code::of(body))
        .collect::<Result<Vec<_>>>()?;
    let mut first: Vec<_> = (0..functions.len()).collect();
    loop {
        let mut known = HashMap::new();
        let mut changed = false;
        for (function, code) in codes.iter().enumerate() {
            let first_called = |called: &u32| {
                let own = called.checked_sub(imported)?;
                first.get(own as usize).copied()
            };
            // Of what is imported its own number tells it apart.
            let calls = code.calls.iter();
            let calls: Vec<_> = calls.map(|call| first_called(call).ok_or(*call)).collect();
            let key = (functions[function].0, &code.between, calls);
            let same = *known.entry(key).or_insert(function);
            changed |= std::mem::replace(&mut first[function], same) != same;
        }
        if !changed {
            return Ok(first);
        }
    }
}

/// A function's code, cut at what it calls.
struct Code<'a> {
    between: Vec<&'a [u8]>,
    calls: Vec<u32>,
}

impl<'a> Code<'a> {
    fn of(body: &FunctionBody<'a>) -> Result<Self> {
        let (bytes, start) = (body.as_bytes(), body.range().start);
        let piece = |range: Range<_>| {
            let place = |at| usize::try_from(at - start).unwrap_or(usize::MAX);
            bytes
                .get(place(range.start)..place(range.end))
                .unwrap_or_default()
        };
        let (mut between, mut calls) = (Vec::new(), Vec::new());
        let mut from = start;
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let at = operators.original_position();
            if let Operator::Call { function_index } = operators.read()? {
                between.push(piece(from..at));
                calls.push(function_index);
                from = operators.original_position();
            }
        }
        between.push(piece(from..body.range().end));
        Ok(Self { between, calls })
    }
}
