//! A wasm module and its script → the same, with less to load.
//!
//! What no browser needs goes: names of functions and notes of tools. What page and script call each other by is short:
//! wasm-bindgen's names, such as `__wbg_length_186163212ffe79c3`, would be 6 KB of the compressed page. Functions that
//! are alike stand together, which a compressor likes: another 7 KB. And a function's busiest variables have its lowest
//! numbers, so that what functions do most looks alike in all of them: another 3 KB.
//!
//! More is not to be had this way: all of `wasm-opt -Oz` makes the module 13 % smaller and what a browser loads none.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, RoundtripReencoder, utils};
use wasm_encoder::{
    CodeSection, Function, FunctionSection, ImportSection, Instruction, Module, ValType,
};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, FunctionBody, FunctionSectionReader,
    ImportSectionReader, Operator, Parser, Payload, TypeRef,
};

/// The module, shrunk; what it imports keeps its name.
pub(crate) fn shrunk(module: &[u8]) -> Result<Vec<u8>, Error> {
    reencoded(module, HashMap::new(), "")
}

/// The module, shrunk, with short names for what it imports from `script`; and the script with those names.
pub(crate) fn shrunk_with_script(
    module: &[u8],
    script: &str,
    imports_of: &str,
) -> Result<(Vec<u8>, String), Error> {
    let mut names = HashMap::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                let import = import?;
                if import.module == imports_of {
                    let short = format!("f{}", names.len());
                    names.insert(import.name.to_owned(), short);
                }
            }
        }
    }
    let script = renamed(script, &names);
    Ok((reencoded(module, names, imports_of)?, script))
}

fn reencoded(
    module: &[u8],
    names: HashMap<String, String>,
    imports_of: &str,
) -> Result<Vec<u8>, Error> {
    let mut shrunk = Module::new();
    let mut shrink = Shrink {
        names,
        imports_of: imports_of.to_owned(),
        ..Shrink::of(module)?
    };
    shrink.parse_core_module(&mut shrunk, Parser::new(0), module)?;
    Ok(shrunk.finish())
}

/// The script with every identifier that has a new name under it.
fn renamed(script: &str, names: &HashMap<String, String>) -> String {
    let is_of_identifier = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut renamed = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find(is_of_identifier) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_of_identifier(c)).unwrap_or(from.len());
        let (identifier, after) = from.split_at(end);
        renamed.push_str(before);
        renamed.push_str(names.get(identifier).map_or(identifier, String::as_str));
        rest = after;
    }
    renamed + rest
}

#[derive(Default)]
struct Shrink {
    /// New names of what is imported from one script.
    names: HashMap<String, String>,
    imports_of: String,
    /// How many functions are imported; their numbers come before those of the module's own, and stay.
    imported: u32,
    /// The module's own functions by their place in the new order, and the other way round.
    order: Vec<usize>,
    places: Vec<u32>,
    /// How many parameters each function has, in the old order: its first variables, which keep their numbers.
    parameters: Vec<u32>,
    /// The new numbers of the variables of the function that is being written.
    variables: Vec<u32>,
}

impl Shrink {
    fn of(module: &[u8]) -> Result<Self, Error> {
        let mut shrink = Self::default();
        let (mut types, mut bodies) = (Vec::new(), Vec::new());
        let mut parameters = Vec::new();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => {
                    for function in section.into_iter_err_on_gc_types() {
                        parameters.push(function?.params().len() as u32);
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        if matches!(import?.ty, TypeRef::Func(_)) {
                            shrink.imported += 1;
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
                }
                Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
                _ => {}
            }
        }
        let of_type = |kind: &u32| parameters.get(*kind as usize).copied().unwrap_or_default();
        shrink.parameters = types.iter().map(of_type).collect();
        shrink.order = (0..types.len().min(bodies.len())).collect();
        shrink
            .order
            .sort_by_key(|index| (types[*index], bodies[*index]));
        shrink.places = vec![0; shrink.order.len()];
        for (place, index) in (0..).zip(&shrink.order) {
            shrink.places[*index] = place;
        }
        Ok(shrink)
    }
}

impl Reencode for Shrink {
    type Error = Infallible;

    fn parse_custom_section(
        &mut self,
        _module: &mut Module,
        _section: CustomSectionReader<'_>,
    ) -> Result<(), Error> {
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for import in section.into_imports() {
            let import = import?;
            let name = self.names.get(import.name);
            let name = name.filter(|_| import.module == self.imports_of);
            let name = name.map_or(import.name, String::as_str);
            let kind = RoundtripReencoder.entity_type(import.ty)?;
            imports.import(import.module, name, kind);
        }
        Ok(())
    }

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        let own = index.checked_sub(self.imported);
        let place = own.and_then(|own| self.places.get(own as usize));
        Ok(place.map_or(index, |place| self.imported + place))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for index in &self.order {
            functions.function(types[*index]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for index in self.order.clone() {
            let (body, parameters) = (&bodies[index], self.parameters[index]);
            let (types, variables) = renumbered(body, parameters)?;
            self.variables = variables;
            let mut function = Function::new_with_locals_types(types);
            let mut operators = body.get_operators_reader()?;
            while !operators.eof() {
                function.instruction(&self.parse_instruction(&mut operators)?);
            }
            code.function(&function);
        }
        Ok(())
    }

    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Result<Instruction<'a>, Error> {
        let number = |old: u32| self.variables[old as usize];
        Ok(match operator {
            Operator::LocalGet { local_index } => Instruction::LocalGet(number(local_index)),
            Operator::LocalSet { local_index } => Instruction::LocalSet(number(local_index)),
            Operator::LocalTee { local_index } => Instruction::LocalTee(number(local_index)),
            other => utils::instruction(self, other)?,
        })
    }
}

