//! JSON lines: a line that says what follows, then one exchange a line, as it was recorded.
//!
//! Left out: reading what another version of the format wrote. The number of the format goes up
//! when a line changes its meaning or gains a field, and a transcript is quickly recorded again.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::error::Category;

use super::error::TranscriptError;
use super::{About, Exchange, Transcript, har};
use crate::contract::Contract;

/// The version of the format.
pub(super) const FORMAT: u64 = 1;

/// What to do with a file that is no transcript.
const NO_TRANSCRIPT: &str =
    "expected a first line such as {\"transcript\":1,…}, as Transcript::save writes it, or a HAR";

/// What to do with a transcript that is broken.
pub(super) const BROKEN: &str = "record and save it again";

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    /// The version of the format.
    transcript: u64,
    /// The version of the API.
    api: String,
    /// The region that the cloud played.
    region: String,
    /// Where the clock stood when the cloud began.
    start: Timestamp,
    /// How many exchanges came before.
    #[serde(default, skip_serializing_if = "is_zero")]
    forgotten: u64,
}

impl Header {
    /// What is known of a conversation.
    pub(super) fn of(about: &About) -> Self {
        Self {
            transcript: FORMAT,
            api: about.api.clone(),
            region: about.region.clone(),
            start: about.start,
            forgotten: about.forgotten,
        }
    }

    /// What it says. Families are those of the bundled contract.
    pub(super) fn about(self) -> About {
        About {
            start: self.start,
            api: self.api,
            region: self.region,
            contract: Contract::bundled(),
            forgotten: self.forgotten,
            left_out: 0,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde calls"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Transcript {
    /// The exchanges that are shown as JSON lines, for machines: raw, with identifiers and instants,
    /// secrets replaced. [`Transcript::parse`] reads them.
    ///
    /// The first line holds the version of the format, that of the API, the region, and where the
    /// cloud's clock stood when it began; each further line is an [`Exchange`].
    ///
    /// ```
    /// use mockscale::{Cloud, Transcript, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// let lines = cloud.transcript().to_json_lines();
    /// assert!(lines.starts_with(r#"{"transcript":1,"api":"1.33.1","#));
    /// assert_eq!(Transcript::parse(&lines).unwrap().len(), 1);
    /// ```
    pub fn to_json_lines(&self) -> String {
        let mut out = line(&Header::of(self.about()));
        for exchange in self.exchanges() {
            out.push_str(&line(&**exchange));
        }
        out
    }

    /// Reads JSON lines, as [`Transcript::to_json_lines`] writes them, or a HAR: one of
    /// [`Transcript::to_har`], or one that a browser or a proxy recorded against the real API.
    ///
    /// What was not shown when they were written is not there any more, so that references may have
    /// other numbers. Families are those of the bundled contract.
    ///
    /// ```
    /// use mockscale::Transcript;
    ///
    /// let header = r#"{"transcript":1,"api":"1.33.1","region":"eu-west-2","start":"2024-05-06T07:08:09Z"}"#;
    /// assert!(Transcript::parse(header).unwrap().is_empty());
    /// ```
    ///
    /// # Errors
    /// When it is no transcript, one of another version of the format, or a line of it is broken;
    /// the error names the line, and of a HAR the entry.
    pub fn parse(text: &str) -> Result<Self, TranscriptError> {
        if text.trim().is_empty() {
            return Err(TranscriptError::new("it is empty", NO_TRANSCRIPT));
        }
        if har::is_har(text) {
            return har::read(text);
        }
        // The byte order mark that some tools write.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let header = header(first)?;
        let mut exchanges: Vec<Arc<Exchange>> = Vec::new();
        let mut lines = (2..).zip(rest.split_inclusive('\n'));
        let last = lines.clone().last().map(|(number, _)| number);
        for (number, line) in lines.by_ref() {
            if line.trim().is_empty() {
                continue;
            }
            let broken_off = Some(number) == last && !line.ends_with('\n');
            let exchange = exchange(line).map_err(|error| error.at_line(number, broken_off))?;
            in_order(exchanges.last(), &exchange).map_err(|error| error.at(number, None))?;
            exchanges.push(Arc::new(exchange));
        }
        Ok(Self::of(header.about(), exchanges))
    }
}

/// Whether an exchange may stand after another.
pub(super) fn in_order(
    before: Option<&Arc<Exchange>>,
    exchange: &Exchange,
) -> Result<(), TranscriptError> {
    match before {
        Some(before) if before.number >= exchange.number => {
            let problem = format!(
                "exchange {} stands after exchange {}",
                exchange.number, before.number
            );
            let advice = "exchanges stand in the order of their numbers, each once";
            Err(TranscriptError::new(problem, advice))
        }
        _ => Ok(()),
    }
}

/// What to say of a format that this version does not read.
pub(super) fn other_format(format: &Value) -> TranscriptError {
    let problem = format!("this transcript has format {format}, not {FORMAT}");
    let advice = "record it again, or read it with the version of mockscale that wrote it";
    TranscriptError::new(problem, advice)
}

fn line(value: &impl Serialize) -> String {
    let line = serde_json::to_string(value);
    line.expect("numbers, texts, lists and maps of texts are JSON") + "\n"
}

/// Whether a text begins as JSON lines do.
pub(super) fn begin(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    serde_json::from_str(first).is_ok_and(|line: Value| line.get("transcript").is_some())
}

/// What the first line says.
fn header(line: &str) -> Result<Header, TranscriptError> {
    let foreign = || TranscriptError::new("this is not a transcript", NO_TRANSCRIPT).at(1, None);
    let format = serde_json::from_str(line)
        .map_err(|_| foreign())
        .and_then(|value: Value| value.get("transcript").cloned().ok_or_else(foreign))?;
    if format != FORMAT {
        return Err(other_format(&format).at(1, None));
    }
    serde_json::from_str(line).map_err(|error| Broken(error).at_line(1, false))
}

fn exchange(line: &str) -> Result<Exchange, Broken> {
    serde_json::from_str(line).map_err(Broken)
}

/// A line that is not what it should be.
struct Broken(serde_json::Error);

impl Broken {
    /// What is wrong with the line of that number.
    fn at_line(&self, number: usize, broken_off: bool) -> TranscriptError {
        let Self(error) = self;
        let text = error.to_string();
        // The reader has seen one line, and says so.
        let said = text
            .rsplit_once(" at line ")
            .map_or(&*text, |(said, _)| said);
        let (problem, advice) = match error.classify() {
            Category::Eof if broken_off => (
                "the last line breaks off".to_owned(),
                "the file was not written to its end: record and save it again, or delete that line",
            ),
            Category::Data if number == 1 => {
                (format!("the first line is no transcript's: {said}"), BROKEN)
            }
            Category::Data => (format!("this line is no exchange: {said}"), BROKEN),
            _ => (format!("this line is not JSON: {said}"), BROKEN),
        };
        TranscriptError::new(problem, advice).at(number, Some(error.column()))
    }
}
