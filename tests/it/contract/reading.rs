//! Documents that users bring: what is read, and what is said of those that cannot be.

use mockscale::contract::{Contract, ContractError};
use rstest::rstest;
use serde_json::json;

/// A document with the least there can be.
const LEAST: &str = r##"
openapi: 3.0.0
info: {title: Least, version: "0.1"}
security:
- Key: []
paths:
  /CreateThing:
    description: Prose.
    post:
      operationId: CreateThing
      tags: [Thing]
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/CreateThingRequest"}
      responses:
        200:
          description: Prose.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/CreateThingResponse"}
components:
  securitySchemes:
    Key: {type: apiKey, in: header, name: Authorization, description: Prose.}
  schemas:
    CreateThingRequest:
      description: Prose.
      type: object
      additionalProperties: false
      properties:
        title: {type: string, description: Prose., example: Prose.}
        Size: {type: integer, format: int64, minimum: 1, default: 7}
      required: [Size]
    CreateThingResponse:
      type: object
      properties:
        Thing: {$ref: "#/components/schemas/Thing"}
    Thing:
      type: object
      properties:
        Parts:
          type: array
          items: {$ref: "#/components/schemas/Thing"}
"##;

fn read(text: &str) -> Contract {
    match Contract::parse(text) {
        Ok(contract) => contract,
        Err(error) => panic!("{error}"),
    }
}

fn refusal(text: &str) -> ContractError {
    Contract::parse(text).expect_err("the document is not a contract")
}

#[test]
fn a_document_of_ones_own_is_read_and_its_prose_left_out() {
    let contract = read(LEAST);
    assert_eq!(contract.version(), "0.1");
    assert!(!contract.facts().contains("Prose"));
    let operation = contract.operation("CreateThing").expect("it is there");
    assert_eq!(operation.security(), ["Key"]);
    assert_eq!(
        operation.check_request(&json!({"Size": 1, "title": "x"})),
        []
    );
    let breaches = operation.check_request(&json!({"Size": 0}));
    assert_eq!(breaches[0].rule, "minimum");
    let nested = json!({"Thing": {"Parts": [{"Parts": [{"Parts": 1}]}]}});
    let breaches = operation.check_reply(200, &nested);
    assert_eq!(breaches[0].pointer, "/Thing/Parts/0/Parts/0/Parts");
    // It has no schema for refusals, so there is nothing to hold one against.
    assert_eq!(operation.check_reply(409, &json!(1)), []);
}

#[test]
fn a_property_called_like_a_keyword_stays() {
    let contract = read(LEAST);
    let schema = contract.schema("CreateThingRequest").expect("it is there");
    assert_eq!(schema["properties"]["title"], json!({"type": "string"}));
    assert_eq!(
        schema["properties"]["Size"],
        json!({"type": "integer", "format": "int64", "minimum": 1, "default": 7})
    );
}

#[rstest]
#[case::json(
    "{\n  \"openapi\": oops\n}",
    "line 2, column 14: not JSON: expected value"
)]
#[case::yaml("openapi: 3.0.0\npaths: [", "line 3, column 1: not YAML: ")]
#[case::several("a: 1\n---\nb: 2", "not YAML: ")]
#[case::tab("openapi: 3.0.0\ninfo:\n\t- x", "line 3, column 1: not YAML: ")]
fn what_is_neither_yaml_nor_json_is_refused_with_its_place(
    #[case] text: &str,
    #[case] start: &str,
) {
    let error = refusal(text);
    assert!(matches!(error, ContractError::Syntax { .. }), "{error:?}");
    assert!(error.to_string().starts_with(start), "{error}");
}

#[rstest]
#[case::empty("", "it is empty")]
#[case::list("[1]", "it is a list")]
#[case::text("hello", "it is a single value")]
#[case::other("{\"a\": 1}", "it has no \"openapi\" member")]
#[case::swagger("swagger: \"2.0\"", "it is a Swagger document, version \"2.0\"")]
#[case::newer("openapi: 3.1.0", "its version is \"3.1.0\"")]
fn what_is_no_openapi_3_0_is_refused(#[case] text: &str, #[case] found: &str) {
    let error = refusal(text);
    let expected = ContractError::NotOpenApi {
        found: found.to_owned(),
    };
    assert_eq!(error, expected);
    assert!(error.to_string().contains("\"openapi\": \"3.0.x\""));
}

#[rstest]
#[case::missing("openapi: 3.0.0\ninfo: {title: a, version: b}")]
#[case::empty("openapi: 3.0.0\ninfo: {title: a, version: b}\npaths: {}")]
fn a_document_without_paths_is_refused(#[case] text: &str) {
    let error = refusal(text);
    assert_eq!(error, ContractError::NoPaths);
    assert!(error.to_string().starts_with("/paths: missing or empty"));
}

