//! `/openapi.json`: what utoipa gathers from the handlers, completed with what every operation has
//! in common, so that no handler repeats it.
//!
//! Added here: the parameters of a search (they are the members of its body), the problems that an
//! operation may answer, header fields, examples, and bounds where a schema names none.

use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::export::NOT_FOR_EXPORT;
use super::problem::{Code, PROBLEM_JSON, Problem};
use super::site::DataLicence;
use super::{admin, examples, schema};
use crate::search::request::{AnswerLanguage, ParameterProblem};

/// Longest text where a schema names none.
const MAX_TEXT: u32 = 300;

/// Longest list where a schema names none.
const MAX_LIST: u32 = 1000;

/// Largest number where a schema names none: more groups than there are people to form them.
const MAX_NUMBER: u32 = 100_000_000;

/// Schemas whose optional members may really be absent.
const PARTIAL: &[&str] =
    &["GroupSearch", "SuggestSearch", "Facets", "Descriptions", "ProblemEntry"];

/// Members of other schemas that may be absent.
const OPTIONAL: &[(&str, &str)] =
    &[("Problem", "import_id"), ("Problem", "confirm_url"), ("Problem", "counts")];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Wegweiser: self-help groups of Saxony and Thuringia",
        description = "One search over all self-help groups that the contact points of Saxony and \
            Thuringia publish. No key, no account, nothing about a search is stored. Version 1 \
            grows by members and parameters only; clients pass over members they do not know. \
            Where a body is sent by `POST`, the method `QUERY` (RFC 10008) on the resource itself \
            does the same; OpenAPI 3.1 cannot say so.",
        license(name = "replaced below", url = "replaced below")
    ),
    paths(
        super::groups::search_groups,
        super::groups::search_groups_post,
        super::groups::get_group,
        super::groups::get_group_calendar,
        super::suggest::suggest,
        super::suggest::suggest_post,
        super::topics::list_topics,
        super::topics::get_topic,
        super::conditions::resolve_condition,
        super::contact_points::list_contact_points,
        super::contact_points::get_contact_point,
        super::places::resolve_place,
        super::export::export_groups,
        super::dictionary::get_dictionary,
        super::dictionary::get_dictionary_file,
        super::status::get_status,
        super::admin::imports::create_import,
        super::admin::imports::list_imports,
        super::admin::imports::get_import,
        super::admin::imports::confirm_import,
        super::admin::imports::rollback_import,
        super::admin::groups::list_own_groups,
        super::admin::groups::get_own_group,
        super::admin::groups::put_group,
        super::admin::groups::delete_group,
        super::admin::groups::withdraw_consent,
        super::admin::reviews::list_reviews,
        super::admin::reviews::merge_duplicates,
        super::admin::reviews::split_duplicates,
        super::admin::sources::get_source,
        super::admin::sources::put_source,
        super::admin::sources::run_source,
        super::admin::put_contact_point,
        super::admin::tokens::create_token,
        super::admin::tokens::list_tokens,
        super::admin::tokens::revoke_token,
        super::admin::tokens::reindex,
    ),
    components(schemas(
        schema::Problem, schema::GroupSearch, schema::SuggestSearch, schema::ExportFormatWord
    )),
    tags(
        (name = "groups", description = "Search and read groups."),
        (name = "suggest", description = "Suggestions while somebody types."),
        (name = "topics", description = "Topics, conditions and their codes."),
        (name = "contact_points", description = "Who publishes groups and who helps."),
        (name = "places", description = "Postcodes, towns and districts."),
        (name = "service", description = "The service itself."),
        (name = "imports", description = "Staff: check, load, publish and undo lists. Needs a \
            token of the contact point, of its main office, or of the operator."),
        (name = "own_groups", description = "Staff: one's own records, one by one."),
        (name = "reviews", description = "Staff: what should be looked at and decided."),
        (name = "sources", description = "Staff: the contact point's own feed or page."),
        (name = "own_entry", description = "Staff: the contact point's own entry."),
        (name = "tokens", description = "The operator: tokens and the index."),
    )
)]
struct Document;

/// Problems that an operation may answer, by status: the example's code and what it means.
const COMMON: &[(&str, Code, &str)] = &[
    ("400", Code::InvalidParameter, "A parameter or the body is not right; all faults are listed."),
    ("406", Code::NotAcceptable, "The answer has no form that `Accept` names."),
    ("414", Code::UriTooLong, "The address is longer than 4 kB."),
    ("429", Code::TooManyRequests, "Too many requests; `Retry-After` says how long to wait."),
    ("431", Code::HeadersTooLarge, "The header fields are larger than 8 kB."),
    ("500", Code::Internal, "The fault is ours."),
    ("503", Code::Overloaded, "Not at this moment; `Retry-After` says how long to wait."),
];

