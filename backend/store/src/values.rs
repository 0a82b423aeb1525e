//! Values and their versions.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Set,
};
use upheld_domain::text::{self, Invalid};
use upheld_domain::{Id, Instant};

use crate::access::{self, rules};
use crate::audit::{self, Event};
use crate::entities::{company_values, value_versions};
use crate::error::{StoreError, is_unique_violation};
use crate::viewer::ViewerStore;

/// A company value in its current version.
#[derive(Debug, Clone)]
pub struct Value {
    /// The id.
    pub id: Id,
    /// The name.
    pub name: String,
    /// What it says.
    pub statement: String,
    /// The number of the version.
    pub version: i32,
    /// Whether it is no longer used for new entries.
    pub retired: bool,
    /// What living it looks like.
    pub upheld: Vec<String>,
    /// What falling short of it looks like.
    pub violated: Vec<String>,
}

/// A value as an admin writes it.
#[derive(Debug, Clone, Default)]
pub struct ValueInput {
    /// The value to change; none for a new one.
    pub id: Option<Id>,
    /// The name.
    pub name: String,
    /// What it says.
    pub statement: String,
    /// What living it looks like.
    pub upheld: Vec<String>,
    /// What falling short of it looks like.
    pub violated: Vec<String>,
    /// Whether it is no longer used; unchanged when not given.
    pub retired: Option<bool>,
}

/// The most examples of each kind.
const MAX_EXAMPLES: usize = 8;

pub(crate) fn check(input: &ValueInput) -> Result<(), Invalid> {
    let mut bad = Invalid::default();
    bad.check(text::required("name", &input.name, text::NAME));
    bad.check(text::required("statement", &input.statement, text::STATEMENT));
    for (field, examples) in [("looksLikeUpheld", &input.upheld), ("looksLikeViolated", &input.violated)] {
        if examples.is_empty() {
            bad.add(field, "Please give at least one example.");
        }
        if examples.len() > MAX_EXAMPLES {
            bad.add(field, format!("Please give at most {MAX_EXAMPLES} examples."));
        }
        for example in examples.iter().take(MAX_EXAMPLES) {
            bad.check(text::required(field, example, text::EXAMPLE));
        }
    }
    bad.into_result()
}

impl ViewerStore {
    /// All values in their order, retired ones only when asked for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn values(&self, retired_too: bool) -> Result<Vec<Value>, StoreError> {
        let mut select = access::values(self.viewer())
            .order_by_asc(company_values::Column::Position)
            .order_by_asc(company_values::Column::Name);
        if !retired_too {
            select = select.filter(company_values::Column::Retired.eq(false));
        }
        select.all(&self.db().read).await?.into_iter().map(value).collect()
    }

    /// The values of these ids, in no order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn values_by_id(&self, ids: &[Id]) -> Result<Vec<Value>, StoreError> {
        let select =
            access::values(self.viewer()).filter(company_values::Column::Id.is_in(ids.iter().copied()));
        select.all(&self.db().read).await?.into_iter().map(value).collect()
    }

    /// Writes a value or a new version of one; admins only.
    ///
    /// # Errors
    /// `Forbidden` for members, `NotFound` for an unknown value, the fields that need mending.
    pub async fn save_value(&self, input: ValueInput) -> Result<Value, StoreError> {
        if !self.viewer().is_admin() {
            return Err(StoreError::Forbidden("Only an admin changes values."));
        }
        let tx = self.db().begin().await?;
        let current = match input.id {
            Some(id) => {
                let found = access::values(self.viewer())
                    .filter(company_values::Column::Id.eq(id))
                    .lock_exclusive()
                    .one(&tx)
                    .await?;
                Some(found.ok_or(StoreError::NotFound)?)
            }
            None => None,
        };
        check(&input)?;
        let saved = write(&tx, Some(self.viewer().id()), input, current, crate::now()).await?;
        tx.commit().await?;
        value(saved)
    }
}

/// Writes a checked value with its version and audit row.
pub(crate) async fn write<C: ConnectionTrait>(
    db: &C,
    by: Option<Id>,
    input: ValueInput,
    current: Option<company_values::Model>,
    at: Instant,
) -> Result<company_values::Model, StoreError> {
    let list = |l: &[String]| {
        serde_json::to_string(&l.iter().map(|s| s.trim()).collect::<Vec<_>>()).unwrap_or_default()
    };
    let (upheld, violated) = (list(&input.upheld), list(&input.violated));
    let taken = |e: sea_orm::DbErr| {
        if is_unique_violation(&e) {
            StoreError::field("name", "Please choose another name: a value of this name exists.")
        } else {
            e.into()
        }
    };
    let saved = if let Some(current) = current {
        let version = current.version + 1;
        let retired = input.retired.unwrap_or(current.retired);
        let mut row = current.into_active_model();
        row.name = Set(input.name.trim().into());
        row.statement = Set(input.statement.trim().into());
        row.upheld_examples = Set(upheld);
        row.violated_examples = Set(violated);
        row.retired = Set(retired);
        row.version = Set(version);
        row.update(db).await.map_err(taken)?
    } else {
        let position = rules::all_values().all(db).await?.last().map_or(0, |v| v.position + 1);
        company_values::ActiveModel {
            id: Set(Id::new_v4()),
            name: Set(input.name.trim().into()),
            statement: Set(input.statement.trim().into()),
            upheld_examples: Set(upheld),
            violated_examples: Set(violated),
            version: Set(1),
            retired: Set(input.retired.unwrap_or(false)),
            position: Set(position),
        }
        .insert(db)
        .await
        .map_err(taken)?
    };
    value_versions::ActiveModel {
        value_id: Set(saved.id),
        version: Set(saved.version),
        name: Set(saved.name.clone()),
        statement: Set(saved.statement.clone()),
        upheld_examples: Set(saved.upheld_examples.clone()),
        violated_examples: Set(saved.violated_examples.clone()),
        retired: Set(saved.retired),
        changed_by: Set(by),
        changed_at: Set(at),
    }
    .insert(db)
    .await?;
    let event =
        Event { actor: by, action: "value.save", kind: "value", object: saved.id, content: &saved.statement };
    audit::append(db, at, event).await?;
    Ok(saved)
}

fn value(row: company_values::Model) -> Result<Value, StoreError> {
    let list = |text: &str| serde_json::from_str(text).map_err(|e| StoreError::Internal(e.to_string()));
    Ok(Value {
        upheld: list(&row.upheld_examples)?,
        violated: list(&row.violated_examples)?,
        id: row.id,
        name: row.name,
        statement: row.statement,
        version: row.version,
        retired: row.retired,
    })
}
