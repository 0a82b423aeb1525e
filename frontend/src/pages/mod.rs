//! One file per page; a page of many parts has a folder.

pub mod account;
pub mod admin;
pub mod entries;
pub mod feed;
pub mod history;
pub mod incident;
pub mod invite;
pub mod log;
pub mod meetings;
pub mod my_data;
pub mod not_found;
pub mod notices;
pub mod one_to_ones;
pub mod person;
pub mod queue;
pub mod reset;
pub mod set_up;

pub mod sign_in;
pub mod topics;
pub mod value;
pub mod values;
pub mod who_sees;