/// Problems of operations with a body.
const WITH_BODY: &[(&str, Code, &str)] = &[
    ("413", Code::PayloadTooLarge, "The body is larger than 16 kB."),
    ("415", Code::UnsupportedMediaType, "The body is not JSON in UTF-8."),
];

/// Problems of operations on one thing.
const WITH_ID: &[(&str, Code, &str)] = &[("404", Code::NotFound, "There is no such thing.")];

/// Problems of operations that need a token.
const WITH_TOKEN: &[(&str, Code, &str)] = &[
    ("401", Code::Unauthorized, "There is no token, or none that is valid."),
    ("403", Code::Forbidden, "The token's scopes are too small, or only the operator may."),
    ("404", Code::NotFound, "There is no such thing, or it belongs to somebody else."),
];

/// Problems of operations that change a state which somebody else may have changed.
const WITH_STATE: &[(&str, Code, &str)] =
    &[("409", Code::Conflict, "It contradicts the present state.")];

/// Problems of operations that hold lists back.
const WITH_HOLD: &[(&str, Code, &str)] =
    &[("409", Code::ImportHeld, "Held until somebody confirms it; nothing was changed.")];

/// Problems of operations that need a mark of the state that was read.
const WITH_MARK: &[(&str, Code, &str)] = &[
    ("412", Code::PreconditionFailed, "The record has changed since it was read."),
    ("428", Code::PreconditionRequired, "`If-Match` or `If-None-Match: *` is missing."),
];

/// Problems of operations that take content.
const WITH_CONTENT: &[(&str, Code, &str)] =
    &[("422", Code::Unprocessable, "The content has faults; all are listed.")];

/// Problems of operations on things that leave.
const GONE: &[(&str, Code, &str)] =
    &[("410", Code::Gone, "It was there and has left, or the moment lies too far back.")];

/// Returns the document as pretty JSON, the same in every build, with the usual licence of the data.
pub fn openapi_json() -> String {
    openapi_json_under(&DataLicence::default())
}

/// Returns the document with the licence that the operator names.
pub(super) fn openapi_json_under(licence: &DataLicence) -> String {
    let mut document = document();
    document["info"]["license"] = json!({"name": licence.name, "url": licence.url});
    let mut text =
        serde_json::to_string_pretty(&document).expect("text, numbers and lists always serialise");
    text.push('\n');
    text
}

fn document() -> Value {
    let mut document =
        serde_json::to_value(Document::openapi()).expect("utoipa's model always serialises");
    // The contract's version, not the program's: `/v1/status` tells that one.
    document["info"]["version"] = json!("1.0.0");
    document["servers"] =
        json!([{"url": "/", "description": "The service that gave this document."}]);
    complete_schemas(&mut document["components"]["schemas"]);
    let parameters = search_parameters(&document["components"]["schemas"], "GroupSearch");
    document["components"]["responses"] = problems();
    document["components"]["headers"] = headers();
    document["components"]["securitySchemes"] = json!({"token": {
        "type": "http", "scheme": "bearer", "bearerFormat": "wgw_<id>_<secret><checksum>",
        "description": "A token of a contact point (for itself and its branches) or of the \
            operator (for all). `wegweiser token create` or `create_token` makes it; it is shown \
            once.",
    }});
    let suggest = search_parameters(&document["components"]["schemas"], "SuggestSearch");
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths.iter_mut() {
            for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
                if path.starts_with("/v1/admin/") {
                    complete_admin_operation(operation, &parameters);
                } else {
                    complete_operation(operation, &parameters, &suggest);
                }
            }
        }
    }
    document
}

