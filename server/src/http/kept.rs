//! Files of earlier builds: a page that was open through an update still finds its program.
//!
//! They lie in `DATA_DIR/assets`, so that it does not matter how the new build got here: at its
//! start the counter copies what it serves there, and takes away what was replaced a day ago.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

/// How long a replaced file is kept, in milliseconds.
const DAY: i64 = 24 * 3_600_000;

/// Names of replaced files, and since when (milliseconds).
const DATES: &str = "replaced.json";

/// Brings the folder up to date with the build in `pkg`; its path, to be served where `pkg`
/// lacks a file.
pub fn keep(pkg: &Path, data_dir: &Path, now_ms: i64) -> io::Result<PathBuf> {
    let folder = data_dir.join("assets/pkg");
    fs::create_dir_all(&folder)?;
    let current = names(pkg)?;
    let dates = data_dir.join("assets").join(DATES);
    let mut replaced: BTreeMap<String, i64> = match fs::read(&dates) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
        Err(_) => BTreeMap::new(),
    };
    for name in names(&folder)? {
        let since = *replaced.entry(name.clone()).or_insert(now_ms);
        if !current.contains(&name) && since < now_ms - DAY {
            fs::remove_file(folder.join(&name))?;
            replaced.remove(&name);
        }
    }
    replaced.retain(|name, _| !current.contains(name));
    for name in &current {
        copy(&pkg.join(name), &folder.join(name))?;
    }
    fs::write(dates, serde_json::to_vec(&replaced)?)?;
    Ok(folder)
}

fn names(folder: &Path) -> io::Result<BTreeSet<String>> {
    fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

/// Renamed into place: who is served from there never gets half a file.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() {
        return Ok(());
    }
    let draft = to.with_extension("new");
    fs::copy(from, &draft)?;
    fs::rename(draft, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A build of one file.
    fn build(site: &Path, name: &str) {
        let _ = fs::remove_dir_all(site);
        fs::create_dir_all(site).unwrap();
        fs::write(site.join(name), name).unwrap();
    }

    #[test]
    fn a_replaced_file_stays_for_a_day_counted_from_when_it_was_replaced() {
        let (site, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let site = site.path().join("pkg");
        let start = 1_000 * DAY;
        build(&site, "a.js");
        keep(&site, data.path(), start).unwrap();

        // Served for a month, then replaced.
        let replaced = start + 30 * DAY;
        build(&site, "b.js");
        let folder = keep(&site, data.path(), replaced).unwrap();
        assert_eq!(fs::read_to_string(folder.join("a.js")).unwrap(), "a.js");
        keep(&site, data.path(), replaced + DAY).unwrap();
        assert!(folder.join("a.js").exists());
        keep(&site, data.path(), replaced + DAY + 1).unwrap();
        assert!(!folder.join("a.js").exists());
        assert!(folder.join("b.js").exists());
    }

    #[test]
    fn a_build_that_comes_back_is_not_an_old_one() {
        let (site, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let site = site.path().join("pkg");
        for (name, at) in [("a.js", 0), ("b.js", 1), ("a.js", 2), ("b.js", 2 * DAY)] {
            build(&site, name);
            keep(&site, data.path(), at).unwrap();
        }
        // Replaced just now, not at the first time.
        assert!(data.path().join("assets/pkg/a.js").exists());
    }
}
