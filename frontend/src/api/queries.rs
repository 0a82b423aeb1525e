//! Everything that is read.

use cynic::QueryBuilder;

use super::{
    ApiError, ApiToken, Comment, Id, Incident, IncidentRow, LibraryValue, LogIncidentInput, Notice, Onlooker,
    Organisation, PersonPage, PersonRef, Recognition, RecognitionFilter, Report, Session, TeamRef, Value,
    Venue, Viewer, Welcome, run, schema,
};

/// Where a page of a list ends.
#[derive(cynic::QueryFragment, Clone, Debug, Default)]
pub struct PageInfo {
    pub has_next_page: bool,
    pub end_cursor: Option<String>,
}

/// One page of a list, whatever the list is of.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What is on it.
    pub nodes: Vec<T>,
    /// Where the next one begins, when there is one.
    pub next: Option<String>,
}

macro_rules! page {
    ($name:ident, $connection:literal, $node:ty) => {
        #[derive(cynic::QueryFragment, Clone, Debug)]
        #[cynic(graphql_type = $connection)]
        pub struct $name {
            pub nodes: Vec<$node>,
            pub page_info: PageInfo,
        }
        impl From<$name> for Page<$node> {
            fn from(page: $name) -> Self {
                let next = if page.page_info.has_next_page { page.page_info.end_cursor } else { None };
                Self { nodes: page.nodes, next }
            }
        }
    };
}
page!(RecognitionPage, "RecognitionConnection", Recognition);
page!(IncidentPage, "IncidentConnection", IncidentRow);
page!(NoticePage, "NoticeConnection", Notice);
page!(DecisionPage, "DecisionConnection", super::HistoryDecision);
page!(CommentPage, "CommentConnection", Comment);
page!(PeoplePage, "PersonConnection", PersonRef);
page!(ReportsPage, "PersonConnection", Report);

/// How many entries a list asks for at once.
pub const PAGE: i32 = 20;

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query")]
struct BootQuery {
    viewer: Option<Viewer>,
    welcome: Welcome,
}

/// Who is signed in, and what the sign-in page needs.
///
/// # Errors
/// When the server cannot be reached.
pub async fn boot() -> Result<(Option<Viewer>, Welcome), ApiError> {
    run(BootQuery::build(())).await.map(|q| (q.viewer, q.welcome))
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Welcome")]
struct Library {
    value_library: Vec<LibraryValue>,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query")]
struct LibraryQuery {
    welcome: Library,
}

/// The values to choose from at set-up.
///
/// # Errors
/// When the server cannot be reached.
pub async fn value_library() -> Result<Vec<LibraryValue>, ApiError> {
    run(LibraryQuery::build(())).await.map(|q| q.welcome.value_library)
}

/// What many screens name: the organisation with its values, venues and teams.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct Directory {
    pub organisation: Organisation,
    pub values: Vec<Value>,
    pub venues: Vec<Venue>,
    pub teams: Vec<TeamRef>,
}

/// Reads the organisation's values, venues and teams.
///
/// # Errors
/// What the server says against it.
pub async fn directory() -> Result<Directory, ApiError> {
    run(Directory::build(())).await
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query")]
struct AllValues {
    #[arguments(includeRetired: true)]
    values: Vec<Value>,
}

/// Every value, the retired ones too.
///
/// # Errors
/// What the server says against it.
pub async fn all_values() -> Result<Vec<Value>, ApiError> {
    run(AllValues::build(())).await.map(|q| q.values)
}

#[derive(cynic::QueryVariables)]
struct IdVars {
    id: Id,
}
#[derive(cynic::QueryVariables)]
struct PageVars {
    first: i32,
    after: Option<String>,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "IdVars")]
struct IncidentQuery {
    #[arguments(id: $id)]
    incident: Option<Incident>,
}

/// One entry.
///
/// # Errors
/// Not found when it is absent or hidden.
pub async fn incident(id: Id) -> Result<Incident, ApiError> {
    run(IncidentQuery::build(IdVars { id })).await?.incident.ok_or_else(ApiError::not_found)
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "IdVars")]
struct ValueQuery {
    #[arguments(id: $id)]
    value: Option<Value>,
}

/// One value.
///
/// # Errors
/// Not found when it is absent.
pub async fn value(id: Id) -> Result<Value, ApiError> {
    run(ValueQuery::build(IdVars { id })).await?.value.ok_or_else(ApiError::not_found)
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "IdVars")]
struct PersonQuery {
    #[arguments(id: $id)]
    person: Option<PersonPage>,
}

/// One person.
///
/// # Errors
/// Not found when they are absent.
pub async fn person(id: Id) -> Result<PersonPage, ApiError> {
    run(PersonQuery::build(IdVars { id })).await?.person.ok_or_else(ApiError::not_found)
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Person")]
struct WithReports {
    #[arguments(first: 100)]
    reports: ReportsPage,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "IdVars")]
