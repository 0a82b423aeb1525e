//! Relay pages.

use async_graphql::connection::{Connection, Edge};
use async_graphql::{Error, OutputType};
use upheld_store::{Cursor, DEFAULT_PAGE, MAX_PAGE, NameCursor, PageRequest, Slice};

use super::error::bad_field;

/// The arguments of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

/// A cursor that clients carry.
pub(crate) trait PageCursor: Sized + Clone {
    fn read(text: &str) -> Option<Self>;
    fn write(&self) -> String;
}

impl PageCursor for Cursor {
    fn read(text: &str) -> Option<Self> {
        Self::decode(text)
    }
    fn write(&self) -> String {
        self.encode()
    }
}

impl PageCursor for NameCursor {
    fn read(text: &str) -> Option<Self> {
        Self::decode(text)
    }
    fn write(&self) -> String {
        self.encode()
    }
}

impl PageArgs {
    /// Reads the arguments: 20 rows by default and 100 at most.
    pub(crate) fn request<C: PageCursor>(self) -> Result<PageRequest<C>, Error> {
        if self.first.is_some() && self.last.is_some() {
            return Err(bad_field("last", "Please give `first` or `last`, not both."));
        }
        let (field, count) = if self.last.is_some() { ("last", self.last) } else { ("first", self.first) };
        let size = match count {
            None => DEFAULT_PAGE,
            Some(n) if n < 1 => return Err(bad_field(field, "Please ask for at least 1.")),
            Some(n) => u64::try_from(n).unwrap_or(1).min(MAX_PAGE),
        };
        let read = |field: &str, text: Option<String>| {
            text.map(|t| C::read(&t).ok_or_else(|| bad_field(field, "Please use a cursor of this list.")))
                .transpose()
        };
        Ok(PageRequest {
            size,
            after: read("after", self.after)?,
            before: read("before", self.before)?,
            from_end: field == "last",
        })
    }
}

/// The rows that a page will hold at most, for the complexity of what is asked for.
pub(crate) fn rows(first: Option<i32>, last: Option<i32>) -> usize {
    let asked = first.or(last).and_then(|n| u64::try_from(n).ok()).unwrap_or(DEFAULT_PAGE);
    usize::try_from(asked.clamp(1, MAX_PAGE)).unwrap_or(1)
}

/// A page as a Relay connection.
pub(crate) fn connection<T, C, N>(slice: Slice<T, C>, node: impl Fn(T) -> N) -> Connection<String, N>
where
    C: PageCursor,
    N: OutputType,
{
    let mut connection = Connection::new(slice.has_previous, slice.has_next);
    connection.edges.extend(slice.rows.into_iter().map(|(c, t)| Edge::new(c.write(), node(t))));
    connection
}
