//! Notices: what a venue's people read about what was addressed there.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, QueryFilter, Select};
use upheld_domain::words::NoticeKind;
use upheld_domain::{Id, Instant};

use crate::access;
use crate::entities::notices;
use crate::error::{StoreError, word};
use crate::page::{self, Cursor, PageRequest, Slice};
use crate::viewer::ViewerStore;

/// A notice to a venue's people.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The id.
    pub id: Id,
    /// The venue.
    pub venue: Id,
    /// What it is.
    pub kind: NoticeKind,
    /// The values it is about.
    pub values: Vec<Id>,
    /// The words.
    pub wording: String,
    /// The person, only where the leader chose to name them.
    pub about: Option<Id>,
    /// When it was put up.
    pub at: Instant,
}

impl ViewerStore {
    /// The notices that the viewer reads, newest first, of one venue or all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn notices(
        &self,
        venue: Option<Id>,
        page: &PageRequest<Cursor>,
    ) -> Result<Slice<Notice, Cursor>, StoreError> {
        let now = crate::now();
        let mut select = access::listed_notices(self.viewer(), now, self.fold_line(now).await?);
        if let Some(venue) = venue {
            select = select.filter(notices::Column::VenueId.eq(venue));
        }
        self.notice_page(select, page).await
    }

    /// Reads a page of the notices of a scoped select, newest first.
    pub(crate) async fn notice_page(
        &self,
        select: Select<notices::Entity>,
        page: &PageRequest<Cursor>,
    ) -> Result<Slice<Notice, Cursor>, StoreError> {
        let rows = page::by_time(select, notices::Column::At, notices::Column::Id, true, page)
            .all(&self.db().read)
            .await?;
        let rows =
            if leak!(NoticePagesCountHidden) { crate::leaks::own_notices(self, rows).await? } else { rows };
        let ids: Vec<Id> = rows.iter().map(|n| n.id).collect();
        let mut values: HashMap<Id, Vec<Id>> = HashMap::new();
        for row in access::notice_values(self.viewer(), &ids).all(&self.db().read).await? {
            values.entry(row.notice_id).or_default().push(row.value_id);
        }
        let rows = rows
            .into_iter()
            .map(|n| {
                let notice = Notice {
                    values: values.remove(&n.id).unwrap_or_default(),
                    kind: word(NoticeKind::parse, &n.kind)?,
                    id: n.id,
                    venue: n.venue_id,
                    wording: n.wording,
                    about: n.about_id,
                    at: n.at,
                };
                Ok((Cursor { at: notice.at, id: notice.id }, notice))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Slice::cut(rows, page))
    }
}
