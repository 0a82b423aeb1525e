//! The words by which a recognition is found: of its wording, its people and its values.

use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, QueryFilter};
use upheld_domain::{Id, text};

use crate::access::{self, records, rules};
use crate::entities::company_values;
use crate::error::StoreError;

/// Puts the words of a recognition into the search, in the place of those that were there.
pub(crate) async fn index<C: ConnectionTrait>(db: &C, recognition: Id) -> Result<(), StoreError> {
    let Some((wording, people, values)) = records::indexed(db, recognition).await? else { return Ok(()) };
    forget(db, recognition).await?;
    let mut words = text::search_words(&wording);
    let mut names = rules::people(db, &people).await?;
    names.sort_by_key(|p| people.iter().position(|id| *id == p.id));
    for person in &names {
        words.extend(text::search_words(&person.name));
    }
    let values = rules::all_values().filter(company_values::Column::Id.is_in(values));
    for value in values.all(db).await? {
        words.extend(text::search_words(&value.name));
    }
    let insert = if db.get_database_backend() == DatabaseBackend::Sqlite {
        "INSERT INTO recognition_search (recognition_id, words) VALUES ($1, $2)"
    } else {
        "INSERT INTO recognition_search (recognition_id, words) VALUES ($1, array_to_tsvector(string_to_array($2, ' ')))"
    };
    db.execute_raw(access::sql(db, insert, [recognition.into(), words.join(" ").into()])).await?;
    Ok(())
}

/// Takes the words of a recognition out of the search.
pub(crate) async fn forget<C: ConnectionTrait>(db: &C, recognition: Id) -> Result<(), StoreError> {
    let forget = "DELETE FROM recognition_search WHERE recognition_id = $1";
    db.execute_raw(access::sql(db, forget, [recognition.into()])).await?;
    Ok(())
}
