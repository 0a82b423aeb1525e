//! Hands the API's schema to cynic, so that every operation is checked against it when the frontend compiles, and makes a
//! function of each text of the screens.

#[path = "build/texts.rs"]
mod texts;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    cynic_codegen::register_schema("upheld").from_sdl_file("../backend/schema.graphql")?.as_default()?;
    texts::generate()
}
