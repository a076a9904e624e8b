mod number;

use std::borrow::Cow;

/// What is done with each entry of a map.
type Each<'f, 'a> = dyn FnMut(&mut Reader<'a>, Cow<'a, str>) -> Result<(), Fault> + 'f;

/// How deep lists and maps may be nested in a text.
const MOST_LEVELS: u8 = 127;

/// Why a text could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}{} at byte {at}", name.map(|name| format!(" `{name}`")).unwrap_or_default())]
pub struct Fault {
    /// What is wrong.
    what: &'static str,
    /// The field it is about.
    name: Option<&'static str>,
    /// Where in the text.
    at: usize,
}

/// A place in a JSON text.
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    levels: u8,
}

impl<'a> Reader<'a> {
    /// Begins at the start of a text.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            levels: MOST_LEVELS,
        }
    }

    /// Makes sure that nothing follows.
    ///
    /// # Errors
    /// When something does.
    pub fn end(&mut self) -> Result<(), Fault> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.fault("trailing characters")),
        }
    }

    /// A fault at this place.
    pub fn fault(&self, what: &'static str) -> Fault {
        Fault {
            what,
            name: None,
            at: self.at,
        }
    }

    /// A fault about a field.
    pub fn fault_of(&self, what: &'static str, name: &'static str) -> Fault {
        Fault {
            name: Some(name),
            ..self.fault(what)
        }
    }

    /// The first byte of what comes next.
    pub fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.byte() {
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// Passes over one byte of punctuation if it comes next.
    pub fn passes(&mut self, byte: u8) -> bool {
        let next = self.peek() == Some(byte);
        self.at += usize::from(next);
        next
    }

    /// Passes over one byte of punctuation.
    ///
    /// # Errors
    /// When something else stands there.
    pub fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Fault> {
        match self.passes(byte) {
            true => Ok(()),
            false => Err(self.fault(what)),
        }
    }

    /// Passes over `null` if it comes next.
    ///
    /// # Errors
    /// When something else begins like it.
    pub fn is_null(&mut self) -> Result<bool, Fault> {
        let null = self.peek() == Some(b'n');
        if null {
            self.word("null")?;
        }
        Ok(null)
    }

    /// Goes through the names of a map; `each` reads the value that follows.
    ///
    /// # Errors
    /// When there is no map, or `each` fails.
    pub fn map(&mut self, each: &mut Each<'_, 'a>) -> Result<(), Fault> {
        self.expect(b'{', "a map is expected")?;
        self.several(b'}', &mut |reader| {
            let name = reader.string()?;
            reader.expect(b':', "a colon is expected")?;
            each(reader, name)
        })
    }

    /// Goes through a list; `each` reads an element.
    ///
    /// # Errors
    /// When there is no list, or `each` fails.
    pub fn list(
        &mut self,
        each: &mut dyn FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.expect(b'[', "a list is expected")?;
        self.several(b']', each)
    }

    /// One of several words; returns its place among them.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn one_of(&mut self, words: &[&str]) -> Result<usize, Fault> {
        let word = self.string()?;
        let place = words.iter().position(|other| *other == word);
        place.ok_or_else(|| self.fault("an unknown word"))
    }

    /// A text; borrowed where nothing in it is escaped.
    ///
    /// # Errors
    /// When there is none.
    pub fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.expect(b'"', "text is expected")?;
        let start = self.at;
        if self.plain()? == b'"' {
            return Ok(Cow::Borrowed(&self.text[start..self.at - 1]));
        }
        let mut text = self.text[start..self.at - 1].to_owned();
        loop {
            text.push(self.escaped()?);
            let start = self.at;
            let end = self.plain()?;
            text.push_str(&self.text[start..self.at - 1]);
            if end == b'"' {
                return Ok(Cow::Owned(text));
            }
        }
    }

    /// Passes over one value; returns its text.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn raw(&mut self) -> Result<&'a str, Fault> {
        self.passed(Self::skip)
    }

    /// The text of one value that `pass` passes over.
    ///
    /// # Errors
    /// Those of `pass`.
    pub fn passed(&mut self, pass: fn(&mut Self) -> Result<(), Fault>) -> Result<&'a str, Fault> {
        self.peek();
        let start = self.at;
        pass(self)?;
        Ok(&self.text[start..self.at])
    }

    /// Passes over one value, however deep: what is in it is nobody's business here.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn skip(&mut self) -> Result<(), Fault> {
        let mut ends = Vec::new();
        loop {
            match self.peek() {
                Some(b'{') => {
                    self.at += 1;
                    if !self.passes(b'}') {
                        ends.push(b'}');
                        self.skip_name()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.at += 1;
                    if !self.passes(b']') {
                        ends.push(b']');
                        continue;
                    }
                }
                Some(b'"') => self.skip_text()?,
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                _ => drop(self.digits()?),
            }
            while ends.last().is_some_and(|end| self.passes(*end)) {
                ends.pop();
            }
            match ends.last() {
                None => return Ok(()),
                Some(end) => {
                    self.expect(b',', "a comma or an end is expected")?;
                    if *end == b'}' {
                        self.skip_name()?;
                    }
                }
            }
        }
    }

    /// True or false.
    ///
    /// # Errors
    /// When it is neither.
    pub fn bool(&mut self) -> Result<bool, Fault> {
        match self.peek() {
            Some(b't') => self.word("true").map(|()| true),
            Some(b'f') => self.word("false").map(|()| false),
            _ => Err(self.fault("true or false is expected")),
        }
    }

    fn several(
        &mut self,
        end: u8,
        each: &mut dyn FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let levels = self.levels;
        self.levels = levels
            .checked_sub(1)
            .ok_or_else(|| self.fault("nested too deep"))?;
        if !self.passes(end) {
            loop {
                each(self)?;
                if self.passes(end) {
                    break;
                }
                self.expect(b',', "a comma or an end is expected")?;
            }
        }
        self.levels = levels;
        Ok(())
    }

    /// Passes over text without escapes and what ends it: a quote or a backslash.
    fn plain(&mut self) -> Result<u8, Fault> {
        let rest = self.text.as_bytes()[self.at..].iter();
        for (place, byte) in rest.enumerate() {
            if let end @ (b'"' | b'\\' | 0..0x20) = *byte {
                self.at += place;
                if end < 0x20 {
                    break;
                }
                self.at += 1;
                return Ok(end);
            }
        }
        Err(self.fault("a text does not end"))
    }

    fn skip_name(&mut self) -> Result<(), Fault> {
        self.skip_text()?;
        self.expect(b':', "a colon is expected")
    }

    /// Passes over a text without making it: halves of characters are left to who reads it.
    fn skip_text(&mut self) -> Result<(), Fault> {
        self.expect(b'"', "text is expected")?;
        while self.plain()? == b'\\' {
            let escape = self.byte();
            self.at += 1;
            match escape {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {}
                Some(b'u') => drop(self.unit()?),
                _ => return Err(self.fault("an unknown escape")),
            }
        }
        Ok(())
    }

    fn escaped(&mut self) -> Result<char, Fault> {
        let byte = self.byte();
        self.at += 1;
        Ok(match byte {
            Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let mut unit = self.unit()?;
                if (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with("\\u") {
                    self.at += 2;
                    let low = self.unit()?;
                    // A second half that is none leaves a number that is no character.
                    let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400);
                    unit = low.map_or(unit, |low| 0x1_0000 + ((unit - 0xd800) << 10) + low);
                }
                char::from_u32(unit).ok_or_else(|| self.fault("half a character"))?
            }
            _ => return Err(self.fault("an unknown escape")),
        })
    }

    fn unit(&mut self) -> Result<u32, Fault> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        let digits = digits.unwrap_or_default().iter();
        let unit = digits.clone().try_fold(0, |unit, digit| {
            Some(unit * 16 + char::from(*digit).to_digit(16)?)
        });
        let unit = unit.filter(|_| digits.len() == 4);
        self.at += digits.len();
        unit.ok_or_else(|| self.fault("four hex digits are expected"))
    }

    fn word(&mut self, word: &str) -> Result<(), Fault> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.fault("a value is expected"));
        }
        self.at += word.len();
        Ok(())
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}
