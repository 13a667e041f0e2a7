//! Snapshots of transcripts, with insta.
//!
//! Left out: an own way to compare, update or review. All that is insta's, with its settings, its
//! environment variables and `cargo insta`.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

use insta::Settings;

use super::Transcript;

/// What `assert_transcript!` can compare: a cloud, or a transcript of one.
#[doc(hidden)]
pub trait Comparable {
    /// What is compared.
    fn compared(&self) -> Transcript;
}

impl Comparable for Transcript {
    fn compared(&self) -> Transcript {
        self.clone()
    }
}

impl<T: Comparable + ?Sized> Comparable for &T {
    fn compared(&self) -> Transcript {
        (**self).compared()
    }
}

/// insta's own default for the folder, relative to the test's file: whoever wants another says so.
const DEFAULT_FOLDER: &str = "snapshots";

/// Where the test is that makes a snapshot: what only the macro in it can tell.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The crate's folder.
    pub manifest_dir: &'static str,
    /// The test's module.
    pub module_path: &'static str,
}

/// Runs insta's comparison with the settings in force, its snapshot in `snapshots/` of the crate,
/// below the module's path, unless the settings name another folder.
///
/// # Panics
/// Like insta, when the snapshot differs; and when the folder cannot be written, naming it.
#[doc(hidden)]
#[track_caller]
pub fn in_folder(site: Site, compare: impl FnOnce()) {
    let mut settings = Settings::clone_current();
    let mut folder = settings.snapshot_path().to_owned();
    if folder == Path::new(DEFAULT_FOLDER) {
        folder = default_folder(site);
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
    }
    // The expression is a variable of the macro's: it would say nothing.
    settings.set_omit_expression(true);
    if let Some(taken) = taken(&folder) {
        panic!(
            "snapshots of this test stand in {}, but {} is a file, not a folder; \
             move it away, or name another folder with insta's Settings::set_snapshot_path",
            folder.display(),
            taken.display()
        );
    }
    let compared = catch_unwind(AssertUnwindSafe(|| settings.bind(compare)));
    if let Err(failure) = compared {
        match unwrapped(&*failure) {
            Some(error) => panic!(
                "the snapshot cannot be written to {}: {error}; let this user write there, \
                 or name another folder with insta's Settings::set_snapshot_path",
                folder.display()
            ),
            None => resume_unwind(failure),
        }
    }
}

/// `snapshots/` of the crate, then the module's path below the crate's root.
fn default_folder(site: Site) -> PathBuf {
    let mut folder = PathBuf::from(site.manifest_dir).join("snapshots");
    folder.extend(site.module_path.split("::").skip(1));
    folder
}

/// What stands where a folder should be: the folder itself or one above it. A relative path is
/// relative to the test's file, which only insta resolves.
fn taken(folder: &Path) -> Option<&Path> {
    let mut above = folder.ancestors().filter(|_| folder.is_absolute());
    above.find(|it| it.exists()).filter(|it| !it.is_dir())
}

/// What insta could not do, from the panic of its `unwrap`: it has no other word for it.
fn unwrapped(failure: &(dyn Any + Send)) -> Option<&str> {
    let text = failure.downcast_ref::<String>()?;
    text.strip_prefix("called `Result::unwrap()` on an `Err` value: ")
}

/// Compares a conversation with the snapshot of the running test.
///
/// It takes a cloud, or a part of its transcript:
/// `assert_transcript!(cloud.transcript().only("Vm"))`.
///
/// The snapshot is an ordinary [insta](https://insta.rs) one of [`Transcript::to_yaml`]: `cargo
/// insta review` shows the difference, `INSTA_UPDATE` and the settings in force are honoured. It
/// stands in `snapshots/` at the top of the crate, in the folder of the test's module, under the
/// name of the test, unless the settings name another folder. Nothing needs to be redacted: the
/// canonical form holds no identifier, no instant and no secret.
///
/// ```
/// # use mockscale::{Cloud, json};
/// let cloud = Cloud::new();
/// cloud.call("ReadNets", json!({}));
/// mockscale::assert_transcript!(cloud, @r#"
/// - number: 1
///   operation: ReadNets
///   caller: '123456789012'
///   status: 200
///   reply:
///     Nets: []
/// "#);
/// ```
///
/// Several snapshots in one test read better with names: `assert_transcript!("before", cloud)`.
/// Tests of one name in two files of `tests/` need them, as the file is no part of the name.
///
/// # Panics
/// When the transcript differs from the snapshot, with the difference; when the snapshot cannot be
/// written, with its folder.
///
/// [`Transcript::to_yaml`]: crate::Transcript::to_yaml
#[macro_export]
macro_rules! assert_transcript {
    ($said:expr, @$inline:literal $(,)?) => {{
        let transcript = $crate::__private::yaml(&$said);
        $crate::__private::insta::assert_snapshot!(transcript, @$inline);
    }};
    ($name:expr, $said:expr $(,)?) => {
        $crate::assert_transcript!(@file $said, $name,)
    };
    ($said:expr $(,)?) => {
        $crate::assert_transcript!(@file $said,)
    };
    (@file $said:expr, $($name:expr,)?) => {{
        let transcript = $crate::__private::yaml(&$said);
        let site = $crate::__private::Site {
            manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
            module_path: ::core::module_path!(),
        };
        $crate::__private::in_folder(site, || {
            $crate::__private::insta::assert_snapshot!($($name,)? transcript);
        });
    }};
}

/// What is compared, as YAML.
#[doc(hidden)]
pub fn yaml(said: &dyn Comparable) -> String {
    said.compared().to_yaml()
}
