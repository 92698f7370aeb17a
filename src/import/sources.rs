//! Files and folders to sources: which file is whose, and how it is read.
//!
//! In: paths. Out: [`SourceFile`]s in the order of their names. A folder with a `source.json` is
//! one source; another folder stands for its sub-folders and the lists in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::settings::{SourceFormat, SourceSettings};
use crate::reference::embedded;

/// Name of the settings beside a list.
pub const SETTINGS_FILE: &str = "source.json";

/// Folders are searched so deep.
const MAX_DEPTH: usize = 4;

/// A list with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What is known of it, or what is wrong with its `source.json`.
    pub settings: Result<SourceSettings, String>,
}

/// Returns the lists that a path means.
///
/// # Errors
///
/// When a folder cannot be read or the path is not there.
pub fn sources_at(path: &Path) -> io::Result<Vec<SourceFile>> {
    let mut sources = Vec::new();
    if fs::metadata(path)?.is_dir() {
        collect(path, 0, &mut sources)?;
    } else {
        let settings = path.parent().map(|folder| folder.join(SETTINGS_FILE));
        let beside = settings.filter(|file| file.is_file()).map(|file| read_settings(&file, path));
        // Settings beside a file are its own only if they name it, or name none.
        let own = beside.filter(|settings| match settings {
            Ok(settings) => settings
                .file
                .as_deref()
                .is_none_or(|file| path.file_name().is_some_and(|name| name == file)),
            Err(_) => true,
        });
        let settings = own.unwrap_or_else(|| Ok(SourceSettings::named(&name_of(path))));
        sources.push(SourceFile { path: path.to_owned(), settings });
    }
    Ok(sources)
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read_settings(file: &Path, list: &Path) -> Result<SourceSettings, String> {
    let json = fs::read(file).map_err(|_| name_of(file))?;
    SourceSettings::from_json(&name_of(list), &json)
}

fn collect(folder: &Path, depth: usize, sources: &mut Vec<SourceFile>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        entries.push(entry?.path());
    }
    entries.sort();
    let settings_file = folder.join(SETTINGS_FILE);
    let lists: Vec<&PathBuf> = entries.iter().filter(|path| is_list(path)).collect();
    if settings_file.is_file() {
        match read_settings(&settings_file, &settings_file) {
            Ok(SourceSettings { file: Some(file), .. }) => {
                let path = folder.join(file);
                sources.push(SourceFile { settings: read_settings(&settings_file, &path), path });
            }
            Ok(_) => sources.extend(lists.into_iter().map(|path| SourceFile {
                path: path.clone(),
                settings: read_settings(&settings_file, path),
            })),
            Err(problem) => {
                sources.push(SourceFile { path: settings_file, settings: Err(problem) });
            }
        }
    } else {
        sources.extend(lists.into_iter().map(|path| SourceFile {
            path: path.clone(),
            settings: Ok(SourceSettings::named(&name_of(path))),
        }));
    }
    if depth < MAX_DEPTH {
        for path in entries.iter().filter(|path| path.is_dir() && !is_hidden(path)) {
            collect(path, depth + 1, sources)?;
        }
    }
    Ok(())
}

fn is_hidden(path: &Path) -> bool {
    name_of(path).starts_with('.')
}

fn is_list(path: &Path) -> bool {
    let name = name_of(path);
    // A text file may be anything; a topic list needs its source.json.
    path.is_file()
        && !is_hidden(path)
        && name != SETTINGS_FILE
        && SourceFormat::of_file_name(&name).is_some_and(|format| format != SourceFormat::Topics)
}

/// Returns the example lists in the program: settings and bytes.
///
/// # Errors
///
/// When the binary is damaged or an example's settings are wrong.
pub fn example_sources() -> io::Result<Vec<(SourceSettings, Vec<u8>)>> {
    let files = embedded::files_below("fixtures/groups/")?;
    let mut sources = Vec::new();
    for (path, json) in &files {
        let Some(folder) = path.strip_suffix(SETTINGS_FILE) else { continue };
        let wrong = |problem: String| io::Error::other(format!("{path}: {problem}"));
        let settings = SourceSettings::from_json(path, json).map_err(wrong)?;
        let file = settings.file.clone().ok_or_else(|| wrong("`file` is missing".to_owned()))?;
        let wanted = format!("{folder}{file}");
        let (_, bytes) = files
            .iter()
            .find(|(known, _)| *known == wanted)
            .ok_or_else(|| wrong(format!("{file} is not there")))?;
        sources.push((SourceSettings { name: wanted, ..settings }, bytes.clone()));
    }
    Ok(sources)
}
