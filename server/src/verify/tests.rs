//! One cell of each kind of row is changed, found, and put back.

use rules::case::Actor;
use serde_json::json;
use sqlx::{AssertSqlSafe, Row};

use super::*;
use crate::{
    cases::{
        Asked, Decided, NewCase, Upload, accept, answer_integration, ask_integration, open,
        take_charge,
    },
    clock::ManualClock,
    delegations as delegation_forms,
    forms::FormBody,
    http::Outcome,
    payments::settle,
    state::Person,
    store::{
        delegations as delegation_rows, payments as payment_rows,
        representations::RepresentationRow,
    },
    testing::{NOW, definition, person, stores, test_counter},
};

/// Table and column; `#` marks numbers, `@` bytes, texts have no mark.
const CELLS: [&str; 53] = [
    "register.at#",
    "register.day",
    "register.direction",
    "register.case_id",
    "register.correspondent",
    "register.subject",
    "register.document_hash",
    "register.previous",
    "register.hash",
    "register.number#",
    "register_years.last#",
    "register_years.hash",
    "cases.slug",
    "cases.office",
    "cases.number#",
    "cases.created_at#",
    "case_keys.wrapped@",
    "case_events.at#",
    "case_events.day",
    "case_events.actor",
    "case_events.body",
    "case_events.previous",
    "case_events.hash",
    "case_documents.seq#",
    "case_documents.kind",
    "case_documents.salt",
    "case_documents.hash",
    "case_documents.sealed@",
    "case_renderings.seq#",
    "case_renderings.kind",
    "case_renderings.salt",
    "case_renderings.hash",
    "case_renderings.sealed@",
    "case_renderings.created_at#",
    "case_index.state",
    "case_index.due",
    "case_index.title",
    "definitions.body@",
    "delegations.delegate",
    "delegations.scope",
    "delegations.to_day",
    "delegations.sealed@",
    "representations.lookup",
    "files.sha256",
    "payments.seq#",
    "payments.cents#",
    "payments.notice",
    "payments.due",
    "receipts.receipt_id",
    "receipts.salt",
    "receipts.salted",
    "receipts.hash",
    "receipts.sealed@",
];

#[tokio::test]
async fn a_changed_byte_is_found_wherever_it_lies() {
    for store in stores().await {
        let counter = test_counter(store, ManualClock::at(NOW)).await;
        let file = history(&counter).await;
        assert_eq!(verify(&counter).await.unwrap(), Vec::<String>::new());
        for cell in CELLS {
            tampered(&counter, cell).await;
        }
        for gone in [
            "case_index",
            "case_documents",
            "case_renderings",
            "files",
            "receipts",
            "representations",
        ] {
            let found = without(&counter, gone).await;
            assert!(!found.is_empty(), "rows of {gone} deleted");
        }
        let path = counter.settings.data_dir.join("files").join(&file);
        let whole = std::fs::read(&path).unwrap();
        let mut changed = whole.clone();
        *changed.last_mut().unwrap() ^= 1;
        std::fs::write(&path, changed).unwrap();
        assert_eq!(
            verify(&counter).await.unwrap(),
            [format!("file {file}: non si legge")]
        );
        std::fs::write(&path, whole).unwrap();
        assert_eq!(verify(&counter).await.unwrap(), Vec::<String>::new());
    }
}

/// A case with a request for documents and its answer; the id of the file sent.
async fn history(counter: &Counter) -> String {
    let citizen = person(counter, "Maria", "RSSMRA68A41A893X", &[]).await;
    let clerk = person(counter, "Gianna", "RSSGNN68A41A893X", &["polizia_locale"]).await;
    for draft in ["d1", "d2"] {
        submitted(counter, &citizen, draft, json!({})).await;
    }
    paid(counter, &citizen, &clerk).await;
    delegated(counter, &citizen, &clerk).await;
    let id = submitted(counter, &citizen, "d3", json!({})).await;
    take_charge(counter, &clerk, &id, 1).await.unwrap();
    let asked = Asked {
        reason: "Manca.",
        documents: "Pianta",
        days: "10",
    };
    ask_integration(counter, &clerk, &id, 3, asked)
        .await
        .unwrap();
    let upload = Upload {
        document: 0,
        name: "pianta.pdf",
        bytes: b"%PDF-1.7\n",
    };
    answer_integration(counter, &citizen, &id, 4, "", &[upload])
        .await
        .unwrap();
    let case = cases::load(counter, &id).await.unwrap();
    cases::add_rendering(counter, &case, 1, documents::kind::RECEIPT, b"%PDF-1.7\n")
        .await
        .unwrap();
    files::all(&counter.store).await.unwrap()[0].id.clone()
}

/// A case that the clerk sent for the citizen, by a delegation.
async fn delegated(counter: &Counter, citizen: &Person, clerk: &Person) {
    let fields = [
        ("azione", "delega"),
        ("nome", "Gianna"),
        ("cognome", "Rossi"),
        ("codice_fiscale", "RSSGNN68A41A893K"),
        ("ambito", "tutti"),
        ("dal", "24/11/2026"),
        ("al", "31/12/2026"),
        ("conferma", "si"),
    ];
    let form = FormBody {
        fields: fields.map(|(n, v)| (n.to_owned(), v.to_owned())).into(),
        files: Vec::new(),
    };
    let given = delegation_forms::action(counter, citizen, &form);
    let given = given.await.unwrap();
    assert!(matches!(given, Outcome::Done { .. }), "it is given");
    let rows = delegation_rows::given(&counter.store, &citizen.id);
    let delegation = rows.await.unwrap().remove(0).id;
    let (id, new) = new_case(counter, clerk, "d5", &json!({}));
    let actor = Actor::Delegato {
        person: clerk.id.clone(),
        delegation: delegation.clone(),
    };
    let of = RepresentationRow {
        case_id: id,
        lookup: counter.vault.lookup(&citizen.identity.fiscal_code),
        quality: "delegato".to_owned(),
        delegation: Some(delegation),
        until_day: None,
        ended_at: None,
    };
    let definition = definition(counter, "passo-carrabile");
    opened(counter, new.for_another(counter, &definition, actor, of)).await;
}

