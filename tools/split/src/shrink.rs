//! A wasm module and its script → the same, with less to load.
//!
//! What no browser needs goes: names of functions and notes of tools. What page and script call each other by is short:
//! wasm-bindgen's names, such as `__wbg_length_186163212ffe79c3`, would be 6 KB of the compressed page; and what its script says
//! twice, or for others than a page, another half a kilobyte. Functions that
//! are alike stand together, which a compressor likes: another 10 KB; and of those that are the same one is enough: 1 KB.
//! A function's busiest variables have its lowest numbers, so that what functions do most looks alike in all of them:
//! another 3 KB. So does that a load or store always says the same of its address: 1 KB. And types that only other parts have
//! go: half a kilobyte of each part.
//!
//! More is not to be had this way: all of `wasm-opt -Oz` makes the module 13 % smaller and what a browser loads none.

mod alike;
mod same;

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, RoundtripReencoder, utils};
use wasm_encoder::{
    CodeSection, ExportSection, Function, FunctionSection, ImportSection, Instruction, MemArg,
    Module, TypeSection, ValType,
};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, Export, FunctionBody, FunctionSectionReader,
    ImportSectionReader, Operator, Parser, Payload, TypeRef, TypeSectionReader,
};

/// The module, shrunk; what it imports keeps its name.
pub(crate) fn shrunk(module: &[u8]) -> Result<Vec<u8>, Error> {
    reencoded(module, HashMap::new(), "")
}

/// The module, shrunk, with short names for what it imports from `script`, and for what only that calls; and the script with those
/// names.
pub(crate) fn shrunk_with_script(
    module: &[u8],
    script: &str,
    imports_of: &str,
) -> Result<(Vec<u8>, String), Error> {
    let mut names = HashMap::new();
    for payload in Parser::new(0).parse_all(module) {
        let mut name = |long: &str| {
            let short = format!("f{}", names.len());
            names.insert(long.to_owned(), short);
        };
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    if import.module == imports_of {
                        name(import.name);
                    }
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.name.starts_with(CLOSURES) {
                        name(export.name);
                    }
                }
            }
            _ => {}
        }
    }
    let mut own = names.clone();
    for name in top_level(script) {
        let short = format!("g{}", own.len());
        // What calls a closure has the name of what it calls.
        own.entry(name.to_owned()).or_insert(short);
    }
    let script = terse(&renamed(script, &own));
    Ok((reencoded(module, names, imports_of)?, script))
}

/// How wasm-bindgen's names of what calls closures begin: a kilobyte, with all types of their arguments.
const CLOSURES: &str = "wasm_bindgen_";

/// What a script calls its own functions and variables, as far as nobody else calls them so.
fn top_level(script: &str) -> impl Iterator<Item = &str> {
    let lines = script.lines();
    let names = lines.filter_map(|line| {
        let function = line.strip_prefix("function ");
        function.or_else(|| line.strip_prefix("let "))
    });
    let names = names.filter_map(|it| it.split(|c: char| !is_of_identifier(c)).next());
    names.filter(|name| !["wasm", "initSync"].contains(name))
}

/// The script without what it says in two lines and can say in one, and without its second way to begin.
fn terse(script: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in script.lines().map(str::trim_start) {
        if line == "return ret;"
            && let Some(last) = lines.last_mut()
            && let Some(value) = last.strip_prefix("const ret = ")
        {
            *last = format!("return {value}");
            continue;
        }
        // To who calls it in another way than `boot.js` does, or has a host that does not know what wasm is.
        if !line.starts_with("console.warn(") {
            lines.push(line.to_owned());
        }
    }
    let script = lines.join("\n");
    // Who loads a part asks by it for what has begun long before.
    const SECOND: &str = "function initSync(module) {\nif (wasm !== undefined) return wasm;\n";
    let second = script.split_once(SECOND);
    let cut = second.and_then(|(before, rest)| {
        let (_, after) = rest.split_once("\nlet ")?;
        Some(format!(
            "{before}function initSync() {{\nreturn wasm;\n}}\nlet {after}"
        ))
    });
    cut.unwrap_or(script)
}

