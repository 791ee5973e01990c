//! `.p7m` files: the document inside the signature.

use crate::people::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use esign::samples::{
    Authority, Faults, Key, Kind, Owner, sign_cades, sign_cades_with, sign_pades,
};
use esign::{Algorithm, Digest, Format, Original, Refusal, Revocation, TrustError, TrustList};
use jiff::SignedDuration;

fn with(faults: Faults) -> Vec<u8> {
    sign_cades_with(&PDF, &[&SIGNER], now(), faults).unwrap()
}

fn of(authority: &Authority, owner: &Owner<'_>) -> Vec<u8> {
    sign_cades(&PDF, &authority.issue(owner).unwrap(), now()).unwrap()
}

#[test]
fn a_good_one_is_told_in_full() {
    let report = verify(&sign_cades(&PDF, &SIGNER, now()).unwrap()).unwrap();
    assert_eq!(report.format, Format::Cades);
    assert_eq!(report.revocation, Revocation::NotChecked);
    let signature = report.signed_by(&MARIO.to_lowercase()).unwrap();
    assert_eq!(signature.refusal, None);
    let signer = signature.signer.as_ref().unwrap();
    assert_eq!(signer.common_name.as_deref(), Some("Mario Rossi"));
    assert_eq!(signer.given_name.as_deref(), Some("Mario"));
    assert_eq!(signer.surname.as_deref(), Some("Rossi"));
    assert_eq!(signer.codice_fiscale.as_deref(), Some(MARIO));
    assert_eq!(signature.issuer.as_deref(), Some("Ente di prova"));
    assert_eq!(signature.anchor.as_deref(), Some("Ente di prova"));
    assert_eq!(signature.claimed_at, Some(now()));
    assert_eq!(signature.digest, Some(Digest::Sha256));
    assert_eq!(signature.algorithm, Some(Algorithm::Ecdsa(Digest::Sha256)));
    assert_eq!(signature.validity, Some(mario().valid));
    assert!(signature.qualified.compliance && signature.qualified.device);
    assert!(signature.serial.as_ref().unwrap().len() > 8);
    assert!(report.all_valid());
}

#[test]
fn every_kind_of_key_and_of_text() {
    for (key, algorithm) in [
        (Key::Rsa, Algorithm::RsaPkcs1(Digest::Sha256)),
        (Key::RsaPss, Algorithm::RsaPss(Digest::Sha256)),
        (Key::P384, Algorithm::Ecdsa(Digest::Sha384)),
    ] {
        let file = of(&ROOT, &Owner { key, ..mario() });
        let report = verify(&file).unwrap();
        let signature = report.signed_by(MARIO).unwrap();
        assert_eq!(signature.algorithm, Some(algorithm), "{key:?}");
        let text = STANDARD.encode(&file);
        let lines: Vec<_> = text
            .as_bytes()
            .chunks(64)
            .map(String::from_utf8_lossy)
            .collect();
        let pem = format!(
            "-----BEGIN PKCS7-----\r\n{}\r\n-----END PKCS7-----\r\n",
            lines.join("\r\n")
        );
        for text in [text, pem] {
            assert!(verify(text.as_bytes()).unwrap().all_valid(), "{key:?}");
        }
    }
}

#[test]
fn the_original_by_its_hash() {
    let hash = |bytes: &[u8]| {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        <[u8; 32]>::try_from(digest.as_ref()).unwrap()
    };
    for file in [
        sign_cades(&PDF, &SIGNER, now()).unwrap(),
        sign_pades(&PDF, &SIGNER, now()).unwrap(),
    ] {
        let judge = |hash| esign::verify(&file, &Original::Sha256(hash), &TRUST, now());
        assert!(judge(hash(&PDF)).unwrap().all_valid());
        assert_eq!(judge(hash(b"altro")), Err(Refusal::OtherDocument));
    }
}

#[test]
fn signers_beside_each_other_and_around_each_other() {
    let beside = sign_cades_with(&PDF, &[&SIGNER, &OTHER], now(), Faults::default()).unwrap();
    let around = sign_cades(&sign_cades(&PDF, &SIGNER, now()).unwrap(), &OTHER, now()).unwrap();
    let text = STANDARD.encode(sign_cades(&PDF, &SIGNER, now()).unwrap());
    let around_text = sign_cades(text.as_bytes(), &OTHER, now()).unwrap();
    let around_pdf = sign_cades(&sign_pades(&PDF, &SIGNER, now()).unwrap(), &OTHER, now()).unwrap();
    for file in [beside, around, around_text, around_pdf] {
        let report = verify(&file).unwrap();
        assert_eq!(report.signatures.len(), 2);
        let anna = report.signed_by(ANNA).unwrap();
        assert!(!anna.qualified.compliance);
        assert!(report.signed_by(MARIO).is_ok());
    }
}

