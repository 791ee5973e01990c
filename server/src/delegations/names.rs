//! A name and a codice fiscale that belong together: a slip of the pen must give nothing to a
//! stranger.

use rules::fields::fiscal_code;

/// The letters of a name, A–Z: "D’Amico" and "Damico", "Niccolò" and "NICCOLO" are the same.
pub fn letters(name: &str) -> String {
    name.chars().filter_map(letter).collect()
}

fn letter(c: char) -> Option<char> {
    let plain = match c.to_lowercase().next()? {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    };
    plain
        .is_ascii_alphabetic()
        .then(|| plain.to_ascii_uppercase())
}

/// Whether the code begins with the letters of this family name: of what cannot be compared it does
/// not.
pub fn family_code_fits(code: &str, family_name: &str) -> bool {
    fiscal_code::surname_fits(code, family_name) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_name_is_in_the_code() {
        for (code, name) in [
            ("LVSMRA88C54A893I", "Lovascio"),
            ("LVSMRA88C54A893I", "LOVÀSCIO"),
            ("FOXMRA80A01H501U", "Fo"),
            ("DMCMRA80A01H501U", "D'Amico"),
        ] {
            assert!(family_code_fits(code, name), "{code} {name}");
        }
        for name in ["", "'", "Rossi", "Lo"] {
            assert!(!family_code_fits("LVSMRA88C54A893I", name), "{name}");
        }
        assert!(!family_code_fits("è", "Rossi"));
    }
}
