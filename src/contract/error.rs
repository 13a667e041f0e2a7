//! Why a document cannot serve as a contract: what is wrong, where, and what would be right.

use std::fmt;

/// A document that cannot be read as a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContractError {
    /// The text is neither JSON nor YAML.
    Syntax {
        /// `JSON` if the text begins with a brace, else `YAML`.
        format: &'static str,
        /// Line, from 1; 0 where the reader could not tell.
        line: usize,
        /// Column, from 1; 0 where the reader could not tell.
        column: usize,
        /// What the reader stumbled over.
        problem: String,
    },
    /// The text is well formed but no `OpenAPI` 3.0 document.
    NotOpenApi {
        /// What it is instead, as far as one can see.
        found: String,
    },
    /// The document describes no operation.
    NoPaths,
    /// A `$ref` (or the name of a security scheme) leads nowhere.
    Unresolved {
        /// JSON pointer of the object that holds the reference.
        at: String,
        /// The reference as written.
        reference: String,
        /// The nearest name that exists.
        nearest: Option<String>,
    },
    /// An operation has no `operationId`.
    NoOperationId {
        /// The path it stands under.
        path: String,
    },
    /// An operation has no tag, so that it belongs to no family.
    NoTag {
        /// The path it stands under.
        path: String,
    },
    /// A part of the document is not what this API's documents have there.
    Malformed {
        /// JSON pointer of that part.
        at: String,
        /// What is wrong with it and what would be right.
        problem: String,
    },
}

impl ContractError {
    pub(super) fn malformed(at: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Malformed {
            at: at.into(),
            problem: problem.into(),
        }
    }
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax {
                format,
                line,
                column,
                problem,
            } => {
                if *line > 0 {
                    write!(f, "line {line}, column {column}: ")?;
                }
                write!(f, "not {format}: {problem}")
            }
            Self::NotOpenApi { found } => write!(
                f,
                "not an OpenAPI 3.0 document: {found}; expected an object with \"openapi\": \"3.0.x\""
            ),
            Self::NoPaths => write!(
                f,
                "/paths: missing or empty; expected one path for each operation, such as /CreateNet"
            ),
            Self::Unresolved {
                at,
                reference,
                nearest,
            } => {
                write!(f, "{at}: `{reference}` leads nowhere")?;
                match nearest {
                    Some(name) => write!(f, "; did you mean `{name}`?"),
                    None => write!(f, "; expected something that the document defines"),
                }
            }
            Self::NoOperationId { path } => write!(
                f,
                "{path}: the operation has no operationId; expected \"operationId\": \"{}\"",
                path.trim_start_matches('/')
            ),
            Self::NoTag { path } => write!(
                f,
                "{path}: the operation has no tag; expected \"tags\" with the name of its family, such as \"Net\""
            ),
            Self::Malformed { at, problem } => write!(f, "{at}: {problem}"),
        }
    }
}

impl std::error::Error for ContractError {}
