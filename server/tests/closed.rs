//! Outside its window a service says why, and takes nothing.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::sync::Arc;

use app::api::{Page, Problem, SaveRequest};
use common::{APPLICANT, CARD, MOTHER, root, worlds_at};
use reqwest::StatusCode;
use server::clock::{Clock, ManualClock, SystemClock, rome_day};

const FORM: &str = "/servizi/duplicato-tessera-elettorale/richiesta";
const REASON: &str = "Le elezioni sono finite.";
const DAY: i64 = 86_400_000;

/// comune.toml with a window of the card that ends in five days, and with long sessions.
fn comune(folder: &std::path::Path, now: i64) -> std::path::PathBuf {
    let text = std::fs::read_to_string(root().join("comune.toml")).unwrap();
    let text = text.replace("sessione_minuti = 120", "sessione_minuti = 100000");
    let window = format!(
        "\n[finestre.{CARD}]\ndal = \"{}\"\nal = \"{}\"\nmotivo = \"{REASON}\"\n",
        rome_day(now - 5 * DAY),
        rome_day(now + 5 * DAY)
    );
    let path = folder.join("comune.toml");
    std::fs::write(&path, text + &window).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_service_shows_why_and_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let now = SystemClock.now_ms();
    let clock = ManualClock::at(now);
    let comune = comune(folder.path(), now);
    for world in worlds_at(Arc::new(clock.clone()), |s| s.comune = comune.clone()).await {
        clock.advance(SystemClock.now_ms() - clock.now_ms());
        let maria = world.login(MOTHER).await;
        maria.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        let theft = [
            ("motivo", "furto"),
            ("denuncia_autorita", "CC"),
            ("denuncia_data", "1/1/2026"),
        ];
        maria.answer(CARD, "motivo", &theft).await.unwrap();
        let draft = maria.request_page(CARD).await.draft;
        clock.advance_days(10);

        let page = maria.get(FORM).await;
        assert_eq!(page.status(), StatusCode::FORBIDDEN);
        let html = page.text().await.unwrap();
        assert!(html.contains(REASON) && html.contains("dal "), "{html}");
        assert!(!html.contains("name=\"azione\""), "no form");
        let Page::Closed { reason, .. } = maria.page(FORM).await.page else {
            panic!("not closed")
        };
        assert!(reason.contains(REASON));
        let sheet = maria.get(&format!("/servizi/{CARD}")).await;
        let sheet = sheet.text().await.unwrap();
        assert!(sheet.contains(REASON) && !sheet.contains(&format!("href=\"{FORM}\"")));

        let version = draft.version.to_string();
        for azione in ["avanti", "salva", "invia", "aggiungi:elenco"] {
            let fields = [
                ("azione", azione),
                ("passo", "motivo"),
                ("versione", version.as_str()),
                ("bozza", draft.draft_id.as_str()),
                ("motivo", "spazi"),
            ];
            let refused = maria.post(FORM, &fields).await;
            assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{azione}");
            assert!(refused.text().await.unwrap().contains(REASON), "{azione}");
            let body = SaveRequest {
                azione: azione.into(),
                passo: "motivo".into(),
                versione: draft.version,
                bozza: draft.draft_id.clone(),
                ..SaveRequest::default()
            };
            let refused = maria.act(CARD, &body).await.unwrap_err();
            assert_eq!(refused.status, 403, "{azione}");
            assert!(refused.detail.contains(REASON), "{azione}");
            let saved = maria.put(CARD, &body).await;
            assert_eq!(saved.status(), StatusCode::FORBIDDEN);
        }
        let pdf = b"%PDF-1.7".to_vec();
        let upload = maria.upload(CARD, "denuncia", "a.pdf", pdf).await;
        assert_eq!(upload.status(), StatusCode::FORBIDDEN);
        let upload: Problem = upload.json().await.unwrap();
        assert!(upload.detail.contains(REASON));

        clock.advance_days(-10);
        let kept = maria.request_page(CARD).await.draft;
        assert_eq!(kept, draft, "nothing was written, nothing lost");
    }
}
