//! Absolute URLs, which HAR wants, of hosts and paths, which an exchange has.

use std::fmt::Write as _;

/// The host of calls without a socket; it stands for nothing (RFC 6761 keeps `.test` free).
pub(super) const NOWHERE: &str = "mockscale.test";

/// The absolute URL of a path at a host. What a URL may not hold is percent-encoded; a host that
/// is none is left out.
pub(super) fn absolute(host: Option<&str>, path: &str) -> String {
    let fit = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    let host = host.filter(|host| !host.is_empty() && host.bytes().all(fit));
    let mut url = format!("http://{}", host.unwrap_or(NOWHERE));
    if !path.starts_with('/') {
        url.push('/');
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

/// The host and the path of an absolute URL, without query and fragment.
pub(super) fn split(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, rest) = rest.split_at(end);
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    // A user and a password may stand before the host.
    let host = host.rsplit('@').next().unwrap_or(host);
    (!host.is_empty()).then_some((host, if path.is_empty() { "/" } else { path }))
}

#[cfg(test)]
mod tests {
    use super::{absolute, split};
    use rstest::rstest;

    #[rstest]
    #[case(
        Some("127.0.0.1:80"),
        "/api/v1/ReadVms",
        "http://127.0.0.1:80/api/v1/ReadVms"
    )]
    #[case(None, "//a b/é\"", "http://mockscale.test//a%20b/%C3%A9%22")]
    #[case(Some("not a host"), "*", "http://mockscale.test/*")]
    #[case(Some("[::1]:80"), "/", "http://[::1]:80/")]
    fn hosts_and_paths_become_urls(
        #[case] host: Option<&str>,
        #[case] path: &str,
        #[case] url: &str,
    ) {
        assert_eq!(absolute(host, path), url);
    }

    #[rstest]
    #[case("https://h/a/b?q=/#f", Some(("h", "/a/b")))]
    #[case("http://h:1", Some(("h:1", "/")))]
    #[case("http://h?q", Some(("h", "/")))]
    #[case("http://user:word@h/a", Some(("h", "/a")))]
    #[case("http:///a", None)]
    #[case("/a", None)]
    #[case("data:text/plain,x", None)]
    fn urls_are_taken_apart(#[case] url: &str, #[case] parts: Option<(&str, &str)>) {
        assert_eq!(split(url), parts);
    }
}
