//! The `mockscale` program, run as its users run it.
#[test]
fn x() {
    println!("{}", env!("CARGO_BIN_EXE_mockscale"));
}
