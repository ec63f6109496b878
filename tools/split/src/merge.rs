//! Chunks that hold nothing but some bytes of data → data of the module that every page loads: a request less each, and what is
//! around such bytes is more than they are.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{ConstExpr, DataSection, Module};
use wasmparser::{DataKind, DataSectionReader, Operator, Parser, Payload};

/// Where in the memory they stand, and the bytes.
type Piece = (i32, Vec<u8>);

/// Moves what chunks of this folder hold into `main`, and takes them out of the `loader`.
pub(crate) fn merge_data(
    folder: &Path,
    main: &Path,
    loader: &Path,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut pieces = Vec::new();
    let mut script = fs::read_to_string(loader)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let chunk = path.file_stem().and_then(|stem| stem.to_str());
        let Some(chunk) = chunk.filter(|chunk| chunk.starts_with(CHUNK)) else {
            continue;
        };
        if let Some(data) = only_data(&fs::read(&path)?)? {
            script = without(&script, chunk)?;
            pieces.extend(data);
            fs::remove_file(&path)?;
        }
    }
    // Whatever order the folder has.
    pieces.sort_unstable();
    fs::write(main, with_data(&fs::read(main)?, pieces)?)?;
    fs::write(loader, script)?;
    Ok(())
}

/// As the cutter calls what several parts have in common.
const CHUNK: &str = "chunk_";

/// What a module puts into the memory; `None` if it is or does anything else.
fn only_data(module: &[u8]) -> Result<Option<Vec<Piece>>, wasmparser::BinaryReaderError> {
    let mut pieces = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::FunctionSection(section) if section.count() > 0 => return Ok(None),
            Payload::ElementSection(section) if section.count() > 0 => return Ok(None),
            Payload::StartSection { .. } => return Ok(None),
            Payload::DataSection(section) => {
                for data in section {
                    let data = data?;
                    if data.data.is_empty() {
                        continue;
                    }
                    let DataKind::Active { offset_expr, .. } = data.kind else {
                        return Ok(None);
                    };
                    let Operator::I32Const { value } = offset_expr.get_operators_reader().read()?
                    else {
                        return Ok(None);
                    };
                    pieces.push((value, data.data.to_vec()));
                }
            }
            _ => {}
        }
    }
    Ok(Some(pieces))
}

fn with_data(module: &[u8], pieces: Vec<Piece>) -> Result<Vec<u8>, Error> {
    let mut merged = Module::new();
    Merge { pieces }.parse_core_module(&mut merged, Parser::new(0), module)?;
    Ok(merged.finish())
}

/// The script that loads the parts, without a chunk that waits for no other.
fn without(script: &str, chunk: &str) -> Result<String, String> {
    const END: &str = ", []);\n";
    let name = format!("__{chunk}");
    let start = script.find(&format!("const {name} = "));
    let cut = start.and_then(|start| {
        let (before, from) = script.split_at(start);
        let (own, after) = from.split_once(END)?;
        // Not the end of another one.
        (!own.contains("\nconst ")).then(|| format!("{before}{after}"))
    });
    let script = cut.ok_or_else(|| format!("{chunk} is not loaded as it was"))?;
    let script = script
        .replace(&format!("{name}, "), "")
        .replace(&format!(", {name}]"), "]")
        .replace(&format!("[{name}]"), "[]");
    Ok(script)
}

struct Merge {
    pieces: Vec<Piece>,
}

impl Reencode for Merge {
    type Error = Infallible;

    fn data_count(&mut self, count: u32) -> Result<u32, Error> {
        Ok(count + self.pieces.len() as u32)
    }

    fn parse_data_section(
        &mut self,
        data: &mut DataSection,
        section: DataSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_data_section(self, data, section)?;
        for (offset, bytes) in self.pieces.drain(..) {
            data.active(0, &ConstExpr::i32_const(offset), bytes);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{CodeSection, FunctionSection, TypeSection};

    use super::*;

    fn module(pieces: &[(i32, &[u8])], has_code: bool) -> Vec<u8> {
        let mut module = Module::new();
        if has_code {
            let mut types = TypeSection::new();
            types.ty().function([], []);
            module.section(&types);
            let mut functions = FunctionSection::new();
            functions.function(0);
            module.section(&functions);
            let mut code = CodeSection::new();
            let mut body = wasm_encoder::Function::new([]);
            body.instructions().end();
            code.function(&body);
            module.section(&code);
        }
        let mut data = DataSection::new();
        for (offset, bytes) in pieces {
            data.active(0, &ConstExpr::i32_const(*offset), bytes.iter().copied());
        }
        module.section(&data);
        module.finish()
    }

    #[test]
    fn what_holds_only_data_gives_it_and_what_does_something_stays() {
        let data = only_data(&module(&[(70, b"ab"), (90, b"")], false)).unwrap();
        assert_eq!(data, Some(vec![(70, b"ab".to_vec())]));
        assert_eq!(only_data(&module(&[(70, b"ab")], true)).unwrap(), None);
    }

    #[test]
    fn the_data_of_a_chunk_stands_where_it_stood() {
        let main = with_data(&module(&[(8, b"own")], false), vec![(70, b"ab".to_vec())]).unwrap();
        let data = only_data(&main).unwrap().unwrap();
        assert_eq!(data, [(8, b"own".to_vec()), (70, b"ab".to_vec())]);
    }

    #[test]
    fn nothing_waits_for_a_chunk_that_is_gone() {
        let script = "const __chunk_1 = makeLoad(() => {\na\n}\n, []);\nconst __chunk_10 = makeLoad(() => {\nb\n}\n, []);\n\
            x(, [__chunk_1, __chunk_10]);\ny(, [__chunk_10, __chunk_1]);\nz(, [__chunk_1]);\n";
        let script = without(script, "chunk_1").unwrap();
        assert_eq!(
            script,
            "const __chunk_10 = makeLoad(() => {\nb\n}\n, []);\n\
            x(, [__chunk_10]);\ny(, [__chunk_10]);\nz(, []);\n"
        );
        assert!(without(&script, "chunk_1").is_err());
    }
}
