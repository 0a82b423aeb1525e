//! Everything that is read.

use cynic::queries::OperationType;

use super::client::{Later, operation, root, whole};
use super::json::{FromJson, fields, read, take};
use super::{
    Comment, Id, Incident, IncidentRow, LibraryValue, LogIncidentInput, Notice, Onlooker, Organisation,
    PersonPage, PersonRef, Recognition, RecognitionFilter, Report, TeamRef, Value, Venue, Viewer, Welcome,
    schema,
};

read! {
    /// Where a page of a list ends.
    #[derive(cynic::QueryFragment, Clone, Debug, Default)]
    pub struct PageInfo {
        pub has_next_page: bool,
        pub end_cursor: Option<String>,
    }
}

/// One page of a list, whatever the list is of.
pub struct Page<T> {
    /// What is on it.
    pub nodes: Vec<T>,
    pub(super) page_info: PageInfo,
}

impl<T: FromJson> FromJson for Page<T> {
    fn from_json(value: serde_json::Value) -> Option<Self> {
        let mut all = fields(value)?;
        Some(Self {
            nodes: Vec::from_json(take(&mut all, "nodes"))?,
            page_info: PageInfo::from_json(take(&mut all, "page_info"))?,
        })
    }
}

impl<T> Page<T> {
    /// Where the next one begins, when there is one.
    pub fn next(&self) -> Option<String> {
        self.page_info.end_cursor.clone().filter(|_| self.page_info.has_next_page)
    }
}

macro_rules! page {
    ($name:ident, $connection:literal, $node:ty) => {
        #[derive(cynic::QueryFragment)]
        #[cynic(graphql_type = $connection)]
        pub struct $name {
            nodes: Vec<$node>,
            page_info: PageInfo,
        }
        impl FromJson for $name {
            fn from_json(value: serde_json::Value) -> Option<Self> {
                Page::from_json(value).map(|Page { nodes, page_info }| Self { nodes, page_info })
            }
        }
        impl From<$name> for Page<$node> {
            fn from(page: $name) -> Self {
                Self { nodes: page.nodes, page_info: page.page_info }
            }
        }
    };
}
pub(super) use page;
page!(RecognitionPage, "RecognitionConnection", Recognition);
page!(IncidentPage, "IncidentConnection", IncidentRow);
page!(NoticePage, "NoticeConnection", Notice);
page!(DecisionPage, "DecisionConnection", super::HistoryDecision);
page!(CommentPage, "CommentConnection", Comment);
page!(PeoplePage, "PersonConnection", PersonRef);
page!(ReportsPage, "PersonConnection", Report);

/// How many entries a list asks for at once.
pub const PAGE: i32 = 20;

read! {
    /// Who is signed in, and what the sign-in page needs.
    #[derive(cynic::QueryFragment)]
    #[cynic(graphql_type = "Query")]
    pub struct Boot {
        pub viewer: Option<Viewer>,
        pub welcome: Welcome,
    }
}

/// Asks who is signed in.
pub fn boot() -> Later<Boot> {
    whole(&operation::<Boot, ()>(OperationType::Query, "Boot", &()))
}

read! {
    /// The values to choose from at set-up.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Welcome")]
    pub struct Library {
        pub value_library: Vec<LibraryValue>,
    }
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct LibraryQuery {
    welcome: Library,
}

/// The values to choose from at set-up.
pub fn value_library() -> Later<Library> {
    root(&operation::<LibraryQuery, ()>(OperationType::Query, "Library", &()))
}

read! {
    /// What many screens name: the organisation with its values, venues and teams.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Query")]
    pub struct Directory {
        pub organisation: Organisation,
        pub values: Vec<Value>,
        pub venues: Vec<Venue>,
        pub teams: Vec<TeamRef>,
    }
}

/// Reads the organisation's values, venues and teams.
pub fn directory() -> Later<Directory> {
    whole(&operation::<Directory, ()>(OperationType::Query, "Directory", &()))
}

#[derive(cynic::QueryVariables)]
pub struct AfterVars {
    pub(super) after: Option<String>,
}
#[derive(cynic::QueryVariables)]
struct NoVars {}
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
#[cynic(graphql_type = "Query", variables = "NoVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct AllValues {
    #[arguments(includeRetired: true)]
    values: Vec<Value>,
}
/// Every value, the retired ones too.
pub fn all_values() -> Later<Vec<Value>> {
    let variables = NoVars {};
    root(&operation::<AllValues, NoVars>(OperationType::Query, "AllValues", &variables))
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "IdVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct IncidentQuery {
    #[arguments(id: $id)]
    incident: Option<Incident>,
}
/// One entry.
pub fn incident(id: Id) -> Later<Incident> {
    let variables = IdVars { id };
    root(&operation::<IncidentQuery, IdVars>(OperationType::Query, "IncidentQuery", &variables))
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "IdVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct ValueQuery {
    #[arguments(id: $id)]
    value: Option<Value>,
}
/// One value.
pub fn value(id: Id) -> Later<Value> {
    let variables = IdVars { id };
    root(&operation::<ValueQuery, IdVars>(OperationType::Query, "ValueQuery", &variables))
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "IdVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct PersonQuery {
    #[arguments(id: $id)]
    person: Option<PersonPage>,
}
/// One person.
pub fn person(id: Id) -> Later<PersonPage> {
    let variables = IdVars { id };
    root(&operation::<PersonQuery, IdVars>(OperationType::Query, "PersonQuery", &variables))
}