#[test]
fn too_many_are_refused() {
    let nine = [&*SIGNER; 9];
    let file = sign_cades_with(&PDF, &nine, now(), Faults::default()).unwrap();
    assert!(matches!(verify(&file), Err(Refusal::TooMany(_))));
    let mut nested = PDF.to_vec();
    for depth in 0..5 {
        nested = sign_cades(&nested, &SIGNER, now()).unwrap();
        assert_eq!(verify(&nested).is_ok(), depth < 4);
    }
    let mut nested = PDF.to_vec();
    for signers in 1..4 {
        nested = sign_cades_with(&nested, &nine[..4], now(), Faults::default()).unwrap();
        assert_eq!(verify(&nested).is_ok(), signers < 3);
    }
}

#[test]
fn what_is_wrong_with_a_signature_is_told() {
    let no_certificate = Faults {
        no_signing_certificate: true,
        ..Faults::default()
    };
    assert_eq!(
        only_refusal(&with(no_certificate)),
        Refusal::SigningCertificate
    );
    let other = Faults {
        other_certificate: true,
        ..Faults::default()
    };
    assert_eq!(only_refusal(&with(other)), Refusal::SigningCertificate);
    let sha1 = Faults {
        sha1: true,
        ..Faults::default()
    };
    assert_eq!(only_refusal(&with(sha1)), Refusal::WeakAlgorithm("SHA-1"));
    let message = Faults {
        other_message: true,
        ..Faults::default()
    };
    assert_eq!(only_refusal(&with(message)), Refusal::BadSignature);
    let bare = Faults {
        no_certificates: true,
        ..Faults::default()
    };
    assert_eq!(only_refusal(&with(bare)), Refusal::NoCertificate);
    let detached = Faults {
        detached: true,
        ..Faults::default()
    };
    assert_eq!(verify(&with(detached)), Err(Refusal::Detached));
}

#[test]
fn changed_after_signing_is_no_other_document() {
    let good = sign_cades(&PDF, &SIGNER, now()).unwrap();
    let changed = replaced(&good, b"CILA di prova", b"CILA di trova");
    assert_eq!(verify(&changed), Err(Refusal::Altered("messageDigest")));
    let other = sign_cades(b"%PDF-1.7 un altro documento", &SIGNER, now()).unwrap();
    assert_eq!(verify(&other), Err(Refusal::OtherDocument));
    let other = sign_cades(b"un altro documento", &SIGNER, now()).unwrap();
    assert_eq!(verify(&other), Err(Refusal::OtherDocument));
}

#[test]
fn certificates_out_of_their_time() {
    let day = SignedDuration::from_hours(24);
    let expired = Owner {
        valid: (now() - day, now() - SignedDuration::from_secs(1)),
        ..mario()
    };
    assert_eq!(only_refusal(&of(&ROOT, &expired)), Refusal::Expired);
    let early = Owner {
        valid: (now() + SignedDuration::from_secs(1), now() + day),
        ..mario()
    };
    assert_eq!(only_refusal(&of(&ROOT, &early)), Refusal::NotYetValid);
    let last = Owner {
        valid: (now() - day, now()),
        ..mario()
    };
    assert!(verify(&of(&ROOT, &last)).unwrap().all_valid());
}

#[test]
fn certificates_of_others() {
    let file = of(
        &ROOT,
        &Owner {
            may_sign: false,
            ..mario()
        },
    );
    assert_eq!(only_refusal(&file), Refusal::KeyUsage);
    let stranger = Authority::new("Ente ignoto", now()).unwrap();
    assert_eq!(
        only_refusal(&of(&stranger, &mario())),
        Refusal::UnknownAuthority
    );
    // The name of one that is trusted, with another key.
    let twin = Authority::new("Ente di prova", now()).unwrap();
    let reason = "certificate's signature does not verify";
    assert_eq!(only_refusal(&of(&twin, &mario())), Refusal::BadPath(reason));
}

