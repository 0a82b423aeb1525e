//! The public feed: recognitions with their reactions and comments.

use std::collections::HashMap;

use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Select, Set};
use upheld_domain::text::{self, search_words};
use upheld_domain::{Id, Instant};

use crate::access;
use crate::audit::{self, Event};
use crate::entities::{comments, people, reactions, recognition_subjects, recognition_values, recognitions};
use crate::error::StoreError;
use crate::page::{self, Cursor, PageRequest, Slice};
use crate::viewer::ViewerStore;

/// A published recognition.
#[derive(Debug, Clone)]
pub struct Recognition {
    /// The id.
    pub id: Id,
    /// When it was published.
    pub published_at: Instant,
    /// Who is recognised.
    pub subjects: Vec<Id>,
    /// The values they lived.
    pub values: Vec<Id>,
    /// Who recognises.
    pub leader: Id,
    /// Who noticed, where they asked to be named.
    pub spotted_by: Option<Id>,
    /// Where it was said.
    pub venue: Option<Id>,
    /// What was said.
    pub wording: String,
}

/// One kind of reaction to a recognition.
#[derive(Debug, Clone)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How many people.
    pub count: i32,
    /// Whether the viewer is one of them.
    pub mine: bool,
}

/// A comment on a recognition.
#[derive(Debug, Clone)]
pub struct Comment {
    /// The id.
    pub id: Id,
    /// Who wrote it.
    pub author: Id,
    /// The words.
    pub text: String,
    /// When.
    pub at: Instant,
}

/// What to show of the feed.
#[derive(Debug, Clone, Default)]
pub struct RecognitionFilter {
    /// Only this value.
    pub value: Option<Id>,
    /// Only people of this team.
    pub team: Option<Id>,
    /// Only this person.
    pub person: Option<Id>,
    /// Only by this leader.
    pub leader: Option<Id>,
    /// Only what was said at this venue.
    pub venue: Option<Id>,
    /// Only with these words, each as the beginning of a word.
    pub search: Option<String>,
    /// Published at or after.
    pub since: Option<Instant>,
    /// Published before.
    pub until: Option<Instant>,
}

impl ViewerStore {
    /// The feed, newest first.
    ///
    /// # Errors
    /// When the search is too long or the database does not answer.
    pub async fn recognitions(
        &self,
        filter: &RecognitionFilter,
        page: &PageRequest<Cursor>,
    ) -> Result<Slice<Recognition, Cursor>, StoreError> {
        use recognitions::Column as R;
        let mut select = access::recognitions(self.viewer());
        if let Some(leader) = filter.leader {
            select = select.filter(R::LeaderId.eq(leader));
        }
        if let Some(venue) = filter.venue {
            select = select.filter(R::VenueId.eq(venue));
        }
        if let Some(value) = filter.value {
            let of = Query::select()
                .column(recognition_values::Column::RecognitionId)
                .from(recognition_values::Entity)
                .and_where(recognition_values::Column::ValueId.eq(value))
                .take();
            select = select.filter(R::Id.in_subquery(of));
        }
        if let Some(person) = filter.person {
            let of = Query::select()
                .column(recognition_subjects::Column::RecognitionId)
                .from(recognition_subjects::Entity)
                .and_where(recognition_subjects::Column::PersonId.eq(person))
                .take();
            select = select.filter(R::Id.in_subquery(of));
        }
        if let Some(team) = filter.team {
            let members = Query::select()
                .column(people::Column::Id)
                .from(people::Entity)
                .and_where(people::Column::TeamId.eq(team))
                .take();
            let of = Query::select()
                .column(recognition_subjects::Column::RecognitionId)
                .from(recognition_subjects::Entity)
                .and_where(recognition_subjects::Column::PersonId.in_subquery(members))
                .take();
            select = select.filter(R::Id.in_subquery(of).or(R::SubjectTeamId.eq(team)));
        }
        if let Some(since) = filter.since {
            select = select.filter(R::PublishedAt.gte(since));
        }
        if let Some(until) = filter.until {
            select = select.filter(R::PublishedAt.lt(until));
        }
        if let Some(search) = filter.search.as_deref().filter(|s| !s.trim().is_empty()) {
            text::bounded("search", search, text::SEARCH)?;
            select = access::matching(&self.db().read, select, &search_words(search));
        }
        let rows = page::by_time(select, R::PublishedAt, R::Id, true, page);
        let found = self.read_recognitions(rows).await?;
        Ok(Slice::cut(
            found.into_iter().map(|r| (Cursor { at: r.published_at, id: r.id }, r)).collect(),
            page,
        ))
    }

