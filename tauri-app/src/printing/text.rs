//! Text as a receipt printer has it: of one code page, in lines of so many characters.

use deunicode::deunicode_char;

/// The upper half of code page 858, which every printer that speaks ESC/POS knows: Western European
/// letters and the signs of money.
const PC858: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
                     ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Text without anything that a printer would take as a command or print as something else: other
/// alphabets in Latin letters, typographic signs as plain ones.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' '..='~' => plain.push(c),
            c if c.is_whitespace() => plain.push(' '),
            c if c.is_control() => {}
            '−' | '–' | '—' => plain.push('-'),
            '\u{ad}' => {}
            c if PC858.contains(c) => plain.push(c),
            c => {
                let replaced = deunicode_char(c).unwrap_or("?");
                plain.extend(replaced.chars().filter(|c| (' '..='~').contains(c)));
            }
        }
    }
    plain
}

/// [`plain`] text in the bytes of the code page. Written here because the library has a hyphen at the
/// place of the soft one, which some printers do not print.
pub(super) fn encoded(plain: &str) -> Vec<u8> {
    let byte = |c: char| match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => byte,
        _ => {
            let at = PC858.chars().position(|known| known == c);
            at.and_then(|at| u8::try_from(0x80 + at).ok())
                .unwrap_or(b'?')
        }
    };
    plain.chars().map(byte).collect()
}

/// Lines of at most so many characters, broken between words where that goes.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut word: Vec<char> = word.chars().collect();
        if !line.is_empty() && width(&line) + 1 + word.len() > columns {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        while word.len() > columns {
            let rest = word.split_off(columns);
            lines.push(word.into_iter().collect());
            word = rest;
        }
        line.extend(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Something on the left with a figure on the right, which stands on the last line.
pub(super) fn pair(left: &str, right: &str, columns: usize) -> Vec<String> {
    let room = columns.saturating_sub(width(right) + 1).max(1);
    let mut lines = wrapped(left, columns);
    let last = lines.pop().unwrap_or_default();
    if width(&last) > room {
        lines.push(last);
        lines.push(format!("{right:>columns$}"));
    } else {
        let gap = columns.saturating_sub(width(&last) + width(right));
        lines.push(format!("{last}{}{right}", " ".repeat(gap)));
    }
    lines
}

/// Every character of [`plain`] text is as wide as any other.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_printer_does_not_have_is_written_plainly() {
        assert_eq!(
            plain("Crème brûlée 4,50 € – £3"),
            "Crème brûlée 4,50 € - £3"
        );
        assert_eq!(
            plain("Łódź, Αθήνα, “quoted” …"),
            "Lódz, Athena, \"quoted\" ..."
        );
        assert_eq!(
            plain("tab\there\u{1b}p0\u{7}, no\u{a0}break"),
            "tab herep0, no break"
        );
    }

    #[test]
    fn lines_are_broken_between_words_and_within_words_that_are_too_long() {
        assert_eq!(
            wrapped("White hanging heart T-light holder", 20),
            ["White hanging heart", "T-light holder"]
        );
        assert_eq!(wrapped("abcdefghij klm", 4), ["abcd", "efgh", "ij", "klm"]);
        assert!(wrapped("", 4).is_empty());
    }

    #[test]
    fn a_figure_stands_at_the_right_end() {
        assert_eq!(pair("Total", "12.30", 16), ["Total      12.30"]);
        assert_eq!(
            pair("Something much longer", "12.30", 16),
            ["Something much", "longer     12.30"]
        );
        assert_eq!(
            pair("fourteen chars", "12.30", 16),
            ["fourteen chars", "           12.30"]
        );
    }
}
