//! Real clients, for the outside view.

mod curl;
mod replies;
mod sdk;
