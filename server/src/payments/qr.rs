//! The QR code of a notice: version 4, correction M, as the rules of the notice want it.

use qrcode::{Color, EcLevel, QrCode, Version};

/// Modules of a side, version 4.
pub const SIDE: usize = 33;

/// The dark modules as the path of an SVG, one unit each, from 0,0 to 33,33; empty if the text
/// does not fit.
pub fn path(text: &str) -> String {
    let Ok(code) = QrCode::with_version(text, Version::Normal(4), EcLevel::M) else {
        return String::new();
    };
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(SIDE).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let width = run.len();
                path.push_str(&format!("M{x} {y}h{width}v1h-{width}z"));
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_fits_and_has_its_three_marks() {
        let path = path("PAGOPA|002|302202600000012372|00382520724|99999999");
        // Top row: the marks' upper edges, and the last row the lower left one.
        assert!(path.starts_with("M0 0h7v1h-7z"), "{path}");
        assert!(path.contains("M26 0h7v1h-7z"));
        assert!(path.contains("M0 32h7v1h-7z"));
        assert_eq!(super::path(&"x".repeat(200)), "");
    }
}
