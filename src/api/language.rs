//! Which language to answer in (RFC 9110, `Accept-Language`; lookup after RFC 4647, section 3.4).

use actix_web::http::header::{self, HeaderMap};

use crate::answer::Prepared;

/// Longest header that is read; a longer one counts as absent.
const HEADER_BYTES_MAX: usize = 1_024;

/// The place of the language that fits best; German if none does.
#[must_use]
pub fn negotiate(prepared: &Prepared, headers: &HeaderMap) -> usize {
    // Lines of one name are one list.
    let lines: Vec<&str> = headers
        .get_all(header::ACCEPT_LANGUAGE)
        .filter_map(|value| value.to_str().ok())
        .collect();
    let wanted = lines.join(",");
    if wanted.len() > HEADER_BYTES_MAX {
        return 0;
    }
    let mut ranges: Vec<(&str, f32)> = wanted.split(',').filter_map(range).collect();
    // Stable: of equally wanted languages the first one counts.
    ranges.sort_by(|left, right| right.1.total_cmp(&left.1));
    for (tag, _) in ranges.iter().filter(|(_, quality)| *quality > 0.0) {
        if *tag == "*" {
            return 0;
        }
        let mut tag = *tag;
        loop {
            if let Some(place) = prepared.locale(tag) {
                return place;
            }
            match tag.rsplit_once('-') {
                Some((shorter, _)) => tag = shorter,
                None => break,
            }
        }
    }
    0
}

fn range(text: &str) -> Option<(&str, f32)> {
    let mut parts = text.split(';');
    let tag = parts.next()?.trim();
    let plain = !tag.is_empty()
        && (tag == "*"
            || tag
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    let quality = parts
        .find_map(|part| part.trim().strip_prefix(['q', 'Q'])?.strip_prefix('='))
        .map_or(Some(1.0), |quality| {
            quality
                .trim()
                .parse::<f32>()
                .ok()
                .filter(|quality| (0.0..=1.0).contains(quality))
        })?;
    plain.then_some((tag, quality))
}
