//! Nothing in code knows a service: a fifth definition is a file, and it works.

use crate::common;

use app::api::Page;
use common::{APPLICANT, MOTHER, PNG, STALLS, root, stalls, worlds};

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_is_all_that_a_new_service_needs() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "app/catalogue/_blocchi.yaml",
        "server/tests/data/99-mercatino-artigiani.yaml",
    ] {
        let file = root().join(name);
        std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    for world in worlds(|settings| settings.catalogue = folder.path().to_owned()).await {
        let maria = world.login(MOTHER).await;
        maria
            .answer(STALLS, "richiedente", APPLICANT)
            .await
            .unwrap();

        let refused = maria
            .act(STALLS, &stalls(&maria, "2026-12-20", "2026-12-08").await)
            .await;
        let problem = refused.unwrap_err();
        assert_eq!(problem.status, 422);
        assert_eq!(problem.errors[0].path, "al");

        maria
            .act(STALLS, &stalls(&maria, "2026-12-08", "2026-12-20").await)
            .await
            .unwrap();
        let page = maria.request_page(STALLS).await;
        assert_eq!(
            page.step, "allegati",
            "the attachment is asked because of the answers"
        );
        assert_eq!(
            page.fees[0].amount, "10,00 €",
            "the fee is due because of the answers"
        );

        let stored = maria
            .upload(STALLS, "foto_merce", "banco.png", PNG.to_vec())
            .await;
        assert!(stored.status().is_success());
        maria.declare(STALLS).await;
        let done = maria.send(STALLS).await.unwrap();
        let Page::Receipt(receipt) = done.data.page else {
            panic!("no receipt")
        };
        assert!(receipt.protocol.starts_with("0000001/"));
        let lines: Vec<_> = receipt.summary.iter().flat_map(|s| &s.lines).collect();
        assert!(
            lines
                .iter()
                .any(|(label, value)| label == "Metri in tutto" && value.starts_with("5,5")),
            "{lines:?}"
        );
    }
}
