//! The real program on a temporary database, typed people, and builders for what they do.

mod builders;
mod client;
mod engine;
mod names;
mod server;
mod socket;

pub(crate) use builders::{
    canary, close, correct, correct_alone, day, new_key, recognise, time, unknown_id, upheld, violated,
};
pub(crate) use client::{Answer, Client, MUTATIONS, has_id, session_cookie, text};
pub(crate) use engine::{Engine, Place, path_text};
pub(crate) use names::{DATA, incident_in_data};
pub(crate) use server::{Group, Server, on_each_engine, on_each_fresh_engine, program};
pub(crate) use socket::{Socket, listen};
