mod support;

mod accepted {
    use super::support::*;
    use crate::Level;

    #[test]
    fn a_good_response() {
        let identity = check(&good()).unwrap();
        assert_eq!(identity.fiscal_number.as_deref(), Some("RSSMRA80A01H501U"));
        assert_eq!(identity.attributes["familyName"], "D'Angelo");
        assert_eq!(identity.level, Level::L2);
        assert_eq!(identity.assertion_id, "_assertion");
        assert_eq!(identity.response_id, "_response");
        assert_eq!(identity.name_id, "transient-1");
        assert_eq!(identity.not_on_or_after, at("2026-11-24T09:35:00Z"));
    }
}