/// Returns the members of a body as query parameters.
fn search_parameters(schemas: &Value, name: &str) -> Vec<Value> {
    let schema = &schemas[name];
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let members = schema["properties"].as_object().into_iter().flatten();
    let parameter = |(name, member): (&String, &Value)| {
        let mut schema = member.clone();
        // "This or null" holds its words beside the reference.
        if let Some(choices) = schema["anyOf"].as_array().cloned() {
            let choice = choices.into_iter().find(|choice| choice["type"] != "null");
            schema = choice.unwrap_or_default();
        }
        let description = schema["description"].take();
        // A word of a closed list needs no example of its own.
        let list = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        let word = list.map(|list| schemas[list]["enum"][0].clone());
        let example = example_of(&schema).or(word);
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("description");
            schema.remove("example");
            schema.remove("examples");
            schema.retain(|_, value| !value.is_null());
            // In a query a parameter is absent, never null.
            if let Some(kinds) = schema.get("type").and_then(Value::as_array) {
                let kind = kinds.iter().find(|kind| **kind != "null").cloned();
                schema.insert("type".to_owned(), kind.unwrap_or_default());
            }
        }
        let mut parameter = json!({
            "name": name, "in": "query", "required": required.contains(&name.as_str()),
            "description": description, "schema": schema,
        });
        if let Some(example) = example {
            parameter["example"] = example;
        }
        if parameter["schema"]["type"] == "array" {
            parameter["style"] = json!("form");
            parameter["explode"] = json!(true);
        }
        parameter
    };
    members.map(parameter).collect()
}

fn example_of(schema: &Value) -> Option<Value> {
    let first = schema["examples"].as_array().and_then(|list| list.first());
    first.or(schema.get("example")).filter(|value| !value.is_null()).cloned()
}

fn complete_operation(operation: &mut Value, search: &[Value], suggest: &[Value]) {
    let Some(id) = operation["operationId"].as_str().map(str::to_owned) else { return };
    let id = id.as_str();
    let chosen: Vec<Value> = match id {
        "search_groups" => search.to_vec(),
        "suggest" => suggest.to_vec(),
        "export_groups" => {
            let is_filter = |parameter: &&Value| {
                parameter["name"].as_str().is_some_and(|name| !NOT_FOR_EXPORT.contains(&name))
            };
            search.iter().filter(is_filter).cloned().collect()
        }
        "get_group" | "get_group_calendar" | "get_contact_point" | "get_dictionary"
        | "get_status" => search.iter().filter(|p| p["name"] == "lang").cloned().collect(),
        _ => Vec::new(),
    };
    if operation["parameters"].is_null() {
        operation["parameters"] = json!([]);
    }
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.extend(chosen);
        for parameter in parameters.iter_mut() {
            bound(&mut parameter["schema"]);
        }
    }
    if let Some(example) = examples::request(id) {
        operation["requestBody"]["content"]["application/json"]["example"] = example;
    }
    let has_body = operation.get("requestBody").is_some();
    let content = &mut operation["responses"]["200"]["content"];
    for (media_type, example) in examples::answer(id) {
        if content[media_type]["schema"].is_null() {
            content[media_type]["schema"] = json!({"$ref": "#/components/schemas/JsonLdGroup"});
        }
        content[media_type]["example"] = example;
    }
    for (media_type, form) in content.as_object_mut().into_iter().flatten() {
        if form["schema"]["type"] == "string" {
            let is_file = media_type != "text/calendar";
            form["schema"]["maxLength"] = json!(if is_file { 1_000_000_000 } else { 20_000 });
        }
    }
    let headers = &mut operation["responses"]["200"]["headers"];
    for name in ["X-Request-Id", "RateLimit", "RateLimit-Policy", "Link", "Wegweiser-Data"] {
        headers[name] = json!({"$ref": format!("#/components/headers/{name}")});
    }
    let is_marked = !matches!(
        id,
        "suggest" | "suggest_post" | "search_groups_post" | "resolve_condition" | "resolve_place"
    );
    if is_marked {
        headers["ETag"] = json!({"$ref": "#/components/headers/ETag"});
        operation["responses"]["304"] =
            json!({"description": "What `If-None-Match` names is still right."});
    }
    if id == "export_groups" {
        operation["responses"]["200"]["headers"]["Wegweiser-Synced-At"] =
            json!({"$ref": "#/components/headers/Wegweiser-Synced-At"});
    }
    if matches!(id, "get_group" | "get_group_calendar") {
        operation["responses"]["308"] = json!({
            "description": "The record was merged into the one that `Location` names.",
        });
    }
    let mut problems: Vec<&(&str, Code, &str)> = COMMON.iter().collect();
    if has_body {
        problems.extend(WITH_BODY);
    }
    let has_id = !matches!(
        id,
        "search_groups"
            | "search_groups_post"
            | "suggest"
            | "suggest_post"
            | "resolve_condition"
            | "resolve_place"
            | "list_contact_points"
            | "get_dictionary"
            | "get_status"
    );
    if has_id {
        problems.extend(WITH_ID);
    }
    if matches!(id, "get_group" | "get_group_calendar" | "export_groups") {
        problems.extend(GONE);
    }
    for (status, code, _) in problems {
        operation["responses"][*status] =
            json!({"$ref": format!("#/components/responses/{}", code.as_str())});
    }
}