/// A case that was accepted and paid.
async fn paid(counter: &Counter, citizen: &Person, clerk: &Person) {
    let id = submitted(counter, citizen, "d4", json!({"operazione": "nuova"})).await;
    take_charge(counter, clerk, &id, 1).await.unwrap();
    accept(counter, clerk, &id, 3, Decided::plain("autorizzato", ""))
        .await
        .unwrap();
    let payment = &payment_rows::of_case(&counter.store, &id).await.unwrap()[0];
    let xml = format!(
        "<receipt><receiptId>r1</receiptId><outcome>OK</outcome>\
         <creditorReferenceId>{}</creditorReferenceId><paymentAmount>40.00</paymentAmount></receipt>",
        &payment.notice[1..]
    );
    settle(counter, payment, xml.as_bytes()).await.unwrap();
}

async fn submitted(
    counter: &Counter,
    citizen: &Person,
    draft: &str,
    answers: serde_json::Value,
) -> String {
    let (id, new) = new_case(counter, citizen, draft, &answers);
    opened(counter, new).await;
    id
}

fn new_case(
    counter: &Counter,
    citizen: &Person,
    draft: &str,
    answers: &serde_json::Value,
) -> (String, NewCase) {
    let original = json!({
        "applicant": citizen.identity, "evidence": citizen.evidence, "answers": answers,
        "declarations": [], "attachments": [],
    });
    let bytes = serde_json::to_vec(&original).unwrap();
    let definition = definition(counter, "passo-carrabile");
    let id = counter.new_id();
    let new = NewCase::prepare(counter, citizen, &definition, &id, draft, bytes, NOW).unwrap();
    (id, new)
}

async fn opened(counter: &Counter, new: NewCase) {
    let write = counter
        .store
        .write(move |tx| Box::pin(async move { open(tx, new).await }));
    write.await.unwrap();
}

/// Changes the highest value of the column, verifies, puts it back.
async fn tampered(counter: &Counter, cell: &str) {
    let (table, column) = cell.trim_end_matches(['#', '@']).split_once('.').unwrap();
    let wanted = match column {
        // The first event's `previous` is empty; definitions in use come first.
        "body" if table == "definitions" => "WHERE hash IN (SELECT definition FROM cases)",
        // Of what is decided there is none; engines put it first or last.
        "due" if table == "case_index" => "WHERE due IS NOT NULL",
        _ => "",
    };
    let select = format!("SELECT {column} FROM {table} {wanted} ORDER BY {column} DESC LIMIT 1");
    let update = format!("UPDATE {table} SET {column} = $2 WHERE {column} = $1");
    let row = sqlx::query(AssertSqlSafe(select))
        .fetch_one(&mut *counter.store.read().await.unwrap())
        .await
        .unwrap();
    macro_rules! change {
        ($old:expr, $new:expr) => {{
            let (old, new) = ($old, $new);
            for (step, (from, to)) in [(&old, &new), (&new, &old)].into_iter().enumerate() {
                let (update, from, to) = (update.clone(), from.clone(), to.clone());
                let write = counter.store.write::<_, StoreError, _>(move |tx| {
                    Box::pin(async move {
                        let done = sqlx::query(AssertSqlSafe(update))
                            .bind(from)
                            .bind(to)
                            .execute(tx);
                        Ok(done.await?.rows_affected())
                    })
                });
                assert!(write.await.unwrap() > 0, "{cell} was not changed");
                let found = verify(counter).await.unwrap();
                assert_eq!(
                    found.is_empty(),
                    step == 1,
                    "{cell}, step {step}: {found:?}"
                );
            }
        }};
    }
    match cell.chars().last() {
        Some('#') => {
            let old: i64 = row.try_get(0).unwrap();
            change!(old, old + 1);
        }
        Some('@') => {
            let old: Vec<u8> = row.try_get(0).unwrap();
            let mut new = old.clone();
            *new.last_mut().unwrap() ^= 1;
            change!(old, new);
        }
        _ => {
            let old: String = row.try_get(0).unwrap();
            let last = old.chars().last().unwrap();
            let other = if last == '0' { '1' } else { '0' };
            let new = format!("{}{other}", &old[..old.len() - last.len_utf8()]);
            change!(old, new);
        }
    }
}

/// What is found while the table is empty; the transaction is undone.
async fn without(counter: &Counter, table: &str) -> Vec<String> {
    let move_away = format!("ALTER TABLE {table} RENAME TO kept");
    let empty = format!("CREATE TABLE {table} AS SELECT * FROM kept WHERE 1 = 0");
    let drop = format!("DROP TABLE {table}");
    let back = format!("ALTER TABLE kept RENAME TO {table}");
    run(counter, [move_away, empty]).await;
    let found = verify(counter).await.unwrap();
    run(counter, [drop, back]).await;
    found
}

async fn run(counter: &Counter, statements: [String; 2]) {
    let write = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            for statement in statements {
                sqlx::query(AssertSqlSafe(statement))
                    .execute(&mut *tx)
                    .await?;
            }
            Ok(())
        })
    });
    write.await.unwrap();
}
