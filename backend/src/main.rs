//! Upheld: one binary that serves the API and the pages, and keeps the database.

mod audit;
mod backup;
mod base_url;
mod cli;
mod config;
mod demo;
mod graphql;
mod http;
mod serve;
mod telemetry;

use std::process::ExitCode;

#[actix_web::main]
async fn main() -> ExitCode {
    cli::run().await
}
