//! What bindings carry that nobody uses: names with hashes, and the stream classes that a
//! dependency of leptos exports whether or not anyone makes one. A twentieth of the bundle.

use std::collections::HashMap;

use walrus::Module;

use crate::program::Program;

/// Classes of `wasm-streams`, which `server_fn` brings along.
const UNUSED: &str = "IntoUnderlying";

/// Makes both sides of the bindings smaller, alike.
pub fn slim(bound: &Program) -> anyhow::Result<Program> {
    let mut module = Module::from_buffer(&bound.wasm)?;
    drop_exports(&mut module);
    let names = shorten(&mut module);
    let js = rename(&without_classes(str::from_utf8(&bound.js)?), &names);
    Ok(Program {
        js: js.into_bytes(),
        wasm: module.emit_wasm(),
    })
}

fn drop_exports(module: &mut Module) {
    let unused = UNUSED.to_lowercase();
    let found: Vec<_> = module
        .exports
        .iter()
        .filter(|export| export.name.contains(&unused))
        .map(walrus::Export::id)
        .collect();
    for id in found {
        module.exports.delete(id);
    }
    walrus::passes::gc::run(module);
}

/// Gives the imports and exports that wasm-bindgen named short names: old to new.
fn shorten(module: &mut Module) -> HashMap<String, String> {
    let mut names = HashMap::new();
    let mut short = |name: &mut String| {
        if name.starts_with("__wb") || name.starts_with("wasm_bindgen__") {
            let next = format!("_{}", names.len());
            names.insert(std::mem::replace(name, next.clone()), next);
        }
    };
    for import in module.imports.iter_mut() {
        short(&mut import.name);
    }
    for export in module.exports.iter_mut() {
        short(&mut export.name);
    }
    names
}

/// The glue without the unused classes: blocks that begin at the margin and end with `}` there.
fn without_classes(js: &str) -> String {
    let mut kept = String::with_capacity(js.len());
    let mut inside = false;
    for line in js.lines() {
        let begins = line.contains(UNUSED)
            && ["export class ", "class ", "const ", "if (Symbol.dispose)"]
                .iter()
                .any(|start| line.starts_with(start));
        if begins {
            inside = !line.ends_with(';');
        } else if inside {
            inside = !(line.starts_with('}') || line.starts_with("    : new "));
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn rename(js: &str, names: &HashMap<String, String>) -> String {
    let mut out = String::with_capacity(js.len());
    let mut rest = js;
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    while let Some(start) = rest.find(part_of_name) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !part_of_name(c)).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        out.push_str(before);
        out.push_str(names.get(name).map_or(name, String::as_str));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_are_replaced_and_no_parts_of_names() {
        let names = HashMap::from([("__wbg_a_1".to_owned(), "_0".to_owned())]);
        assert_eq!(
            rename("wasm.__wbg_a_1(x); __wbg_a_12: __wbg_a_1", &names),
            "wasm._0(x); __wbg_a_12: _0"
        );
    }

    #[test]
    fn the_unused_classes_go_and_nothing_else() {
        let js = "import a;\n\
            export class IntoUnderlyingSink {\n    free() {\n    }\n}\n\
            if (Symbol.dispose) IntoUnderlyingSink.prototype[Symbol.dispose] = x;\n\
            const IntoUnderlyingSinkFinalization = (typeof X === 'undefined')\n    ? { a }\n    : new X();\n\
            function hydrate() {\n    IntoUnderlying;\n}\n";
        assert_eq!(
            without_classes(js),
            "import a;\nfunction hydrate() {\n    IntoUnderlying;\n}\n"
        );
    }

    #[test]
    fn imports_and_exports_get_short_names() {
        let mut module = Module::default();
        let kind = module.types.add(&[], &[]);
        let (imported, _) =
            module.add_import_func("./app_bg.js", "__wbg_error_0123456789abcdef", kind);
        module.exports.add("__wbindgen_start", imported);
        module.exports.add("hydrate", imported);
        module.exports.add("intounderlyingsink_write", imported);
        let bound = Program {
            js: b"wasm.__wbindgen_start(); wasm.hydrate();".to_vec(),
            wasm: module.emit_wasm(),
        };
        let slimmed = slim(&bound).unwrap();
        let module = Module::from_buffer(&slimmed.wasm).unwrap();
        let exports: Vec<_> = module.exports.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(exports, ["_1", "hydrate"]);
        assert_eq!(slimmed.js, b"wasm._1(); wasm.hydrate();\n");
    }
}