    /// Recognitions by id, in no order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn recognitions_by_id(&self, ids: &[Id]) -> Result<Vec<Recognition>, StoreError> {
        let select = access::recognitions(self.viewer());
        self.read_recognitions(select.filter(recognitions::Column::Id.is_in(ids.iter().copied()))).await
    }

    pub(crate) async fn read_recognitions(
        &self,
        select: Select<recognitions::Entity>,
    ) -> Result<Vec<Recognition>, StoreError> {
        let db = &self.db().read;
        let mut rows = select.all(db).await?;
        if leak!(SpottedByUnasked) {
            crate::leaks::name_reporters(self, &mut rows).await?;
        }
        let ids: Vec<Id> = rows.iter().map(|r| r.id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut subjects: HashMap<Id, Vec<Id>> = HashMap::new();
        for row in access::recognition_subjects(self.viewer(), &ids).all(db).await? {
            subjects.entry(row.recognition_id).or_default().push(row.person_id);
        }
        let mut values: HashMap<Id, Vec<Id>> = HashMap::new();
        for row in access::recognition_values(self.viewer(), &ids).all(db).await? {
            values.entry(row.recognition_id).or_default().push(row.value_id);
        }
        Ok(rows
            .into_iter()
            .map(|r| Recognition {
                subjects: subjects.remove(&r.id).unwrap_or_default(),
                values: values.remove(&r.id).unwrap_or_default(),
                id: r.id,
                published_at: r.published_at,
                leader: r.leader_id,
                spotted_by: r.spotted_by,
                venue: r.venue_id,
                wording: r.wording,
            })
            .collect())
    }

    /// The reactions to recognitions, as counts in the order of the palette.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reactions(&self, ids: &[Id]) -> Result<HashMap<Id, Vec<Reaction>>, StoreError> {
        let mut all: HashMap<Id, Vec<Reaction>> = HashMap::new();
        for (id, emoji, count, mine) in access::reaction_counts(&self.db().read, self.viewer(), ids).await? {
            let count = i32::try_from(count).unwrap_or(i32::MAX);
            all.entry(id).or_default().push(Reaction { emoji, count, mine });
        }
        let place = |e: &str| text::REACTIONS.iter().position(|r| *r == e).unwrap_or(usize::MAX);
        all.values_mut().for_each(|list| list.sort_by_key(|r| place(&r.emoji)));
        Ok(all)
    }

    /// A page of comments on each of some recognitions, oldest first: one statement for all of them, unless the page
    /// begins at a cursor, which belongs to one recognition.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn comments(
        &self,
        of: &[Id],
        page: &PageRequest<Cursor>,
    ) -> Result<HashMap<Id, Slice<Comment, Cursor>>, StoreError> {
        let mut rows: HashMap<Id, Vec<(Cursor, Comment)>> = of.iter().map(|id| (*id, Vec::new())).collect();
        let selects = if page.after.is_none() && page.before.is_none() {
            vec![access::comments_of_each(self.viewer(), of, page.size + 1, page.from_end)]
        } else {
            let one = |id: &Id| access::comments(self.viewer(), &[*id]);
            of.iter()
                .map(|id| page::by_time(one(id), comments::Column::At, comments::Column::Id, false, page))
                .collect()
        };
        let in_order = page.after.is_none() && page.before.is_none() && page.from_end;
        for select in selects {
            for c in select.all(&self.db().read).await? {
                let comment = Comment { id: c.id, author: c.author_id, text: c.text, at: c.at };
                rows.entry(c.recognition_id).or_default().push((Cursor { at: c.at, id: c.id }, comment));
            }
        }
        Ok(rows
            .into_iter()
            .map(|(id, mut list)| {
                if in_order {
                    // A page from the end is cut from its last row on.
                    list.reverse();
                }
                (id, Slice::cut(list, page))
            })
            .collect())
    }

    /// Sets or takes back the viewer's reaction.
    ///
    /// # Errors
    /// `NotFound`, or the field that needs mending.
    pub async fn react(&self, recognition: Id, emoji: &str, on: bool) -> Result<Recognition, StoreError> {
        self.may_write()?;
        let found = self.recognitions_by_id(&[recognition]).await?.pop().ok_or(StoreError::NotFound)?;
        if !text::REACTIONS.contains(&emoji) {
            return Err(StoreError::field(
                "emoji",
                format!("Please choose one of {}.", text::REACTIONS.join(" ")),
            ));
        }
        let at = crate::now();
        let tx = self.db().begin().await?;
        if on {
            let row = reactions::ActiveModel {
                recognition_id: Set(recognition),
                emoji: Set(emoji.into()),
                person_id: Set(self.viewer().id()),
                at: Set(at),
            };
            use sea_orm::sea_query::OnConflict;
            let keep = OnConflict::columns([
                reactions::Column::RecognitionId,
                reactions::Column::Emoji,
                reactions::Column::PersonId,
            ])
            .do_nothing()
            .to_owned();
            reactions::Entity::insert(row).on_conflict(keep).exec_without_returning(&tx).await?;
        } else {
            reactions::Entity::delete_by_id((recognition, emoji.to_owned(), self.viewer().id()))
                .exec(&tx)
                .await?;
        }
        let event = Event {
            actor: Some(self.viewer().id()),
            action: if on { "reaction.put" } else { "reaction.take" },
            kind: "reaction",
            object: recognition,
            content: "",
        };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Adds a comment.
    ///
    /// # Errors
    /// `NotFound`, or the field that needs mending.
    pub async fn comment(&self, recognition: Id, words: &str) -> Result<Recognition, StoreError> {
        self.may_write()?;
        let found = self.recognitions_by_id(&[recognition]).await?.pop().ok_or(StoreError::NotFound)?;
        text::required("text", words, text::COMMENT)?;
        let (id, at) = (Id::new_v4(), crate::now());
        let tx = self.db().begin().await?;
        comments::ActiveModel {
            id: Set(id),
            recognition_id: Set(recognition),
            author_id: Set(self.viewer().id()),
            text: Set(words.trim().into()),
            at: Set(at),
        }
        .insert(&tx)
        .await?;
        let event = Event {
            actor: Some(self.viewer().id()),
            action: "comment.write",
            kind: "comment",
            object: id,
            content: words,
        };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        Ok(found)
    }
}
