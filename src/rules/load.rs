//! From a folder, or from the set inside the program, to source files. The only place that reads rule files.

use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::rules::LoadError;
use crate::rules::problem::SourceFile;

/// The rule set that the program carries.
static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// Most files a rules folder may have; a mistyped `--rules /` ends here.
const FILES_MAX: usize = 2_000;
/// Most bytes all rule files together may have.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// The files of the embedded rule set.
#[must_use]
pub fn embedded() -> Vec<SourceFile> {
    let mut files = Vec::new();
    collect_embedded(&EMBEDDED, &mut files);
    sorted(files)
}

fn collect_embedded(dir: &Dir<'_>, files: &mut Vec<SourceFile>) {
    for file in dir.files() {
        let name = file.path().to_string_lossy().replace('\\', "/");
        if let (true, Some(text)) = (is_rule_file(&name), file.contents_utf8()) {
            files.push(SourceFile {
                name,
                text: text.to_owned(),
            });
        }
    }
    dir.dirs().for_each(|dir| collect_embedded(dir, files));
}

/// The files of a folder.
///
/// # Errors
/// When the folder or a file in it cannot be read, is not UTF-8, or when there is more than any rule set needs.
pub fn folder(root: &Path) -> Result<Vec<SourceFile>, LoadError> {
    let mut files = Vec::new();
    let mut bytes = 0;
    collect_folder(root, root, &mut files, &mut bytes)?;
    Ok(sorted(files))
}

fn collect_folder(
    root: &Path,
    dir: &Path,
    files: &mut Vec<SourceFile>,
    bytes: &mut usize,
) -> Result<(), LoadError> {
    let unreadable =
        |path: &Path, error: std::io::Error| LoadError::Unreadable(path.to_path_buf(), error);
    for entry in std::fs::read_dir(dir).map_err(|error| unreadable(dir, error))? {
        let entry = entry.map_err(|error| unreadable(dir, error))?;
        let path = entry.path();
        // Hidden entries are editors' and Kubernetes' own (`..data`, `.swp`).
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let kind = std::fs::metadata(&path).map_err(|error| unreadable(&path, error))?;
        if kind.is_dir() {
            collect_folder(root, &path, files, bytes)?;
            continue;
        }
        let name = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        if !is_rule_file(&name) {
            continue;
        }
        *bytes += usize::try_from(kind.len()).unwrap_or(usize::MAX / 2);
        if files.len() >= FILES_MAX || *bytes > BYTES_MAX {
            return Err(LoadError::TooMuch {
                files: FILES_MAX,
                bytes: BYTES_MAX,
            });
        }
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
        files.push(SourceFile { name, text });
    }
    Ok(())
}

fn is_rule_file(name: &str) -> bool {
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str());

    matches!(extension, Some("yaml" | "yml" | "csv"))
}

fn sorted(mut files: Vec<SourceFile>) -> Vec<SourceFile> {
    files.sort_by(|left, right| left.name.cmp(&right.name));
    files
}
