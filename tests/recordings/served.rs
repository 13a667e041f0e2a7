//! `mockscale serve --record`.

use mockscale::{Remote, Transcript};

use super::{Folder, Served, conversation, run, saved};

#[test]
fn what_is_served_is_recorded_as_it_comes_and_replayed() {
    let folder = Folder::new();
    let file = folder.path("a.jsonl");
    let served = Served::start(&["--seed", "7", "--region", "us-east-2", "--record", &file]);
    assert_eq!(Transcript::load(&file).expect("a transcript").len(), 0);
    let root = mockscale::Credentials::root("us-east-2");
    let remote = Remote::new(&served.1, root).expect("an endpoint");
    let _ = conversation().replay(&remote);
    // Killed, not stopped: nothing waits to be written.
    drop(served);
    let recorded = Transcript::load(&file).expect("a transcript");
    assert_eq!((recorded.len(), recorded.region()), (5, "us-east-2"));
    assert_eq!(recorded.exchanges()[0].effects[0].kind, "Net");

    let replayed = run(&["replay", &file, "--seed", "7"]);
    assert_eq!(replayed.code, Some(0), "{replayed:?}");
    assert!(
        replayed
            .out
            .starts_with("the replay of 5 exchanges matches: "),
        "{replayed:?}"
    );
}

#[test]
fn a_recording_is_never_written_over_by_accident() {
    let folder = Folder::new();
    let file = saved(&folder);
    let old = folder.read("a.jsonl");
    let refused = run(&["serve", "--record", &file]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused
            .err
            .contains("this file exists; name another, or replace it with --force"),
        "{refused:?}"
    );
    // Nothing was served, so nothing is replaced.
    let refused = run(&[
        "serve",
        "--record",
        &file,
        "--force",
        "--listen",
        "192.0.2.1:1",
    ]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("192.0.2.1:1"), "{refused:?}");
    assert_eq!(folder.read("a.jsonl"), old);

    drop(Served::start(&["--record", &file, "--force"]));
    assert_eq!(Transcript::load(&file).expect("a transcript").len(), 0);
    let elsewhere = folder.path("no/such/a.jsonl");
    let refused = run(&["serve", "--record", &elsewhere]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("it cannot be written"), "{refused:?}");
    assert_eq!(refused.out, "");
}

/// Whoever reads the log may go away, or have a full disk: the cloud answers all the same.
#[cfg(target_os = "linux")]
#[test]
fn a_log_that_cannot_be_written_stops_nothing() {
    let full = std::fs::File::options().write(true).open("/dev/full");
    let served = Served::telling(&[], full.expect("a device that is full").into());
    let root = mockscale::Credentials::root("eu-west-2");
    let remote = Remote::new(&served.1, root).expect("an endpoint");
    let replay = conversation().replay(&remote);
    assert!(replay.failure().is_none(), "{replay}");
}
