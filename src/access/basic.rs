//! Basic authentication: a login and a password in base64.
//!
//! Left out: the `X-Osc-Date` header that is documented beside it. Real clients leave it away.

use super::malformed::Malformed;
use super::signature::MAX_AUTHORIZATION;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a caller logs in with. It has no `Debug`: it holds a password.
pub(super) struct Login {
    pub(super) name: String,
    pub(super) password: Vec<u8>,
}

impl Login {
    /// Reads what stands after `Basic`, in either base64 alphabet, padded or not.
    pub(super) fn parse(text: &str) -> Result<Self, Malformed> {
        if text.len() > MAX_AUTHORIZATION {
            return Err(Malformed::TooLong {
                limit: MAX_AUTHORIZATION,
            });
        }
        // osc-cli uses the alphabet for URLs.
        let text = text.replace('-', "+").replace('_', "/");
        let decoded = BASE64.decode(text).map_err(|_| Malformed::NotBase64)?;
        let colon = decoded.iter().position(|byte| *byte == b':');
        let (name, password) = decoded.split_at(colon.ok_or(Malformed::NoColon)?);
        Ok(Self {
            name: String::from_utf8(name.to_vec()).map_err(|_| Malformed::LoginNotText)?,
            password: password[1..].to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Login, MAX_AUTHORIZATION, Malformed};
    use rstest::rstest;

    #[rstest]
    #[case::plain("YTpi", "a", b"b")]
    #[case::padded("YTpiYw==", "a", b"bc")]
    #[case::unpadded("YTpiYw", "a", b"bc")]
    #[case::standard_alphabet("YTp+P/8=", "a", b"~?\xff")]
    #[case::url_alphabet("YTp-P_8", "a", b"~?\xff")]
    #[case::colons_in_the_password("YTo6Yjo", "a", b":b:")]
    #[case::both_empty("Og", "", b"")]
    fn reads(#[case] text: &str, #[case] name: &str, #[case] password: &[u8]) {
        let login = Login::parse(text).map_err(|malformed| malformed.to_string());
        let login = login.expect("the credentials are well formed");
        assert_eq!((login.name.as_str(), &*login.password), (name, password));
    }

    #[rstest]
    #[case::empty("", Malformed::NoColon)]
    #[case::no_colon("YWI=", Malformed::NoColon)]
    #[case::not_base64("a:b", Malformed::NotBase64)]
    #[case::cut_short("YTpiY", Malformed::NotBase64)]
    #[case::padding_inside("YT==pi", Malformed::NotBase64)]
    #[case::latin_1_login("6To", Malformed::LoginNotText)]
    #[case::endless(&"YTpi".repeat(2000), Malformed::TooLong { limit: MAX_AUTHORIZATION })]
    fn refuses(#[case] text: &str, #[case] malformed: Malformed) {
        assert_eq!(Login::parse(text).err(), Some(malformed));
    }
}