/// Completes an operation that needs a token: its answers are kept nowhere.
fn complete_admin_operation(operation: &mut Value, search: &[Value]) {
    let Some(id) = operation["operationId"].as_str().map(str::to_owned) else { return };
    let id = id.as_str();
    operation["security"] = json!([{"token": []}]);
    if operation["parameters"].is_null() {
        operation["parameters"] = json!([]);
    }
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.extend(search.iter().filter(|p| p["name"] == "lang").cloned());
        for parameter in parameters.iter_mut() {
            bound(&mut parameter["schema"]);
            // In a query or a field a parameter is absent, never null.
            let kinds = parameter["schema"]["type"].as_array().cloned().unwrap_or_default();
            if let Some(kind) = kinds.into_iter().find(|kind| kind != "null") {
                parameter["schema"]["type"] = kind;
            }
            let choices = parameter["schema"]["anyOf"].as_array().cloned().unwrap_or_default();
            if let Some(choice) = choices.into_iter().find(|choice| choice["type"] != "null") {
                parameter["schema"] = choice;
            }
        }
    }
    for (media_type, example) in admin::examples::request(id) {
        let form = &mut operation["requestBody"]["content"][media_type];
        form["example"] = example;
        if media_type == "application/octet-stream" {
            form["schema"] = json!({"type": "string", "maxLength": 134_217_728});
        }
        bound(&mut form["schema"]);
    }
    if id == "create_import" {
        operation["requestBody"]["content"]["text/csv"]["schema"]["maxLength"] = json!(134_217_728);
    }
    if !operation["responses"]["202"].is_null() && id != "reindex" {
        operation["responses"]["202"]["headers"]["Location"] =
            json!({"$ref": "#/components/headers/Location"});
    }
    let takes_record = id == "put_group";
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        for (_, form) in content.into_iter().flatten() {
            form["example"] = admin::examples::answer(id, status);
        }
        response["headers"]["X-Request-Id"] = json!({"$ref": "#/components/headers/X-Request-Id"});
        if takes_record || id == "get_own_group" {
            response["headers"]["ETag"] = json!({"$ref": "#/components/headers/ETag"});
        }
    }
    if id == "get_own_group" {
        operation["responses"]["304"] =
            json!({"description": "What `If-None-Match` names is still right."});
    }
    let mut problems: Vec<&(&str, Code, &str)> = COMMON.iter().chain(WITH_TOKEN).collect();
    if operation.get("requestBody").is_some() {
        problems.extend(WITH_BODY);
        problems.extend(WITH_CONTENT);
    }
    match id {
        "create_import" => problems.extend(WITH_HOLD),
        "confirm_import" | "rollback_import" | "create_token" | "run_source" => {
            problems.extend(WITH_STATE)
        }
        "put_group" | "delete_group" => problems.extend(WITH_MARK),
        _ => {}
    }
    for (status, code, _) in problems {
        operation["responses"][*status] =
            json!({"$ref": format!("#/components/responses/{}", code.as_str())});
    }
}

/// Returns the shared problem responses with examples as the service writes them.
fn problems() -> Value {
    let mut responses = Map::new();
    let public = COMMON.iter().chain(WITH_BODY).chain(WITH_ID).chain(GONE);
    let admin = WITH_TOKEN.iter().chain(WITH_STATE).chain(WITH_HOLD).chain(WITH_MARK);
    for (_, code, description) in admin.chain(WITH_CONTENT).chain(public) {
        let problem = match code {
            Code::InvalidParameter => Problem::of_parameters(
                vec![ParameterProblem::invalid(
                    "limit",
                    "`limit` must be a whole number from 0 to 100",
                )],
                false,
            ),
            code => Problem::new(*code),
        };
        let instance = "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e";
        let base = "https://wegweiser.example";
        let text = problem.to_json(AnswerLanguage::English, base, instance);
        let example: Value = serde_json::from_str(&text).unwrap_or_default();
        let mut response = json!({
            "description": description,
            "content": {PROBLEM_JSON: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": example,
            }},
        });
        if matches!(code.status().as_u16(), 429 | 503) {
            response["headers"] =
                json!({"Retry-After": {"$ref": "#/components/headers/Retry-After"}});
        }
        responses.insert(code.as_str().to_owned(), response);
    }
    Value::Object(responses)
}