struct ReportsQuery {
    #[arguments(id: $id)]
    person: Option<WithReports>,
}

/// The direct reports of a person.
///
/// # Errors
/// What the server says against it.
pub async fn reports(id: Id) -> Result<Vec<Report>, ApiError> {
    Ok(run(ReportsQuery::build(IdVars { id })).await?.person.map(|p| p.reports.nodes).unwrap_or_default())
}

#[derive(cynic::QueryVariables)]
struct PeopleVars {
    search: Option<String>,
    first: i32,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "PeopleVars")]
struct PeopleQuery {
    #[arguments(search: $search, first: $first)]
    people: PeoplePage,
}

/// The first people whose name fits.
///
/// # Errors
/// What the server says against it.
pub async fn people(search: String) -> Result<Vec<PersonRef>, ApiError> {
    let search = Some(search).filter(|s| !s.trim().is_empty());
    run(PeopleQuery::build(PeopleVars { search, first: 8 })).await.map(|q| q.people.nodes)
}

#[derive(cynic::QueryVariables)]
struct FeedVars {
    filter: Option<RecognitionFilter>,
    first: i32,
    after: Option<String>,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "FeedVars")]
struct FeedQuery {
    #[arguments(filter: $filter, first: $first, after: $after)]
    recognitions: RecognitionPage,
}

/// A page of the feed.
///
/// # Errors
/// What the server says against it.
pub async fn recognitions(
    filter: RecognitionFilter,
    after: Option<String>,
) -> Result<Page<Recognition>, ApiError> {
    let filter = Some(filter);
    run(FeedQuery::build(FeedVars { filter, first: PAGE, after })).await.map(|q| q.recognitions.into())
}

#[derive(cynic::QueryVariables)]
struct CommentsVars {
    id: Id,
    after: Option<String>,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Recognition", variables = "CommentsVars")]
struct WithComments {
    #[arguments(first: 20, after: $after)]
    comments: CommentPage,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "CommentsVars")]
struct CommentsQuery {
    #[arguments(id: $id)]
    recognition: Option<WithComments>,
}

/// A page of a recognition's comments.
///
/// # Errors
/// What the server says against it.
pub async fn comments(id: Id, after: Option<String>) -> Result<Page<Comment>, ApiError> {
    let answer = run(CommentsQuery::build(CommentsVars { id, after })).await?;
    answer.recognition.map(|r| r.comments.into()).ok_or_else(ApiError::not_found)
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "PageVars")]
struct MyIncidents {
    #[arguments(first: $first, after: $after)]
    my_incidents: IncidentPage,
}

/// A page of what the viewer logged.
///
/// # Errors
/// What the server says against it.
pub async fn my_incidents(after: Option<String>) -> Result<Page<IncidentRow>, ApiError> {
    run(MyIncidents::build(PageVars { first: PAGE, after })).await.map(|q| q.my_incidents.into())
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "PageVars")]
struct QueueQuery {
    #[arguments(first: $first, after: $after)]
    decision_queue: IncidentPage,
}

/// A page of what waits for the viewer.
///
/// # Errors
/// What the server says against it.
pub async fn decision_queue(after: Option<String>) -> Result<Page<IncidentRow>, ApiError> {
    run(QueueQuery::build(PageVars { first: 50, after })).await.map(|q| q.decision_queue.into())
}

#[derive(cynic::QueryVariables)]
struct NoticesVars {
    #[cynic(skip_serializing_if = "Option::is_none")]
    venue_id: Option<Id>,
    first: i32,
    after: Option<String>,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "NoticesVars")]
struct NoticesQuery {
    #[arguments(venueId: $venue_id, first: $first, after: $after)]
    notices: NoticePage,
}

/// A page of the notices of the viewer's venues.
///
/// # Errors
/// What the server says against it.
pub async fn notices(venue_id: Option<Id>, after: Option<String>) -> Result<Page<Notice>, ApiError> {
    run(NoticesQuery::build(NoticesVars { venue_id, first: PAGE, after })).await.map(|q| q.notices.into())
}

#[derive(cynic::QueryVariables)]
struct PreviewVars {
    input: LogIncidentInput,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "PreviewVars")]
struct PreviewQuery {
    #[arguments(input: $input)]
    preview_audience: Vec<Onlooker>,
}

/// Who would see this entry.
///
/// # Errors
/// What the server says against it.
pub async fn preview_audience(input: LogIncidentInput) -> Result<Vec<Onlooker>, ApiError> {
    run(PreviewQuery::build(PreviewVars { input })).await.map(|q| q.preview_audience)
}

/// The viewer's own sessions and tokens.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct Account {
    pub sessions: Vec<Session>,
    pub api_tokens: Vec<ApiToken>,
}

/// Reads the viewer's own sessions and tokens.
///
/// # Errors
/// What the server says against it.
pub async fn account() -> Result<Account, ApiError> {
    run(Account::build(())).await
}
