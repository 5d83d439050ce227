//! One registration makes a route and its documentation.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    FromRequest, Handler, HttpResponse, Responder, ResponseError, Route, guard,
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    web::{self, ServiceConfig},
};
use serde_json::{Value, json};
use utoipa::openapi::{
    Components, Info, OpenApi, Ref, RefOr, Required, Schema,
    content::ContentBuilder,
    info::LicenseBuilder,
    path::{
        HttpMethod, Operation as Documented, OperationBuilder, ParameterBuilder, ParameterIn,
        PathItem, PathsBuilder,
    },
    request_body::RequestBodyBuilder,
    response::ResponseBuilder,
    security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    tag::TagBuilder,
};

use crate::problem::Problem;

/// An operation: method, path and everything that the documentation says of it.
pub struct Operation {
    method: HttpMethod,
    path: String,
    documented: OperationBuilder,
    tag: String,
}

impl Operation {
    /// An operation under `/api/v1`; `id` is unique and becomes a method name in generated clients.
    pub fn new(method: HttpMethod, path: &str, tag: &str, id: &str, summary: &str) -> Self {
        let mut documented = OperationBuilder::new()
            .tag(tag)
            .operation_id(Some(id))
            .summary(Some(summary));
        for name in path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        {
            let kind = if name == "id" {
                json!({"type": "string", "format": "uuid"})
            } else {
                json!({"type": "string"})
            };
            documented =
                documented.parameter(parameter(name, ParameterIn::Path, "Of the record.", kind));
        }
        let problem = ResponseBuilder::new()
            .description("Refused; the problem says why.")
            .content(
                "application/problem+json",
                ContentBuilder::new()
                    .schema(Some(component("Problem")))
                    .build(),
            );
        documented = documented
            .response("default", problem)
            .security(SecurityRequirement::new("bearer", [""; 0]));
        Self {
            method,
            path: path.to_owned(),
            documented,
            tag: tag.to_owned(),
        }
    }

    /// `GET`.
    pub fn get(path: &str, tag: &str, id: &str, summary: &str) -> Self {
        Self::new(HttpMethod::Get, path, tag, id, summary)
    }

    /// `POST`.
    pub fn post(path: &str, tag: &str, id: &str, summary: &str) -> Self {
        Self::new(HttpMethod::Post, path, tag, id, summary).header(
            "Idempotency-Key",
            "Repeating the request with the same key has no further effect.",
        )
    }

    /// `PATCH`.
    pub fn patch(path: &str, tag: &str, id: &str, summary: &str) -> Self {
        Self::new(HttpMethod::Patch, path, tag, id, summary)
    }

    /// `PUT`.
    pub fn put(path: &str, tag: &str, id: &str, summary: &str) -> Self {
        Self::new(HttpMethod::Put, path, tag, id, summary)
    }

    /// `DELETE`.
    pub fn delete(path: &str, tag: &str, id: &str, summary: &str) -> Self {
        Self::new(HttpMethod::Delete, path, tag, id, summary)
    }

    /// More about it.
    pub fn about(mut self, text: &str) -> Self {
        self.documented = self.documented.description(Some(text));
        self
    }

    /// Open to everybody, without sign-in.
    pub fn public(mut self) -> Self {
        self.documented = self
            .documented
            .securities(None::<Vec<SecurityRequirement>>)
            .security(SecurityRequirement::default());
        self
    }

    /// An optional query parameter.
    pub fn query(mut self, name: &str, about: &str, schema: Value) -> Self {
        self.documented =
            self.documented
                .parameter(parameter(name, ParameterIn::Query, about, schema));
        self
    }

    /// An optional header.
    pub fn header(mut self, name: &str, about: &str) -> Self {
        self.documented = self.documented.parameter(parameter(
            name,
            ParameterIn::Header,
            about,
            json!({"type": "string"}),
        ));
        self
    }

    /// The version that a write is based on.
    pub fn if_match(mut self) -> Self {
        let about = "The ETag of the version that the change is based on.";
        let header = parameter(
            "If-Match",
            ParameterIn::Header,
            about,
            json!({"type": "string"}),
        );
        self.documented = self
            .documented
            .parameter(ParameterBuilder::from(header).required(Required::True));
        self
    }

    /// A JSON body with this schema.
    pub fn body(self, schema: Value) -> Self {
        self.body_of("application/json", schema)
    }

    /// A body of another media type.
    pub fn body_of(mut self, media: &str, schema: Value) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(schema_of(schema)))
            .build();
        let body = RequestBodyBuilder::new()
            .content(media, content)
            .required(Some(Required::True))
            .build();
        self.documented = self.documented.request_body(Some(body));
        self
    }

    /// An answer with a JSON body.
    pub fn returns(self, status: u16, about: &str, schema: Value) -> Self {
        self.returns_of(status, about, "application/json", schema)
    }

    /// An answer of another media type.
    pub fn returns_of(mut self, status: u16, about: &str, media: &str, schema: Value) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(schema_of(schema)))
            .build();
        let response = ResponseBuilder::new()
            .description(about)
            .content(media, content);
        self.documented = self.documented.response(status.to_string(), response);
        self
    }

    /// An answer without a body.
    pub fn returns_nothing(self, about: &str) -> Self {
        self.returns_nothing_of(204, about)
    }

    /// An answer of a status without a body.
    pub fn returns_nothing_of(mut self, status: u16, about: &str) -> Self {
        let response = ResponseBuilder::new().description(about);
        self.documented = self.documented.response(status.to_string(), response);
        self
    }
}

