//! Small line icons, drawn for this product. They decorate; the word beside them says it.

use leptos::prelude::*;

/// An icon by what it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Feed,
    Log,
    Decide,
    Entries,
    Notices,
    History,
    Values,
    Account,
    Admin,
    Data,
    Menu,
    Search,
    Close,
    Upheld,
    FellShort,
    Fresh,
    Overdue,
    Silent,
    Public,
    OneToOne,
    Check,
    Warning,
    Eye,
    Note,
    Meetings,
    Topics,
    Back,
    Forward,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Feed => "M5 6h14M5 11h14M5 16h8",
            Self::Log => "M12 5v14M5 12h14",
            Self::Decide => "M4 7h9M4 12h6M4 17h6M14 15l3 3 4-6",
            Self::Entries => "M6 4h9l4 4v12H6zM9 12h6M9 16h6",
            Self::Notices => "M4 10v4h3l7 4V6l-7 4zM18 9c1.5 2 1.5 4 0 6",
            Self::History => "M5 20v-6M10 20V9M15 20v-9M20 20V5",
            Self::Values => "M12 3l7 9-7 9-7-9z",
            Self::Account => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c1-4 4-5 7-5s6 1 7 5",
            Self::Admin => "M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3M15 5v4M9 10v4M15 15v4",
            Self::Data => "M4 5h16v14H4zM8 10a2 2 0 1 0 4 0 2 2 0 0 0-4 0zM6 16c1-2 7-2 8 0M16 10h2M16 13h2",
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Search => "M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM16 16l4 4",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Upheld => "M12 20V5M6 11l6-6 6 6",
            Self::FellShort => "M12 4v15M6 13l6 6 6-6",
            Self::Fresh => "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z",
            Self::Overdue => "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 8v4l3 2",
            Self::Silent => "M5 5h14v14H5zM5 12l7-7M5 19L19 5M12 19l7-7",
            Self::Public => {
                "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-4 3-5 6-5s6 1 6 5M16 11a3 3 0 1 0-1-6M17 14c3 0 4 2 4 5"
            }
            Self::OneToOne => {
                "M8 12a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM16 12a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 2-4 5-4M21 19c0-3-2-4-5-4"
            }
            Self::Check => "M5 12l5 5 9-10",
            Self::Warning => "M12 4l9 16H3zM12 10v4M12 17v.5",
            Self::Eye => "M3 12c4-7 14-7 18 0-4 7-14 7-18 0zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
            Self::Meetings => "M4 5h16v10H4zM12 15v3M8 20l4-2 4 2M8 9h8M8 12h5",
            Self::Topics => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12.5v-.5"
            }
            Self::Back => "M15 5l-7 7 7 7",
            Self::Forward => "M9 5l7 7-7 7",
            Self::Note => "M5 5h14v10l-4 4H5zM9 10h6M9 14h3",
        }
    }
}

/// Draws an icon.
pub fn icon(glyph: Glyph) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=glyph.path()></path>
        </svg>
    }
    .into_any()
}