/// The types of a function's own variables, the most used first among those of a type, and the new number of each
/// variable by its old one.
fn renumbered(body: &FunctionBody<'_>, parameters: u32) -> Result<(Vec<ValType>, Vec<u32>), Error> {
    let mut types = Vec::new();
    for group in body.get_locals_reader()? {
        let (count, of_type) = group?;
        let of_type = RoundtripReencoder.val_type(of_type)?;
        types.extend((0..count).map(|_| of_type));
    }
    let first = parameters as usize;
    let mut uses = vec![0_u32; first + types.len()];
    for operator in body.get_operators_reader()? {
        if let Operator::LocalGet { local_index }
        | Operator::LocalSet { local_index }
        | Operator::LocalTee { local_index } = operator?
        {
            uses[local_index as usize] += 1;
        }
    }
    let mut order: Vec<_> = (0..types.len()).collect();
    order.sort_by_key(|own| (types[*own], Reverse(uses[first + *own])));
    let mut numbers: Vec<_> = (0..).take(uses.len()).collect();
    for (place, own) in (parameters..).zip(&order) {
        numbers[first + *own] = place;
    }
    let types = order.into_iter().map(|own| types[own]).collect();
    Ok((types, numbers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{CustomSection, EntityType, ExportKind, ExportSection, TypeSection};

    /// One import, and own functions that return a number each, exported under that number.
    fn module(import: &str, numbers: &[i32], notes: bool) -> Vec<u8> {
        let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
        types.ty().function([], []);
        types.ty().function([], [wasm_encoder::ValType::I32]);
        imports.import("./page.js", import, EntityType::Function(0));
        imports.import("./later.js", "__load", EntityType::Function(0));
        let (mut functions, mut exports, mut code) = (
            FunctionSection::new(),
            ExportSection::new(),
            CodeSection::new(),
        );
        for (index, number) in (2..).zip(numbers) {
            functions.function(1);
            exports.export(&number.to_string(), ExportKind::Func, index);
            let mut body = Function::new([]);
            body.instructions().call(0).i32_const(*number).end();
            code.function(&body);
        }
        let mut module = Module::new();
        module.section(&types).section(&imports);
        module.section(&functions).section(&exports).section(&code);
        if notes {
            module.section(&CustomSection {
                name: "name".into(),
                data: (&[7_u8; 200]).into(),
            });
        }
        module.finish()
    }

    /// Under which number each function is exported, and the function itself.
    fn exported(module: &[u8]) -> Vec<(String, Vec<u8>)> {
        let (mut exports, mut bodies) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(module).flatten() {
            match payload {
                Payload::ExportSection(section) => exports.extend(section.into_iter().flatten()),
                Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes().to_vec()),
                _ => {}
            }
        }
        exports
            .iter()
            .map(|export| {
                let body = bodies[export.index as usize - 2].clone();
                (export.name.to_owned(), body)
            })
            .collect()
    }

    #[test]
    fn notes_go_and_nothing_else() {
        let shrunken = shrunk(&module("__wbg_length_1", &[1, 2], true));
        assert_eq!(
            shrunken.ok(),
            Some(module("__wbg_length_1", &[1, 2], false))
        );
        assert!(shrunk(b"<!doctype html>").is_err());
    }

    #[test]
    fn a_function_that_moves_is_still_found() {
        let long = module("f", &[9, 3, 7], false);
        let shrunken = shrunk(&long).unwrap_or_default();
        assert_ne!(shrunken, long);
        assert_eq!(exported(&shrunken), exported(&long));
    }

    /// One function of a parameter, a variable used once, one of another type, and one used twice.
    fn busy(declared: &[(u32, ValType)], once: u32, other: u32, twice: u32) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], []);
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        functions.function(0);
        let mut body = Function::new(declared.to_vec());
        let mut writes = body.instructions();
        writes.local_get(0).local_set(once);
        writes.i64_const(7).local_set(other);
        writes.local_get(0).local_tee(twice).local_set(twice).end();
        code.function(&body);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code);
        module.finish()
    }

    #[test]
    fn the_busiest_variable_of_a_type_has_its_lowest_number() {
        use ValType::{I32, I64};
        let given = busy(&[(1, I32), (1, I64), (1, I32)], 1, 2, 3);
        let wanted = busy(&[(2, I32), (1, I64)], 2, 3, 1);
        assert_eq!(shrunk(&given).ok(), Some(wanted));
    }

    #[test]
    fn module_and_script_agree_on_the_short_names() {
        let long = module("__wbg_length_1", &[1], true);
        let script = "{ __wbg_length_1: f, __wbg_length_12: g, '__wbg_length_1': 0 }";
        let shrunken = shrunk_with_script(&long, script, "./page.js");
        let expected = "{ f0: f, __wbg_length_12: g, 'f0': 0 }".to_owned();
        assert_eq!(shrunken.ok(), Some((module("f0", &[1], false), expected)));
    }
}
