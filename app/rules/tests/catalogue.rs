//! The definitions of `app/catalogue`, read as the server reads them.
#![cfg(feature = "yaml")]

use rules::catalogue::{
    Service,
    source::{Blocks, load_service, parse_blocks, parse_service},
};

const BLOCKS: &str = include_str!("../../catalogue/_blocchi.yaml");
const VOTER_CARD: &str = include_str!("../../catalogue/05-duplicato-tessera-elettorale.yaml");
const NURSERY: &str = include_str!("../../catalogue/08-iscrizione-asilo-nido.yaml");
const DRIVEWAY: &str = include_str!("../../catalogue/16-passo-carrabile.yaml");
const REFUND: &str = include_str!("../../catalogue/21-rimborso-tributi.yaml");

fn blocks() -> Blocks {
    parse_blocks(BLOCKS).unwrap()
}

fn load(text: &str) -> Service {
    load_service(text, &blocks()).unwrap()
}

#[test]
fn the_definitions_resolve() {
    for (text, number, fields) in [(VOTER_CARD, 5, 30), (NURSERY, 8, 40), (DRIVEWAY, 16, 50), (REFUND, 21, 40)] {
        let service = load(text);
        assert_eq!(service.number, number);
        assert!(service.form.fields().count() >= fields - 5, "{}", service.form.fields().count());
        let json = serde_json::to_string(&service).unwrap();
        assert_eq!(serde_json::from_str::<Service>(&json).unwrap(), service);
        assert_eq!(service.form.office_rules(), Vec::<String>::new(), "all rules are typed");
    }
}