#[test]
fn authorities_between() {
    let middle = ROOT
        .below("Ente intermedio", Kind::Authority, now())
        .unwrap();
    assert!(verify(&of(&middle, &mario())).unwrap().all_valid());
    let plain = ROOT.below("Nessun ente", Kind::Plain, now()).unwrap();
    let reason = "issuer without basicConstraints";
    assert_eq!(
        only_refusal(&of(&plain, &mario())),
        Refusal::BadPath(reason)
    );
    let last = ROOT.below("Ultimo ente", Kind::Above(0), now()).unwrap();
    assert!(verify(&of(&last, &mario())).unwrap().all_valid());
    let below = last.below("Uno di troppo", Kind::Authority, now()).unwrap();
    let reason = "path longer than allowed";
    assert_eq!(
        only_refusal(&of(&below, &mario())),
        Refusal::BadPath(reason)
    );
    let mut deep = ROOT.below("Ente 0", Kind::Authority, now()).unwrap();
    for depth in 1..6 {
        assert_eq!(verify(&of(&deep, &mario())).unwrap().all_valid(), depth < 5);
        deep = deep
            .below(&format!("Ente {depth}"), Kind::Authority, now())
            .unwrap();
    }
}

#[test]
fn an_authority_survives_saving() {
    let again = Authority::from_pem(ROOT.private_pem(), ROOT.certificate_pem()).unwrap();
    assert!(verify(&of(&again, &mario())).unwrap().all_valid());
}

#[test]
fn whose_signature_it_is() {
    let report = verify(&sign_cades(&PDF, &OTHER, now()).unwrap()).unwrap();
    assert_eq!(report.signed_by(MARIO), Err(Refusal::OtherSigner));
    let foreign = Owner {
        serial_number: "IDCIT-RSSMRA80A01H501U",
        ..mario()
    };
    let report = verify(&of(&ROOT, &foreign)).unwrap();
    assert_eq!(report.signed_by(MARIO), Err(Refusal::OtherSigner));
    // Hers is bad, another's is good: hers is what is told.
    let day = SignedDuration::from_hours(24);
    let expired = Owner {
        valid: (now() - day, now() - day),
        ..mario()
    };
    let expired = ROOT.issue(&expired).unwrap();
    let file = sign_cades_with(&PDF, &[&OTHER, &expired], now(), Faults::default()).unwrap();
    let report = verify(&file).unwrap();
    assert_eq!(report.signed_by(MARIO), Err(Refusal::Expired));
    assert!(report.signed_by(ANNA).is_ok() && !report.all_valid());
}

#[test]
fn what_is_no_signature() {
    for file in [
        &b""[..],
        b"ciao",
        b"0",
        b"-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----",
        &[0x30; 64],
    ] {
        assert_eq!(verify(file), Err(Refusal::NotRecognised));
    }
    assert_eq!(verify(&PDF), Err(Refusal::NotSigned));
    assert_eq!(verify(b"%PDF-1.7 altro"), Err(Refusal::NotSigned));
    assert_eq!(
        verify(&vec![b'x'; esign::MAX_FILE + 1]),
        Err(Refusal::TooLarge)
    );
    let mut long = sign_cades(&PDF, &SIGNER, now()).unwrap();
    long.push(0);
    assert_eq!(verify(&long), Err(Refusal::BadCms("encoding")));
}

#[test]
fn trust_lists() {
    let other = Authority::new("Altro ente", now()).unwrap();
    let bundle = format!(
        "# due enti\n{}\n{}",
        ROOT.certificate_pem(),
        other.certificate_pem()
    );
    let trust = TrustList::from_pem(&bundle).unwrap();
    assert_eq!(
        trust.names().collect::<Vec<_>>(),
        ["Ente di prova", "Altro ente"]
    );
    let read = |pem: &str| TrustList::from_pem(pem).unwrap_err();
    assert_eq!(read("niente"), TrustError::Empty);
    assert_eq!(
        read(&bundle.replacen("MII", "MIX", 1)),
        TrustError::Unreadable(1)
    );
    let (_, person) = SIGNER.to_pem();
    assert_eq!(read(&(bundle + &person)), TrustError::NoAuthority(3));
}

#[test]
fn reasons_name_nobody() {
    let report = verify(&sign_cades(&PDF, &OTHER, now()).unwrap()).unwrap();
    let reason = report.signed_by(MARIO).unwrap_err();
    assert_eq!(reason.to_string(), "signed by somebody else");
}
