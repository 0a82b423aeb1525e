//! Everything about the viewer, for the page "My data" and for the export.

use sea_orm::{ColumnTrait, EntityTrait, Select};
use upheld_domain::words::{Handling, Outcome};
use upheld_domain::{Id, Instant};

use crate::access::{self, records};
use crate::entities::{comments, decisions, meeting_points, questions, reactions, recognitions, replies};
use crate::error::{StoreError, word, word_opt};
use crate::incident_view::Incident;
use crate::notices::Notice;
use crate::page::{self, Cursor, PageRequest, Slice};
use crate::recognitions::Recognition;
use crate::viewer::ViewerStore;

/// A page of a list of the viewer's own.
type Page<T> = Result<Slice<T, Cursor>, StoreError>;

/// A decision that the viewer took: what and when, without whom it is about.
#[derive(Debug, Clone)]
pub struct MyDecision {
    /// The id.
    pub id: Id,
    /// The entry that was decided.
    pub incident: Id,
    /// What it is.
    pub outcome: Outcome,
    /// Public or 1:1.
    pub handling: Option<Handling>,
    /// When it was decided.
    pub decided_at: Instant,
    /// When it was carried out.
    pub delivered_at: Option<Instant>,
    /// When it was taken back.
    pub retracted_at: Option<Instant>,
}

/// A reply, a question or a comment that the viewer wrote, or a question to them.
#[derive(Debug, Clone)]
pub struct MyWords {
    /// The id.
    pub id: Id,
    /// The entry or the recognition that it is about.
    pub about: Id,
    /// The words.
    pub text: String,
    /// When.
    pub at: Instant,
}

/// A reaction of the viewer's.
#[derive(Debug, Clone)]
pub struct MyReaction {
    /// The recognition.
    pub recognition: Id,
    /// The emoji.
    pub emoji: String,
    /// When.
    pub at: Instant,
}

impl ViewerStore {
    /// The entries about the viewer, newest first: from when they may see them, and as much of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entries_about_me(&self, page: &PageRequest<Cursor>) -> Page<Incident> {
        let now = crate::now();
        self.incident_page(records::about_me(self.viewer(), now), true, now, page).await
    }

    /// The entries that the viewer logged, newest first; of an erased one the stub.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entries_by_me(&self, page: &PageRequest<Cursor>) -> Page<Incident> {
        let now = crate::now();
        let select = records::logged_by_me(self.viewer(), now, self.fold_line(now).await?);
        self.incident_page(select, true, now, page).await
    }

    /// The decisions that the viewer took, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decisions_by_me(&self, page: &PageRequest<Cursor>) -> Page<MyDecision> {
        use decisions::Column as D;
        let select = records::decided_by_me(self.viewer(), crate::now());
        self.my_page(select, D::DecidedAt, D::Id, page, |d| {
            let decision = MyDecision {
                id: d.id,
                incident: d.incident_id,
                outcome: word(Outcome::parse, &d.outcome)?,
                handling: word_opt(Handling::parse, d.handling.as_deref())?,
                decided_at: d.decided_at,
                delivered_at: d.delivered_at,
                retracted_at: d.retracted_at,
            };
            Ok((Cursor { at: d.decided_at, id: d.id }, decision))
        })
        .await
    }

    /// The published recognitions that name the viewer, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn recognitions_of_me(&self, page: &PageRequest<Cursor>) -> Page<Recognition> {
        use recognitions::Column as R;
        let select = records::recognitions_of_me(self.viewer());
        let rows = page::by_time(select, R::PublishedAt, R::Id, true, page);
        let found = self.read_recognitions(rows).await?;
        let rows = found.into_iter().map(|r| (Cursor { at: r.published_at, id: r.id }, r));
        Ok(Slice::cut(rows.collect(), page))
    }

    /// The notices that name the viewer, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn notices_naming_me(&self, page: &PageRequest<Cursor>) -> Page<Notice> {
        self.notice_page(records::notices_naming_me(self.viewer()), page).await
    }

    /// What the viewer replied to entries, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn my_replies(&self, page: &PageRequest<Cursor>) -> Page<MyWords> {
        use replies::Column as C;
        self.my_page(records::my_replies(self.viewer()), C::At, C::Id, page, |r| {
            words(r.id, r.incident_id, r.text, r.at)
        })
        .await
    }

    /// What the viewer asked about entries, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn my_questions(&self, page: &PageRequest<Cursor>) -> Page<MyWords> {
        use questions::Column as C;
        self.my_page(records::my_questions(self.viewer()), C::At, C::Id, page, |q| {
            words(q.id, q.incident_id, q.text, q.at)
        })
        .await
    }

    /// What the viewer was asked about entries, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn questions_to_me(&self, page: &PageRequest<Cursor>) -> Page<MyWords> {
        use questions::Column as C;
        self.my_page(records::questions_to_me(self.viewer()), C::At, C::Id, page, |q| {
            words(q.id, q.incident_id, q.text, q.at)
        })
        .await
    }

    /// The viewer's comments on recognitions, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn my_comments(&self, page: &PageRequest<Cursor>) -> Page<MyWords> {
        use comments::Column as C;
        self.my_page(records::my_comments(self.viewer()), C::At, C::Id, page, |c| {
            words(c.id, c.recognition_id, c.text, c.at)
        })
        .await
    }

    /// The points that the viewer added to meetings, newest first; `about` is the venue.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn my_points(&self, page: &PageRequest<Cursor>) -> Page<MyWords> {
        use meeting_points::Column as C;
        self.my_page(access::meetings::own_points(self.viewer()), C::At, C::Id, page, |p| {
            words(p.id, p.venue_id, p.text, p.at)
        })
        .await
    }

    /// The viewer's reactions to recognitions, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn my_reactions(&self, page: &PageRequest<Cursor>) -> Page<MyReaction> {
        use reactions::Column as C;
        self.my_page(records::my_reactions(self.viewer()), C::At, C::RecognitionId, page, |r| {
            let cursor = Cursor { at: r.at, id: r.recognition_id };
            Ok((cursor, MyReaction { recognition: r.recognition_id, emoji: r.emoji, at: r.at }))
        })
        .await
    }

    async fn my_page<E: EntityTrait, T>(
        &self,
        select: Select<E>,
        at: impl ColumnTrait,
        id: impl ColumnTrait,
        page: &PageRequest<Cursor>,
        read: impl Fn(E::Model) -> Result<(Cursor, T), StoreError>,
    ) -> Page<T> {
        let rows = page::by_time(select, at, id, true, page).all(&self.db().read).await?;
        Ok(Slice::cut(rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?, page))
    }
}

fn words(id: Id, about: Id, text: String, at: Instant) -> Result<(Cursor, MyWords), StoreError> {
    Ok((Cursor { at, id }, MyWords { id, about, text, at }))
}
