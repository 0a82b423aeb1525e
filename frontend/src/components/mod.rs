//! The parts that screens are made of, one file each.

mod comments;
mod dialog;
mod elsewhere;
mod field;
mod icon;
mod loaded;
mod marks;
mod onlookers;
mod page_title;
mod picker;
mod recognition_card;
mod rows;
mod secret;
mod select;
mod shell;
mod theme;

pub use dialog::Dialog;
pub use elsewhere::elsewhere;
pub use field::{Check, Choices, Complaint, RadioOption, TextArea, TextField};
pub use icon::{Glyph, icon};
pub use loaded::{empty, failed, loaded, loaded_page, loading, paged, refused, waiting};
pub use marks::{age_mark, kind_mark, people_links, person_link, state_mark, time, value_links};
pub use onlookers::onlookers;
pub use page_title::PageTitle;
pub use picker::{Choice, Picker, Source};
pub use recognition_card::RecognitionCard;
pub use rows::incident_row;
pub use secret::Secret;
pub use select::{AudienceSelect, Select};
pub use shell::Shell;
pub use theme::ThemeSwitch;