read! {
    /// A person's direct reports.
    #[derive(cynic::QueryFragment)]
    #[cynic(graphql_type = "Person")]
    pub struct WithReports {
        #[arguments(first: 100)]
        reports: ReportsPage,
    }
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "IdVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct ReportsQuery {
    #[arguments(id: $id)]
    person: Option<WithReports>,
}
/// The direct reports of a person, first of their page.
pub fn person_reports(id: Id) -> Later<WithReports> {
    let variables = IdVars { id };
    root(&operation::<ReportsQuery, IdVars>(OperationType::Query, "ReportsQuery", &variables))
}

/// The direct reports of a person.
pub fn reports(id: Id) -> Later<Vec<Report>> {
    let person = person_reports(id);
    Box::pin(async move { Ok(person.await?.reports.nodes) })
}

#[derive(cynic::QueryVariables)]
struct PeopleVars {
    search: Option<String>,
    first: i32,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "PeopleVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct PeopleQuery {
    #[arguments(search: $search, first: $first)]
    people: PeoplePage,
}
/// The first people whose name fits.
pub fn people_page(search: Option<String>, first: i32) -> Later<Page<PersonRef>> {
    let variables = PeopleVars { search, first };
    root(&operation::<PeopleQuery, PeopleVars>(OperationType::Query, "PeopleQuery", &variables))
}

/// The first people whose name fits.
pub fn people(search: String) -> Later<Page<PersonRef>> {
    people_page(Some(search).filter(|s| !s.trim().is_empty()), 8)
}

#[derive(cynic::QueryVariables)]
struct FeedVars {
    filter: Option<RecognitionFilter>,
    first: i32,
    after: Option<String>,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "FeedVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct FeedQuery {
    #[arguments(filter: $filter, first: $first, after: $after)]
    recognitions: RecognitionPage,
}
/// A page of the feed.
pub fn feed(
    filter: Option<RecognitionFilter>,
    first: i32,
    after: Option<String>,
) -> Later<Page<Recognition>> {
    let variables = FeedVars { filter, first, after };
    root(&operation::<FeedQuery, FeedVars>(OperationType::Query, "FeedQuery", &variables))
}

/// A page of the feed.
pub fn recognitions(filter: RecognitionFilter, after: Option<String>) -> Later<Page<Recognition>> {
    feed(Some(filter), PAGE, after)
}

#[derive(cynic::QueryVariables)]
pub struct CommentsVars {
    id: Id,
    after: Option<String>,
}
read! {
    /// A recognition's comments.
    #[derive(cynic::QueryFragment)]
    #[cynic(graphql_type = "Recognition", variables = "CommentsVars")]
    pub struct WithComments {
        #[arguments(first: 20, after: $after)]
        comments: CommentPage,
    }
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "CommentsVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct CommentsQuery {
    #[arguments(id: $id)]
    recognition: Option<WithComments>,
}
/// A recognition with a page of its comments.
pub fn commented(id: Id, after: Option<String>) -> Later<WithComments> {
    let variables = CommentsVars { id, after };
    root(&operation::<CommentsQuery, CommentsVars>(OperationType::Query, "CommentsQuery", &variables))
}

/// A page of a recognition's comments.
pub fn comments(id: Id, after: Option<String>) -> Later<Page<Comment>> {
    let recognition = commented(id, after);
    Box::pin(async move { Ok(recognition.await?.comments.into()) })
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "PageVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct MyIncidents {
    #[arguments(first: $first, after: $after)]
    my_incidents: IncidentPage,
}
/// A page of what the viewer logged.
pub fn logged(first: i32, after: Option<String>) -> Later<Page<IncidentRow>> {
    let variables = PageVars { first, after };
    root(&operation::<MyIncidents, PageVars>(OperationType::Query, "MyIncidents", &variables))
}

/// A page of what the viewer logged.
pub fn my_incidents(after: Option<String>) -> Later<Page<IncidentRow>> {
    logged(PAGE, after)
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "PageVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct QueueQuery {
    #[arguments(first: $first, after: $after)]
    decision_queue: IncidentPage,
}
/// A page of what waits for the viewer.
pub fn waiting(first: i32, after: Option<String>) -> Later<Page<IncidentRow>> {
    let variables = PageVars { first, after };
    root(&operation::<QueueQuery, PageVars>(OperationType::Query, "QueueQuery", &variables))
}

/// A page of what waits for the viewer.
pub fn decision_queue(after: Option<String>) -> Later<Page<IncidentRow>> {
    waiting(50, after)
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
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct NoticesQuery {
    #[arguments(venueId: $venue_id, first: $first, after: $after)]
    notices: NoticePage,
}
/// A page of the notices of the viewer's venues.
pub fn noticed(venue_id: Option<Id>, first: i32, after: Option<String>) -> Later<Page<Notice>> {
    let variables = NoticesVars { venue_id, first, after };
    root(&operation::<NoticesQuery, NoticesVars>(OperationType::Query, "NoticesQuery", &variables))
}

/// A page of the notices of the viewer's venues.
pub fn notices(venue_id: Option<Id>, after: Option<String>) -> Later<Page<Notice>> {
    noticed(venue_id, PAGE, after)
}

#[derive(cynic::QueryVariables)]
struct PreviewVars {
    input: LogIncidentInput,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "PreviewVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct PreviewQuery {
    #[arguments(input: $input)]
    preview_audience: Vec<Onlooker>,
}
/// Who would see this entry.
pub fn preview_audience(input: LogIncidentInput) -> Later<Vec<Onlooker>> {
    let variables = PreviewVars { input };
    root(&operation::<PreviewQuery, PreviewVars>(OperationType::Query, "PreviewQuery", &variables))
}
