//! What another program signs is verified here, and the other way round. Where there is no
//! `openssl` there is nothing to compare with.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::people::*;
use esign::Original;
use esign::samples::{Key, Owner, sign_cades};

fn openssl(folder: &Path, arguments: &str) -> bool {
    let mut command = Command::new("openssl");
    let command = command.args(arguments.split(' ')).current_dir(folder);
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn folder() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let known = openssl(folder.path(), "version");
    if !known {
        eprintln!("no openssl here: nothing compared");
    }
    known.then_some(folder)
}

#[test]
fn what_openssl_signs_is_verified() {
    let Some(folder) = folder() else { return };
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("in.pdf"), &**PDF).unwrap();
    for key in [Key::Rsa, Key::P256, Key::P384] {
        let owner = Owner { key, ..mario() };
        let (private, certificate) = ROOT.issue(&owner).unwrap().to_pem();
        std::fs::write(at("key.pem"), private).unwrap();
        std::fs::write(at("cert.pem"), certificate).unwrap();
        let sign = "cms -sign -cades -binary -nodetach -md sha256 -in in.pdf -signer cert.pem -inkey key.pem";
        // -stream writes BER: lengths told by end marks, the content in pieces.
        for form in [
            "-outform DER",
            "-outform PEM",
            "-stream -outform DER",
            "-keyid -outform DER",
        ] {
            assert!(
                openssl(folder.path(), &format!("{sign} {form} -out out.p7m")),
                "{form}"
            );
            let file = std::fs::read(at("out.p7m")).unwrap();
            let report = verify(&file).unwrap();
            assert_eq!(
                report.signed_by(MARIO).unwrap().refusal,
                None,
                "{key:?} {form}"
            );
        }
        let pss = format!("{sign} -keyopt rsa_padding_mode:pss -outform DER -out out.p7m");
        if key == Key::Rsa && openssl(folder.path(), &pss) {
            let report = verify(&std::fs::read(at("out.p7m")).unwrap()).unwrap();
            // Older versions write a salt as long as it may be, which is refused by its name.
            let reason = report.signatures[0]
                .refusal
                .as_ref()
                .map(ToString::to_string);
            let salt = "algorithm not supported: RSASSA-PSS parameters";
            assert!(reason.is_none_or(|reason| reason == salt));
        }
    }
    let twice = "cms -resign -cades -binary -nodetach -md sha512 -inform DER -in out.p7m -signer cert.pem -inkey key.pem -outform DER -out two.p7m";
    if openssl(folder.path(), twice) {
        let file = std::fs::read(at("two.p7m")).unwrap();
        let report = esign::verify(&file, &Original::Bytes(&PDF), &TRUST, now()).unwrap();
        assert_eq!(report.valid().count(), 2);
    }
}

#[test]
fn what_is_signed_here_openssl_verifies() {
    let Some(folder) = folder() else { return };
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("ca.pem"), ROOT.certificate_pem()).unwrap();
    for key in [Key::Rsa, Key::RsaPss, Key::P256, Key::P384] {
        let signer = ROOT.issue(&Owner { key, ..mario() }).unwrap();
        std::fs::write(at("in.p7m"), sign_cades(&PDF, &signer, now()).unwrap()).unwrap();
        let when = now().as_second();
        let verify = format!(
            "cms -verify -cades -binary -inform DER -in in.p7m -CAfile ca.pem -purpose any -attime {when} -out out.pdf"
        );
        assert!(openssl(folder.path(), &verify), "{key:?}");
        assert_eq!(std::fs::read(at("out.pdf")).unwrap(), **PDF);
    }
}
