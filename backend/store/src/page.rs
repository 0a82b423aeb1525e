//! Keyset pages. A cursor carries the place in the order and never loads a row.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select, Value};
use upheld_domain::{Id, Instant};

use crate::error::StoreError;

/// The page size where none is given.
pub const DEFAULT_PAGE: u64 = 20;
/// The greatest page size.
pub const MAX_PAGE: u64 = 100;

/// A place in a list ordered by time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The time of the row.
    pub at: Instant,
    /// The row's id, for rows of the same time.
    pub id: Id,
}

impl Cursor {
    /// The cursor as a client carries it.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut bytes = self.at.timestamp_micros().to_be_bytes().to_vec();
        bytes.extend_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor back; `None` for anything else.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (time, id) = bytes.split_at(8);
        let at = chrono::DateTime::from_timestamp_micros(i64::from_be_bytes(time.try_into().ok()?))?;
        // Years outside what both databases write would turn a forged cursor into a fault of ours.
        let year = chrono::Datelike::year(&at);
        (1970..=9000).contains(&year).then(|| Some(Self { at, id: Id::from_slice(id).ok()? }))?
    }
}

/// A place in a list ordered by name and id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NameCursor {
    /// The name of the row.
    pub name: String,
    /// The row's id, for namesakes.
    pub id: Id,
}

impl NameCursor {
    /// The cursor as a client carries it.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut bytes = self.id.as_bytes().to_vec();
        bytes.extend_from_slice(self.name.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor back; `None` for anything else.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, name) = bytes.split_at_checked(16)?;
        let name = String::from_utf8(name.to_vec()).ok().filter(|n| !n.contains('\0'))?;
        Some(Self { id: Id::from_slice(id).ok()?, name })
    }
}

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageRequest<C> {
    /// How many rows, already within 1 to [`MAX_PAGE`].
    pub size: u64,
    /// Only rows after this place.
    pub after: Option<C>,
    /// Only rows before this place; the page is then the last one before it.
    pub before: Option<C>,
    /// Whether the page is counted from the end.
    pub from_end: bool,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Slice<T, C> {
    /// The rows with their cursors, in the order of the list.
    pub rows: Vec<(C, T)>,
    /// Whether rows follow.
    pub has_next: bool,
    /// Whether rows precede.
    pub has_previous: bool,
}

impl<T, C: Clone> Slice<T, C> {
    /// Makes a page of rows that were read in reading order, with one more than asked to tell whether others follow.
    pub(crate) fn cut(mut rows: Vec<(C, T)>, page: &PageRequest<C>) -> Self {
        let more = rows.len() as u64 > page.size;
        rows.truncate(usize::try_from(page.size).unwrap_or(usize::MAX));
        if page.from_end {
            rows.reverse();
            Self { rows, has_next: page.before.is_some(), has_previous: more }
        } else {
            Self { rows, has_next: more, has_previous: page.after.is_some() }
        }
    }

    /// The same page with other rows.
    ///
    /// # Errors
    /// Whatever `f` says.
    pub fn try_map<U>(
        self,
        mut f: impl FnMut(T) -> Result<U, StoreError>,
    ) -> Result<Slice<U, C>, StoreError> {
        let Self { rows, has_next, has_previous } = self;
        let rows = rows.into_iter().map(|(c, t)| f(t).map(|u| (c, u))).collect::<Result<_, _>>()?;
        Ok(Slice { rows, has_next, has_previous })
    }
}

/// Restricts a select to one page in the order of (`at`, `id`), newest or oldest first.
pub(crate) fn by_time<E: EntityTrait>(
    select: Select<E>,
    at: impl ColumnTrait,
    id: impl ColumnTrait,
    newest_first: bool,
    page: &PageRequest<Cursor>,
) -> Select<E> {
    let key = |c: &Cursor| (Value::from(c.at), Value::from(c.id));
    let (after, before) = (page.after.as_ref().map(key), page.before.as_ref().map(key));
    keyset(select, at, id, newest_first, after, before, page.from_end, page.size)
}

/// Restricts a select to one page in the order of (`name`, `id`).
pub(crate) fn by_name<E: EntityTrait>(
    select: Select<E>,
    name: impl ColumnTrait,
    id: impl ColumnTrait,
    page: &PageRequest<NameCursor>,
) -> Select<E> {
    let key = |c: &NameCursor| (Value::from(c.name.clone()), Value::from(c.id));
    let (after, before) = (page.after.as_ref().map(key), page.before.as_ref().map(key));
    keyset(select, name, id, false, after, before, page.from_end, page.size)
}

type Key = (Value, Value);

#[expect(clippy::too_many_arguments, reason = "the two public functions above name them")]
fn keyset<E: EntityTrait>(
    select: Select<E>,
    first: impl ColumnTrait,
    second: impl ColumnTrait,
    descending: bool,
    after: Option<Key>,
    before: Option<Key>,
    from_end: bool,
    size: u64,
) -> Select<E> {
    // (a, b) > (x, y), written out, so that both databases use the index on the first column.
    let beyond = |(x, y): Key, greater: bool| {
        let (wide, strict, tie) = if greater {
            (first.gte(x.clone()), first.gt(x), second.gt(y))
        } else {
            (first.lte(x.clone()), first.lt(x), second.lt(y))
        };
        Condition::all().add(wide).add(Condition::any().add(strict).add(tie))
    };
    let mut select = select;
    if let Some(key) = after {
        select = select.filter(beyond(key, !descending));
    }
    if let Some(key) = before {
        select = select.filter(beyond(key, descending));
    }
    let order = if descending == from_end { Order::Asc } else { Order::Desc };
    select.order_by(first, order.clone()).order_by(second, order).limit(size + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_nothing_else_does() {
        let c = Cursor { at: crate::now(), id: Id::from_u128(7) };
        assert_eq!(Cursor::decode(&c.encode()), Some(c));
        for bad in ["", "x", "AAAA", "!!!", &"A".repeat(400), &URL_SAFE_NO_PAD.encode([255; 24])] {
            assert_eq!(Cursor::decode(bad), None, "{bad}");
        }
        let n = NameCursor { name: "Ada".into(), id: Id::from_u128(7) };
        assert_eq!(NameCursor::decode(&n.encode()), Some(n));
        assert_eq!(NameCursor::decode("AAAA"), None);
    }
}