#[rstest]
#[case::schema(
    "items: {$ref: \"#/components/schemas/Thing\"}",
    "items: {$ref: \"#/components/schemas/Thingy\"}",
    "/components/schemas/Thing/properties/Parts/items: `#/components/schemas/Thingy` leads nowhere; \
     did you mean `#/components/schemas/Thing`?"
)]
#[case::body(
    "schema: {$ref: \"#/components/schemas/CreateThingRequest\"}",
    "schema: {$ref: \"other.yaml#/Request\"}",
    "/paths/~1CreateThing/post/requestBody/content/application~1json/schema: \
     `other.yaml#/Request` leads nowhere; expected something that the document defines"
)]
#[case::security(
    "- Key: []",
    "- Keys: []",
    "/paths/~1CreateThing/post/security: `Keys` leads nowhere; did you mean `Key`?"
)]
fn references_that_lead_nowhere_are_named(
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] message: &str,
) {
    let error = refusal(&changed(right, wrong));
    assert!(
        matches!(error, ContractError::Unresolved { .. }),
        "{error:?}"
    );
    assert_eq!(error.to_string(), message);
}

#[rstest]
#[case::no_id(
    "operationId: CreateThing",
    "summary: x",
    "/CreateThing: the operation has no operationId; expected \"operationId\": \"CreateThing\""
)]
#[case::no_tag(
    "tags: [Thing]",
    "summary: x",
    "/CreateThing: the operation has no tag; expected \"tags\" with the name of its family, such \
     as \"Net\""
)]
#[case::other_path(
    "operationId: CreateThing",
    "operationId: MakeThing",
    "/paths/~1CreateThing/post: operationId is `MakeThing`; expected the path to be `/MakeThing`"
)]
#[case::no_post(
    "    post:",
    "    get:",
    "/paths/~1CreateThing: `get` is not a method of this API; expected `post` alone"
)]
#[case::no_body(
    "      requestBody:",
    "      x-body:",
    "/paths/~1CreateThing/post/requestBody: missing, or a reference; expected a body with \
     application/json content"
)]
#[case::inline(
    "schema: {$ref: \"#/components/schemas/CreateThingRequest\"}",
    "schema: {type: object}",
    "/paths/~1CreateThing/post/requestBody/content: expected application/json with a schema by \
     reference, as `#/components/schemas/Name`"
)]
#[case::no_success(
    "        200:",
    "        400:",
    "/paths/~1CreateThing/post/responses/200: missing; expected the successful response"
)]
#[case::default_response(
    "        200:",
    "        2XX:",
    "/paths/~1CreateThing/post/responses/2XX: expected a numbered status with a response of its own"
)]
#[case::no_version(
    "version: \"0.1\"",
    "license: {name: x}",
    "/info/version: missing; expected a string"
)]
#[case::name(
    "    CreateThingResponse:",
    "    \"Create Thing\":",
    "/components/schemas/Create Thing: `Create Thing` is not a name; expected letters, digits, `.`, \
     `_` and `-`"
)]
fn what_is_missing_is_named_with_its_place(
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] message: &str,
) {
    assert_eq!(refusal(&changed(right, wrong)).to_string(), message);
}

#[test]
fn a_schema_of_the_wrong_form_is_named() {
    let error = refusal(&changed("required: [Size]", "required: Size"));
    let message = error.to_string();
    assert!(
        message.starts_with("/components/schemas/CreateThingRequest: "),
        "{message}"
    );
}

#[test]
fn a_pattern_that_is_none_is_a_breach_not_a_panic() {
    let text = changed(
        "title: {type: string,",
        "title: {type: string, pattern: \"(\",",
    );
    let contract = read(&text);
    let operation = contract.operation("CreateThing").expect("it is there");
    let breaches = operation.check_request(&json!({"Size": 1}));
    assert_eq!(breaches.len(), 1);
    assert_eq!(breaches[0].rule, "schema");
}

fn changed(right: &str, wrong: &str) -> String {
    assert!(LEAST.contains(right), "{right}");
    LEAST.replacen(right, wrong, 1)
}

/// `OUTSCALE_OPENAPI_LATER` names the official document of a later version.
#[test]
fn a_later_official_document_is_read() {
    let Some(path) = std::env::var_os("OUTSCALE_OPENAPI_LATER") else {
        eprintln!("skipped: OUTSCALE_OPENAPI_LATER does not name a later official document");
        return;
    };
    let text = std::fs::read_to_string(path).expect("OUTSCALE_OPENAPI_LATER names a file");
    let contract = read(&text);
    assert!(contract.names().count() > 223);
    for operation in contract.operations() {
        for side in [
            operation.check_request(&json!(1)),
            operation.check_reply(200, &json!(1)),
        ] {
            assert_eq!(side.len(), 1, "{}", operation.name());
            assert_eq!(side[0].rule, "type", "{}", operation.name());
        }
    }
    assert!(read(contract.facts()).facts() == contract.facts());
}
