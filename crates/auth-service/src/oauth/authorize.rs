//! `/oauth/authorize`: which desktop, and one press.

use axum::extract::{RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use latchkey_protocol::Staff;

use super::answer::Problem;
use super::browser;
use super::page::{self, AuthorizePage, PastePage, render};
use super::params::Params;
use super::{CLIENT_ID, SCOPE, dpop, pkce, redirect};
use crate::App;
use crate::clock::MINUTE;
use crate::db::Unavailable;
use crate::secret::Token;

/// The desktop fetches its tokens at once.
const CODE: i64 = 2 * MINUTE;
const LONGEST_STATE: usize = 512;
const LONGEST_NAME: usize = 60;

/// A request that can be answered.
pub(crate) struct Request {
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) challenge: String,
    pub(crate) thumbprint: String,
    device_name: String,
}

/// A request that cannot: to be told to the person, or to the desktop.
pub(crate) enum Refused {
    Page(Problem),
    Desktop {
        redirect_uri: String,
        state: Option<String>,
        problem: Problem,
    },
}

impl Request {
    pub(crate) fn read(params: &Params) -> Result<Self, Refused> {
        // Until these two are right nobody may be redirected (RFC 6749 §4.1.2.1).
        let page = |words: &str| Refused::Page(Problem::invalid(words));
        if params.get("client_id") != Some(CLIENT_ID) {
            return Err(page("the client_id is not that of Latchkey"));
        }
        let redirect_uri = params
            .get("redirect_uri")
            .filter(|uri| redirect::is_desktop(uri))
            .ok_or_else(|| page("the redirect_uri is not that of a desktop on this computer"))?
            .to_owned();
        let state = params
            .get("state")
            .filter(|state| state.len() <= LONGEST_STATE);
        Self::rest(params, &redirect_uri, state).map_err(|problem| Refused::Desktop {
            redirect_uri,
            state: state.map(str::to_owned),
            problem,
        })
    }

    fn rest(params: &Params, redirect_uri: &str, state: Option<&str>) -> Result<Self, Problem> {
        if params.need("response_type")? != "code" {
            return Err(Problem::new(
                "unsupported_response_type",
                "the response_type must be code",
            ));
        }
        if params.get("scope").is_some_and(|scope| scope != SCOPE) {
            return Err(Problem::new("invalid_scope", "the scope must be desk"));
        }
        let state = state.ok_or(Problem::invalid("the state is missing or too long"))?;
        if params.need("code_challenge_method")? != "S256" {
            return Err(Problem::invalid("the code_challenge_method must be S256"));
        }
        let challenge = params.need("code_challenge")?;
        if !pkce::is_challenge(challenge) {
            return Err(Problem::invalid("the code_challenge is not one of S256"));
        }
        let thumbprint = params.need("dpop_jkt")?;
        if !dpop::is_thumbprint(thumbprint) {
            return Err(Problem::invalid("the dpop_jkt is not a thumbprint"));
        }
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            state: state.to_owned(),
            challenge: challenge.to_owned(),
            thumbprint: thumbprint.to_owned(),
            device_name: params.get("device_name").unwrap_or_default().to_owned(),
        })
    }

    fn page(self, staff: Staff, problem: Option<&'static str>) -> AuthorizePage {
        let suggested: String = self.device_name.chars().take(LONGEST_NAME).collect();
        AuthorizePage {
            name: staff.name,
            device_name: suggested,
            problem,
            hidden: vec![
                ("response_type", "code".to_owned()),
                ("client_id", CLIENT_ID.to_owned()),
                ("redirect_uri", self.redirect_uri),
                ("state", self.state),
                ("code_challenge", self.challenge),
                ("code_challenge_method", "S256".to_owned()),
                ("dpop_jkt", self.thumbprint),
            ],
        }
    }
}

/// `GET /oauth/authorize`.
pub async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let read = Params::read(query.as_bytes())
        .map_err(Refused::Page)
        .and_then(|params| Request::read(&params));
    let request = match read {
        Ok(request) => request,
        Err(refused) => return tell(&app, refused),
    };
    match who(&app, &headers).await {
        Ok(Some(staff)) => render(StatusCode::OK, &request.page(staff, None)),
        Ok(None) => {
            let page = PastePage {
                then: query,
                problem: None,
            };
            render(StatusCode::OK, &page)
        }
        Err(Unavailable) => page::unavailable(),
    }
}

