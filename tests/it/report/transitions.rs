//! The transitions that families list are those that they have.

use std::fs;
use std::path::{Path, PathBuf};

use mockscale::cloud::families::{FAMILIES, kind, transitions};

#[test]
fn no_transition_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cloud/families");
    let mut written = 0;
    for entry in fs::read_dir(folder).expect("the families have a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text: String = sources(&path)
            .iter()
            .map(|it| fs::read_to_string(it).expect("text"))
            .collect();
        let is_one = |line: &&str| {
            let line = line.trim_start();
            line.contains("static ") && line.contains(": Transition =")
        };
        let declared = text.lines().filter(is_one).count();
        let listed = FAMILIES
            .iter()
            .find(|family| snake_case(family.tag) == name);
        let listed = listed.map_or(0, |family| family.transitions.len());
        assert_eq!(
            declared, listed,
            "transitions that {name} declares and those that its FAMILY lists"
        );
        written += declared;
    }
    assert_eq!(written, transitions().count());
    assert!(written > 0);
}

#[test]
fn a_transition_stands_in_the_family_of_its_kind() {
    for (family, transition) in transitions() {
        // Parts of resources are no kinds of any family.
        let part = kind(transition.kind.name).is_none();
        assert!(
            part || family.kinds.contains(&transition.kind),
            "{} lists a transition of a {}",
            family.tag,
            transition.kind.name
        );
    }
}

fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).expect("a folder");
    entries
        .flat_map(|entry| sources(&entry.expect("an entry").path()))
        .collect()
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
