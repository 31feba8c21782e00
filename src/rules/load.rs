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
        if is_rule_file(&name) {
            let text = text(file.contents());
            files.push(SourceFile { name, text });
        }
    }
    dir.dirs().for_each(|dir| collect_embedded(dir, files));
}

/// The files of a folder.
///
/// # Errors
/// When the folder or a file in it cannot be read, or when there is more than any rule set needs.
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
        if is_foreign(&entry.file_name().to_string_lossy()) {
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
        let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, error))?;
        let text = text(&bytes);
        files.push(SourceFile { name, text });
    }
    Ok(())
}

/// The text of a file; what is not UTF-8 becomes U+FFFD, for which the compiler looks: the author of one file saved otherwise wants to
/// read of it beside all other problems.
fn text(bytes: &[u8]) -> String {
    let (little, rest) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (true, rest),
        [0xFE, 0xFF, rest @ ..] => (false, rest),
        _ => return String::from_utf8_lossy(bytes).into_owned(),
    };
    // UTF-16 is refused like every other; decoded, it still tells the names that it holds.
    let (pairs, _) = rest.as_chunks();
    let units: Vec<u16> = pairs
        .iter()
        .map(|pair| {
            if little {
                u16::from_le_bytes(*pair)
            } else {
                u16::from_be_bytes(*pair)
            }
        })
        .collect();
    let decoded = String::from_utf16_lossy(&units);
    format!("{}{decoded}", char::REPLACEMENT_CHARACTER)
}

fn is_rule_file(name: &str) -> bool {
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str());

    matches!(extension, Some("yaml" | "yml" | "csv")) && !name.split('/').any(is_foreign)
}

/// Whether an entry belongs to an editor or to Kubernetes (`..data`, `.swp`), or is the lock of an open file (`~$facts.yaml`).
fn is_foreign(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$")
}

fn sorted(mut files: Vec<SourceFile>) -> Vec<SourceFile> {
    files.sort_by(|left, right| left.name.cmp(&right.name));
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_and_locks_of_open_files_are_no_rule_files() {
        assert!(is_rule_file("offers/money.yaml"));
        for name in [
            "offers/~$money.yaml",
            "~$facts.yaml",
            ".facts.yaml",
            "offers/.old/money.yaml",
            "money.txt",
        ] {
            assert!(!is_rule_file(name), "{name}");
        }
    }

    #[test]
    fn what_is_not_utf_8_is_marked_and_keeps_its_names() {
        assert_eq!(text("id: prüfung".as_bytes()), "id: prüfung");
        assert_eq!(text(b"id: pr\xFCfung"), "id: pr\u{FFFD}fung");
        assert_eq!(text(b"\xFF\xFEi\0d\0"), "\u{FFFD}id");
        assert_eq!(text(b"\xFE\xFF\0i\0d"), "\u{FFFD}id");
    }
}