fn parameter(
    name: &str,
    place: ParameterIn,
    about: &str,
    schema: Value,
) -> utoipa::openapi::path::Parameter {
    let required = if matches!(place, ParameterIn::Path) {
        Required::True
    } else {
        Required::False
    };
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required);
    parameter
        .description(Some(about))
        .schema(Some(schema_of(schema)))
        .build()
}

/// A reference to a component schema.
pub fn component(name: &str) -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(name))
}

/// A JSON schema written as JSON.
pub fn schema_of(schema: Value) -> RefOr<Schema> {
    let parsed = serde_json::from_value(schema);
    debug_assert!(
        parsed.is_ok(),
        "the document would lose a schema: {:?}",
        parsed.as_ref().err()
    );
    // The schemas are ours and debug builds look at each.
    parsed.unwrap_or_default()
}

type MakeRoute = Arc<dyn Fn() -> Route + Send + Sync>;

/// All operations with their documentation, as it grows.
#[derive(Default)]
pub struct Api {
    routes: BTreeMap<(bool, String), Vec<(Method, MakeRoute)>>,
    documented: Vec<(String, HttpMethod, Documented)>,
    schemas: BTreeMap<String, RefOr<Schema>>,
    tags: Vec<String>,
}

impl Api {
    /// Adds an operation and the handler that carries it out.
    pub fn add<F, Args>(&mut self, operation: Operation, handler: F)
    where
        F: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let method = actix_method(&operation.method);
        let of = method.clone();
        let make: MakeRoute = Arc::new(move || route(&of).to(handler.clone()));
        // Fixed paths come before those with ids, which would take them in.
        let key = (operation.path.contains('{'), operation.path.clone());
        self.routes.entry(key).or_default().push((method, make));
        if !self.tags.contains(&operation.tag) {
            self.tags.push(operation.tag);
        }
        self.documented.push((
            operation.path,
            operation.method,
            operation.documented.build(),
        ));
    }

    /// Adds a named schema.
    pub fn schema(&mut self, name: &str, schema: Value) {
        self.schemas.insert(name.to_owned(), schema_of(schema));
    }

    /// Mounts all routes; what they don't know is a problem, not a page.
    pub fn configure(&self, config: &mut ServiceConfig) {
        let mut scope = web::scope("/api/v1");
        for ((_, path), routes) in &self.routes {
            let mut resource = web::resource(path.as_str());
            let allowed = allowed(routes.iter().map(|(method, _)| method));
            for (_, make) in routes {
                resource = resource.route(make());
            }
            scope = scope.service(resource.default_service(web::to(move || {
                std::future::ready(method_not_allowed(&allowed))
            })));
        }
        config.service(scope.default_service(web::to(not_found)));
    }

    /// The operations alone, for a server: the document is asked for seldom, and what it is made of lies in memory.
    #[must_use]
    pub fn without_document(mut self) -> Self {
        self.documented = Vec::new();
        self.schemas = BTreeMap::new();
        self
    }

    /// The OpenAPI document.
    pub fn openapi(&self) -> OpenApi {
        let mut paths = PathsBuilder::new();
        for (path, method, operation) in &self.documented {
            paths = paths.path(
                format!("/api/v1{path}"),
                PathItem::new(method.clone(), operation.clone()),
            );
        }
        let mut components = Components::new();
        components.schemas = self.schemas.clone().into_iter().collect();
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("bearer", bearer);
        let license = LicenseBuilder::new()
            .name("Apache-2.0")
            .identifier(Some("Apache-2.0"))
            .build();
        let mut info = Info::new("Relasi", env!("CARGO_PKG_VERSION"));
        info.description =
            Some("The API of Relasi, a CRM. The browser app uses nothing else.".to_owned());
        info.license = Some(license);
        let mut document = OpenApi::new(info, paths.build());
        document.components = Some(components);
        document.tags = Some(
            self.tags
                .iter()
                .map(|tag| TagBuilder::new().name(tag).build())
                .collect(),
        );
        document
    }

    /// Method and path of every operation, for tests.
    pub fn operations(&self) -> impl Iterator<Item = (&HttpMethod, &str)> {
        self.documented
            .iter()
            .map(|(path, method, _)| (method, path.as_str()))
    }
}

fn actix_method(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Delete => Method::DELETE,
        _ => Method::GET,
    }
}

/// A route for a method. What `GET` answers, `HEAD` answers without the body, which the protocol layer leaves out.
fn route(method: &Method) -> Route {
    if *method == Method::GET {
        reading()
    } else {
        Route::new().method(method.clone())
    }
}

/// A route for `GET` and `HEAD`.
pub fn reading() -> Route {
    Route::new().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// The methods of a path, as the header `Allow` names them.
fn allowed<'m>(methods: impl Iterator<Item = &'m Method>) -> String {
    let mut names: Vec<&str> = methods.map(Method::as_str).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.sort_unstable();
    names.join(", ")
}

async fn not_found() -> Result<HttpResponse, Problem> {
    Err(Problem::of_status(StatusCode::NOT_FOUND))
}

/// A refusal that says which methods the path knows.
fn method_not_allowed(allowed: &str) -> HttpResponse {
    let mut response = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED).error_response();
    if let Ok(allowed) = HeaderValue::try_from(allowed) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}
