//! Whether the service lives, and whether it can work.

use axum::extract::State;
use axum::http::StatusCode;

use crate::App;

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers and the practice is set up.
pub async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    let practice = sqlx::query_scalar::<_, i64>("SELECT id FROM practice WHERE id = 1")
        .fetch_optional(&app.reader)
        .await;
    match practice {
        Ok(Some(_)) if !app.stopping.is_cancelled() => (StatusCode::OK, "ready\n"),
        Ok(Some(_)) => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
        Ok(None) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "no practice is set up yet; run latchkey-auth init\n",
        ),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer\n",
        ),
    }
}