/// `POST /oauth/authorize`: pressed, or cancelled.
pub async fn decide(
    State(app): State<App>,
    headers: HeaderMap,
    params: Result<Params, Problem>,
) -> Response {
    let read = params.map_err(Refused::Page).and_then(|params| {
        let request = Request::read(&params)?;
        Ok((request, params))
    });
    let (request, params) = match read {
        Ok(read) => read,
        Err(refused) => return tell(&app, refused),
    };
    match params.get("act") {
        Some("connect") => {}
        Some("cancel") => {
            return tell(
                &app,
                Refused::Desktop {
                    redirect_uri: request.redirect_uri,
                    state: Some(request.state),
                    problem: Problem::new("access_denied", "cancelled in the browser"),
                },
            );
        }
        _ => return tell(&app, Refused::Page(Problem::missing("act"))),
    }
    let staff = match who(&app, &headers).await {
        Ok(Some(staff)) => staff,
        Ok(None) => {
            return page::problem(
                StatusCode::FORBIDDEN,
                "This browser is not signed in any more",
                "Nothing was connected. Start again from Latchkey, and open a new one-time address from your practice when it asks.",
            );
        }
        Err(Unavailable) => return page::unavailable(),
    };
    let name = request.device_name.trim().to_owned();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let problem = "Give this computer a name of at most 60 characters.";
        return render(StatusCode::BAD_REQUEST, &request.page(staff, Some(problem)));
    }
    match code(&app, &request, staff, name).await {
        Ok(code) => answer(
            &app,
            &request.redirect_uri,
            &[("code", code.reveal()), ("state", &request.state)],
        ),
        Err(Unavailable) => page::unavailable(),
    }
}

async fn who(app: &App, headers: &HeaderMap) -> Result<Option<Staff>, Unavailable> {
    let mut conn = app.reader.acquire().await?;
    Ok(browser::staff(&mut conn, headers, app.now()).await?)
}

async fn code(
    app: &App,
    request: &Request,
    staff: Staff,
    device_name: String,
) -> Result<Token, Unavailable> {
    let (redirect_uri, challenge, thumbprint) = (
        request.redirect_uri.clone(),
        request.challenge.clone(),
        request.thumbprint.clone(),
    );
    app.writer
        .run(move |tx| {
            Box::pin(async move {
                let code = Token::draw(tx.random());
                let now = tx.now();
                sqlx::query(
                    "INSERT INTO authorization_code (code_hash, staff_id, device_name,
                         redirect_uri, code_challenge, dpop_jkt, created_at, expires_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                )
                .bind(code.hash().as_slice())
                .bind(&staff.id.0)
                .bind(device_name)
                .bind(redirect_uri)
                .bind(challenge)
                .bind(thumbprint)
                .bind(now.0)
                .bind(now.0 + CODE)
                .execute(tx.conn())
                .await?;
                Ok(code)
            })
        })
        .await
}

fn tell(app: &App, refused: Refused) -> Response {
    match refused {
        Refused::Page(problem) => page::problem(
            StatusCode::BAD_REQUEST,
            "Latchkey could not start the sign-in",
            &format!(
                "The address that opened this page is not complete: {}. Nothing was connected. Close this page and start again from Latchkey.",
                problem.description
            ),
        ),
        Refused::Desktop {
            redirect_uri,
            state,
            problem,
        } => {
            let mut parameters = vec![
                ("error", problem.error),
                ("error_description", problem.description.as_str()),
            ];
            if let Some(state) = &state {
                parameters.push(("state", state));
            }
            answer(app, &redirect_uri, &parameters)
        }
    }
}

/// Every answer says who gives it (RFC 9207).
fn answer(app: &App, redirect_uri: &str, parameters: &[(&str, &str)]) -> Response {
    let mut all = parameters.to_vec();
    all.push(("iss", app.config.issuer()));
    let to = redirect::with(redirect_uri, &all);
    (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
}
