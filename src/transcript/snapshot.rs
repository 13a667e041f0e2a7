//! Snapshots of transcripts, with insta.

use std::path::PathBuf;

/// Where the snapshots of a module stand: `snapshots/` of the crate, then the module's path
/// below the crate's root.
#[doc(hidden)]
pub fn folder(manifest_dir: &str, module_path: &str) -> PathBuf {
    let mut folder = PathBuf::from(manifest_dir).join("snapshots");
    folder.extend(module_path.split("::").skip(1));
    folder
}

/// Compares a cloud's transcript with the snapshot of the running test.
///
/// The snapshot is an ordinary [insta](https://insta.rs) one: `cargo insta review` shows the
/// difference, `INSTA_UPDATE` is honoured. It stands in `snapshots/` at the top of the crate, in
/// the folder of the test's module, under the name of the test. Nothing needs to be redacted: the
/// canonical text holds no identifier, no instant and no secret.
///
/// ```
/// # use mockscale::{Cloud, json};
/// let cloud = Cloud::new();
/// cloud.call("ReadNets", json!({}));
/// mockscale::assert_transcript!(cloud, @r"
/// #1 ReadNets → 200 (account 123456789012)
///   reply:
///     Nets: []
/// ");
/// ```
///
/// With a name of its own, for several snapshots in one test: `assert_transcript!("before", cloud)`.
///
/// # Panics
/// When the transcript differs from the snapshot, with the difference.
#[macro_export]
macro_rules! assert_transcript {
    ($cloud:expr, @$inline:literal $(,)?) => {
        $crate::__private::insta::assert_snapshot!($cloud.transcript().to_string(), @$inline)
    };
    ($name:expr, $cloud:expr $(,)?) => {
        $crate::assert_transcript!(@file $cloud, $name, )
    };
    ($cloud:expr $(,)?) => {
        $crate::assert_transcript!(@file $cloud, )
    };
    (@file $cloud:expr, $($name:expr,)?) => {{
        let mut settings = $crate::__private::insta::Settings::clone_current();
        settings.set_snapshot_path($crate::__private::snapshot_folder(
            ::core::env!("CARGO_MANIFEST_DIR"),
            ::core::module_path!(),
        ));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let transcript = $cloud.transcript().to_string();
        settings.bind(|| $crate::__private::insta::assert_snapshot!($($name,)? transcript));
    }};
}