fn reencoded(
    module: &[u8],
    names: HashMap<String, String>,
    imports_of: &str,
) -> Result<Vec<u8>, Error> {
    // Which functions are alike is seen when each is as it will be.
    let mut shrink = Shrink {
        names,
        imports_of: imports_of.to_owned(),
        ..Shrink::of(module, Arrange::AsTheyAre)?
    };
    let tidy = shrink.write(module)?;
    let mut shrink = Shrink {
        kept_types: Some(shrink.used_types.into_iter().collect()),
        ..Shrink::of(&tidy, Arrange::ByLikeness)?
    };
    shrink.write(&tidy)
}

/// What becomes of the order of functions.
enum Arrange {
    AsTheyAre,
    /// Each one once, followed by what is most like it.
    ByLikeness,
}

const fn is_of_identifier(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// The script with every identifier that has a new name under it.
fn renamed(script: &str, names: &HashMap<String, String>) -> String {
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
    /// The module's own functions by their place in the new order; and the place of each, or of one that is the same.
    order: Vec<usize>,
    places: Vec<u32>,
    /// The numbers of types that something has, as it was written.
    used_types: BTreeSet<u32>,
    /// Those that stay, in their order; each part that is cut off comes with all.
    kept_types: Option<Vec<u32>>,
    /// How many parameters each function has, in the old order: its first variables, which keep their numbers.
    parameters: Vec<u32>,
    /// The new numbers of the variables of the function that is being written.
    variables: Vec<u32>,
}

impl Shrink {
    fn of(module: &[u8], arrange: Arrange) -> Result<Self, Error> {
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
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        let of_type = |kind: &u32| parameters.get(*kind as usize).copied().unwrap_or_default();
        shrink.parameters = types.iter().map(of_type).collect();
        let functions: Vec<_> = types.into_iter().zip(bodies).collect();
        match arrange {
            Arrange::AsTheyAre => {
                shrink.order = (0..functions.len()).collect();
                shrink.places = (0..).take(functions.len()).collect();
            }
            Arrange::ByLikeness => shrink.arrange(&functions)?,
        }
        Ok(shrink)
    }

    fn arrange(&mut self, functions: &[(u32, FunctionBody<'_>)]) -> Result<(), Error> {
        let first = same::first_of_same(functions, self.imported)?;
        let mut kept: Vec<_> = first.clone();
        kept.sort_unstable();
        kept.dedup();
        let codes: Vec<_> = kept
            .iter()
            .map(|function| (functions[*function].0, functions[*function].1.as_bytes()))
            .collect();
        self.order = alike::chained(&codes)
            .into_iter()
            .map(|place| kept[place])
            .collect();
        let mut places = vec![0; functions.len()];
        for (place, function) in (0..).zip(&self.order) {
            places[*function] = place;
        }
        self.places = first.into_iter().map(|function| places[function]).collect();
        Ok(())
    }

    fn write(&mut self, module: &[u8]) -> Result<Vec<u8>, Error> {
        let mut shrunk = Module::new();
        self.parse_core_module(&mut shrunk, Parser::new(0), module)?;
        Ok(shrunk.finish())
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

    fn type_index(&mut self, index: u32) -> Result<u32, Error> {
        self.used_types.insert(index);
        let kept = self.kept_types.as_ref();
        let place = kept.and_then(|kept| kept.binary_search(&index).ok());
        Ok(place.map_or(index, |place| place as u32))
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error> {
        for (index, function) in (0..).zip(section.into_iter_err_on_gc_types()) {
            let stays = |kept: &Vec<u32>| kept.contains(&index);
            if self.kept_types.as_ref().is_none_or(stays) {
                types.ty().func_type(&self.func_type(function?)?);
            }
        }
        Ok(())
    }

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> Result<(), Error> {
        let short = self.names.get(export.name).cloned();
        let name = short.as_deref().unwrap_or(export.name);
        utils::parse_export(self, exports, Export { name, ..export })
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
            let name = name.to_owned();
            let kind = self.entity_type(import.ty)?;
            imports.import(import.module, &name, kind);
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
        let mut kinds = Vec::with_capacity(types.len());
        for index in &self.order {
            kinds.push(types[*index]);
        }
        for kind in kinds {
            functions.function(self.type_index(kind)?);
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

    /// How an address is aligned is a hint that browsers do not use, and that differs for no reason we have.
    fn mem_arg(&mut self, arg: wasmparser::MemArg) -> Result<MemArg, Error> {
        let align = arg.max_align;
        utils::mem_arg(self, wasmparser::MemArg { align, ..arg })
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
    use wasm_encoder::{
        CustomSection, EntityType, ExportKind, ExportSection, MemorySection, MemoryType,
    };

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

    #[test]
    fn of_functions_that_are_the_same_one_is_enough() {
        let long = module("f", &[9, 3, 9], false);
        let shrunken = shrunk(&long).unwrap_or_default();
        assert_eq!(exported(&shrunken), exported(&long));
        assert!(shrunken.len() < long.len());
    }

    #[test]
    fn what_calls_the_same_is_the_same_and_what_calls_something_else_is_not() {
        // Of five functions, all of one type: two that do nothing, and who calls what.
        let shrunken = shrunk(&calling(&[None, None, Some(0), Some(1), Some(2)]));
        let kept = shrunken.map(|module| bodies(&module));
        assert_eq!(kept.ok(), Some(3));
    }

    #[test]
    fn loads_that_differ_in_what_they_hint_are_the_same() {
        let load = |align| {
            let mut module = Module::new();
            let (mut types, mut functions) = (TypeSection::new(), FunctionSection::new());
            types.ty().function([ValType::I32], [ValType::I32]);
            functions.function(0);
            let (mut memories, mut code) = (MemorySection::new(), CodeSection::new());
            memories.memory(MemoryType {
                minimum: 1,
                maximum: None,
                memory64: false,
                shared: false,
                page_size_log2: None,
            });
            let mut body = Function::new([]);
            let from = MemArg {
                offset: 4,
                align,
                memory_index: 0,
            };
            body.instructions().local_get(0).i32_load(from).end();
            code.function(&body);
            module.section(&types).section(&functions);
            module.section(&memories).section(&code);
            module.finish()
        };
        let known = shrunk(&load(2)).ok();
        assert_eq!((shrunk(&load(0)).ok(), known.is_some()), (known, true));
    }

    #[test]
    fn types_that_nothing_has_go() {
        let unused = |count| {
            let mut types = TypeSection::new();
            for _ in 0..count {
                types.ty().function([ValType::F64], []);
            }
            types.ty().function([], [ValType::I32]);
            let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
            functions.function(count);
            let mut body = Function::new([]);
            body.instructions().i32_const(7).end();
            code.function(&body);
            let mut module = Module::new();
            module.section(&types).section(&functions).section(&code);
            module.finish()
        };
        assert_eq!(shrunk(&unused(3)).ok(), Some(unused(0)));
    }

    /// Functions without parameters, each of which calls the one of that place.
    fn calling(calls: &[Option<u32>]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for called in calls {
            functions.function(0);
            let mut body = Function::new([]);
            if let Some(called) = called {
                body.instructions().call(*called);
            }
            body.instructions().end();
            code.function(&body);
        }
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code);
        module.finish()
    }

    fn bodies(module: &[u8]) -> usize {
        let payloads = Parser::new(0).parse_all(module).flatten();
        let is_body = |payload: &Payload<'_>| matches!(payload, Payload::CodeSectionEntry(_));
        payloads.filter(is_body).count()
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

    #[test]
    fn only_what_a_script_keeps_to_itself_is_renamed() {
        let script = "function isNone(x) {\n    let isOne = wasm;\n}\nlet cached = null;\n\
            function initSync() {}\nexport { initSync };\nlet wasm;";
        assert!(top_level(script).eq(["isNone", "cached"]));
    }

    #[test]
    fn a_script_says_things_once() {
        let script = "a: function(arg0) {\n    const ret = arg0.body;\n    return ret;\n    console.warn('old');\n},\n\
            function initSync(module) {\n    if (wasm !== undefined) return wasm;\n    more();\n}\nlet begun;";
        let expected = "a: function(arg0) {\nreturn arg0.body;\n},\n\
            function initSync() {\nreturn wasm;\n}\nlet begun;";
        assert_eq!(terse(script), expected);
        assert_eq!(
            terse("const ret = 1;\nuse(ret);"),
            "const ret = 1;\nuse(ret);"
        );
    }
}