fn headers() -> Value {
    let text = |description: &str, example: &str| {
        json!({
            "description": description,
            "schema": {"type": "string", "maxLength": 2000},
            "example": example,
        })
    };
    json!({
        "ETag": text("Strong mark of this content, for `If-None-Match`.", "\"9f86d081884c7d65\""),
        "X-Request-Id": text("The request, for questions to the operator: the client's own id where \
            it sent one of 1 to 64 letters, digits, `.`, `_`, `-`, otherwise a new UUID.",
            "0f8fad5b-d9cb-469f-a165-70867728950e"),
        "RateLimit": text("Requests left, and seconds until the next one.", "\"default\";r=599;t=1"),
        "RateLimit-Policy": text("Requests per window of seconds.", "\"default\";q=600;w=60"),
        "Link": text("Licence of the data and description of the interface.",
            "<https://www.govdata.de/dl-de/by-2-0>; rel=\"license\""),
        "Wegweiser-Data": text("`example` while the groups are invented.", "example"),
        "Location": text("Where to look next.",
            "https://wegweiser.example/v1/admin/contact-points/ikos-jena/imports/17"),
        "Wegweiser-Synced-At": text("The next `updated_since`.", "2026-03-01T02:00:00Z"),
        "Retry-After": {
            "description": "Seconds to wait.",
            "schema": {"type": "integer", "minimum": 0, "maximum": 3600},
            "example": 1,
        },
    })
}

/// Completes all schemas.
fn complete_schemas(schemas: &mut Value) {
    let Some(schemas) = schemas.as_object_mut() else { return };
    schemas.insert(
        "JsonLdGroup".to_owned(),
        json!({
            "type": "object",
            "description": "A group as schema.org JSON-LD: an Organization.",
            "properties": {
                "@context": {"type": "string", "maxLength": 200},
                "@type": {"type": "string", "maxLength": 200},
                "@id": {"type": "string", "maxLength": 2000},
                "name": {"type": "string", "maxLength": 200},
            },
        }),
    );
    for (name, schema) in schemas.iter_mut() {
        let names: Vec<String> =
            schema["properties"].as_object().into_iter().flat_map(Map::keys).cloned().collect();
        let is_partial =
            PARTIAL.contains(&name.as_str()) || admin::schema::PARTIAL.contains(&name.as_str());
        if !is_partial && !names.is_empty() {
            let always = names.iter().filter(|member| {
                !OPTIONAL.iter().any(|(schema, other)| schema == name && other == member)
            });
            schema["required"] = always.map(|member| json!(member)).collect();
        }
        if name == "OwnEntry" || name == "TokenOrder" {
            schema["required"] = json!(["name"]);
        }
        if matches!(name.as_str(), "GroupSearch" | "SuggestSearch") {
            schema["additionalProperties"] = json!(false);
        }
        bound(schema);
    }
}

/// Adds bounds where there are none, and says "this or null" by `anyOf`, which every generator of
/// clients reads.
fn bound(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    if let Some(choices) = members.remove("oneOf") {
        members.insert("anyOf".to_owned(), choices);
    }
    let kinds: Vec<String> = match members.get("type") {
        Some(Value::String(kind)) => vec![kind.clone()],
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    for kind in &kinds {
        let bounds: &[(&str, u32)] = match kind.as_str() {
            "string" if !members.contains_key("enum") => &[("maxLength", MAX_TEXT)],
            "array" => &[("maxItems", MAX_LIST)],
            "integer" => &[("minimum", 0), ("maximum", MAX_NUMBER)],
            _ => &[],
        };
        for (name, value) in bounds {
            members.entry(*name).or_insert_with(|| json!(value));
        }
    }
    if let Some(inner) = members.get_mut("items") {
        bound(inner);
    }
    for name in ["anyOf", "allOf"] {
        for inner in members.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten() {
            bound(inner);
        }
    }
    for inner in members.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten()
    {
        bound(inner.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::HIT_MEMBERS;
    use crate::search::request::PARAMETERS;

    fn names(schema: &str) -> Vec<String> {
        let document = document();
        let members = document["components"]["schemas"][schema]["properties"].as_object().cloned();
        members.unwrap_or_default().keys().cloned().collect()
    }

    #[test]
    fn a_hit_is_described_as_it_is_written() {
        let mut written: Vec<&str> = HIT_MEMBERS.to_vec();
        written.extend(["distance_km", "url", "page_url", "match"]);
        written.sort_unstable();
        assert_eq!(names("GroupHit"), written);
    }

    #[test]
    fn a_search_is_described_as_it_is_read() {
        let mut read = PARAMETERS.to_vec();
        read.sort_unstable();
        assert_eq!(names("GroupSearch"), read);
    }
}
