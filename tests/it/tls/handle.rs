//! What the test author has in hand.

use std::io::ErrorKind;
use std::net::{Ipv6Addr, SocketAddr, TcpStream};

use mockscale::Cloud;
use mockscale::cloud::x509::read_ca;

#[test]
fn what_points_a_client_here_says_https() {
    let cloud = Cloud::builder().start_tls();
    assert!(
        cloud.url().starts_with("https://127.0.0.1:"),
        "{}",
        cloud.url()
    );
    assert_eq!(cloud.endpoint(), format!("{}/api/v1", cloud.url()));
    assert!(
        cloud
            .env()
            .contains(&("OSC_ENDPOINT_API", cloud.endpoint()))
    );
    assert!(read_ca(&cloud.ca_pem()).is_ok());
    assert_eq!(cloud.ca_pem(), cloud.ca_pem());
}

#[test]
fn a_cloud_listens_once_with_tls_or_without() {
    let any_port: SocketAddr = "127.0.0.1:0".parse().expect("an address");
    let cloud = Cloud::new();
    let address = cloud.serve_tls(any_port).expect("a port");
    for again in [cloud.serve(any_port), cloud.serve_tls(any_port)] {
        let error = again.expect_err("it listens already");
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert!(error.to_string().contains(&address.to_string()), "{error}");
    }
    let taken = Cloud::new().serve_tls(address).expect_err("a taken port");
    assert_eq!(taken.kind(), ErrorKind::AddrInUse);
}

#[test]
fn an_address_of_another_kind() {
    let cloud = Cloud::new();
    match cloud.serve_tls((Ipv6Addr::LOCALHOST, 0).into()) {
        Ok(_) => assert!(cloud.url().starts_with("https://[::1]:"), "{}", cloud.url()),
        Err(error) => println!("skipped: there is no IPv6 on this machine: {error}"),
    }
}

#[test]
fn the_port_closes_on_drop() {
    let cloud = Cloud::new();
    let any_port = "127.0.0.1:0".parse().expect("an address");
    let address = cloud.serve_tls(any_port).expect("a port");
    let _idle = TcpStream::connect(address).expect("a connection");
    drop(cloud);
    // The drop does not wait for it.
    let closed = (0..1000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(5));
        TcpStream::connect(address).is_err()
    });
    assert!(closed);
}

#[test]
#[should_panic(expected = "Cloud::start_tls().await")]
fn plain_http_has_no_authority() {
    let _ = Cloud::builder().start().ca_pem();
}

#[test]
#[should_panic(expected = "this cloud does not listen")]
fn no_port_has_no_authority() {
    let _ = Cloud::new().ca_pem();
}
