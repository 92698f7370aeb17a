//! How a word sounds: the Kölner Phonetik, which gives words that sound alike in German one code.
//!
//! In: a folded word. Out: its code. Only a last tie-break among labels that are equally many
//! letters away: "Osteoperose" sounds like Osteoporose, not like Osteopetrose.
//!
//! Source: H. J. Postel, "Die Kölner Phonetik", IBM-Nachrichten 19 (1969).

/// Returns the Cologne code of a folded word; what is no letter says nothing.
pub fn cologne(folded: &str) -> String {
    let letters: Vec<char> = folded.chars().filter(char::is_ascii_lowercase).collect();
    let mut codes = String::with_capacity(letters.len());
    for (at, here) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let next = letters.get(at + 1).copied();
        let code = match here {
            'a' | 'e' | 'i' | 'j' | 'o' | 'u' | 'y' => "0",
            'h' => "",
            'b' => "1",
            'p' if next == Some('h') => "3",
            'p' => "1",
            'd' | 't' if matches!(next, Some('c' | 's' | 'z')) => "8",
            'd' | 't' => "2",
            'f' | 'v' | 'w' => "3",
            'g' | 'k' | 'q' => "4",
            'x' if matches!(before, Some('c' | 'k' | 'q')) => "8",
            'x' => "48",
            'l' => "5",
            'm' | 'n' => "6",
            'r' => "7",
            'c' if is_hard_c(before, next) => "4",
            's' | 'z' | 'c' => "8",
            _ => "",
        };
        codes.push_str(code);
    }
    let mut out = String::with_capacity(codes.len());
    let mut last = None;
    for (at, code) in codes.chars().enumerate() {
        // Doubles sound once; vowels count at the beginning only.
        if last != Some(code) && (code != '0' || at == 0) {
            out.push(code);
        }
        last = Some(code);
    }
    out
}

fn is_hard_c(before: Option<char>, next: Option<char>) -> bool {
    match before {
        None => matches!(next, Some('a' | 'h' | 'k' | 'l' | 'o' | 'q' | 'r' | 'u' | 'x')),
        Some('s' | 'z') => false,
        Some(_) => matches!(next, Some('a' | 'h' | 'k' | 'o' | 'q' | 'u' | 'x')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_the_paper() {
        for (word, code) in [
            ("wikipedia", "3412"),
            ("mullerludenscheidt", "65752682"),
            ("breschnew", "17863"),
            ("haschimoto", "0862"),
        ] {
            assert_eq!(cologne(word), code, "{word}");
        }
    }

    #[test]
    fn what_sounds_alike_has_one_code() {
        assert_eq!(cologne("osteoperose"), cologne("osteoporose"));
        assert_ne!(cologne("osteoperose"), cologne("osteopetrose"));
        assert_eq!(cologne("fibromialgie"), cologne("fibromyalgie"));
    }
}
