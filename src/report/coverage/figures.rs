//! How much is exercised: of each of the six dimensions, so many of so many.

use std::fmt;
use std::ops::Index;
use std::str::FromStr;

/// What coverage is counted of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Operations that were answered.
    Operations,
    /// Fields of requests, by operation.
    RequestFields,
    /// Values that the contract lists for fields of requests and replies, by operation.
    EnumValues,
    /// Fields of successful replies, by operation.
    ReplyFields,
    /// Errors of the API.
    ErrorCodes,
    /// Transitions that the cloud completes by itself, such as `pending` → `running`.
    Transitions,
}

impl Dimension {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 6] = [
        Self::Operations,
        Self::RequestFields,
        Self::EnumValues,
        Self::ReplyFields,
        Self::ErrorCodes,
        Self::Transitions,
    ];

    /// Its name, as a command line has it: `request-fields`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::RequestFields => "request-fields",
            Self::EnumValues => "enum-values",
            Self::ReplyFields => "reply-fields",
            Self::ErrorCodes => "error-codes",
            Self::Transitions => "transitions",
        }
    }
}

/// The name in words: `request fields`.
impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name().replace('-', " "))
    }
}

impl FromStr for Dimension {
    type Err = String;

    /// ```
    /// use mockscale::Dimension;
    ///
    /// assert_eq!("reply-fields".parse(), Ok(Dimension::ReplyFields));
    /// assert!("fields".parse::<Dimension>().is_err());
    /// ```
    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.map(Self::name);
        let found = Self::ALL.into_iter().find(|it| it.name() == name);
        found.ok_or_else(|| {
            format!(
                "there is no dimension '{name}'; there are {}",
                known.join(", ")
            )
        })
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// How many were exercised at least once.
    pub exercised: u32,
    /// How many there are.
    pub known: u32,
}

impl Figure {
    /// Hundredths of what there is; 100 where there is nothing.
    ///
    /// ```
    /// use mockscale::Figure;
    ///
    /// let half = Figure { exercised: 1, known: 2 };
    /// assert!((half.percent() - 50.0).abs() < f64::EPSILON);
    /// ```
    pub fn percent(self) -> f64 {
        match self.known {
            0 => 100.0,
            known => 100.0 * f64::from(self.exercised) / f64::from(known),
        }
    }

    /// [`Figure::percent`] in full tenths, rounded down: only what is complete reads 100.0.
    pub(super) fn tenths(self) -> f64 {
        let exercised = u64::from(self.exercised) * 1000;
        let tenths = exercised.checked_div(u64::from(self.known)).unwrap_or(1000);
        u32::try_from(tenths).map_or(100.0, f64::from) / 10.0
    }

    /// Counts one that there is.
    pub(super) fn count(&mut self, exercised: bool) {
        self.known += 1;
        self.exercised += u32::from(exercised);
    }
}

/// `12 of 15 (80.0 %)`.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} ({:.1} %)",
            self.exercised,
            self.known,
            self.tenths()
        )
    }
}

/// A [`Figure`] for each [`Dimension`].
///
/// ```
/// use mockscale::{Cloud, Dimension, json};
///
/// let cloud = Cloud::new();
/// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
/// let figures = cloud.coverage().figures();
/// assert_eq!(figures[Dimension::Operations].to_string(), "1 of 223 (0.4 %)");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures([Figure; Dimension::ALL.len()]);

impl Figures {
    /// Each dimension with its figure, in the order of reports.
    pub fn iter(&self) -> impl Iterator<Item = (Dimension, Figure)> {
        Dimension::ALL.into_iter().zip(self.0)
    }

    /// Whether nothing of any dimension was exercised.
    pub fn are_zero(&self) -> bool {
        self.0.iter().all(|figure| figure.exercised == 0)
    }

    pub(super) fn of(&mut self, dimension: Dimension) -> &mut Figure {
        &mut self.0[dimension as usize]
    }
}

impl Index<Dimension> for Figures {
    type Output = Figure;

    fn index(&self, dimension: Dimension) -> &Figure {
        &self.0[dimension as usize]
    }
}
