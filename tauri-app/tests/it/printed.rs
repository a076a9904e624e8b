//! What a printer would put on paper: reads ESC/POS back, and only what our receipts are made of.

use anyhow::{Context, Result, bail};

/// The upper half of code page 858, as its maker lists it: not taken from the code that encodes.
const PC858: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
                     ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Papers and openings of the drawer, in their order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Printed {
    /// Papers that were cut off.
    pub(crate) papers: Vec<Paper>,
    /// How often the drawer opened.
    pub(crate) pulses: usize,
    /// How often it was asked how it stands.
    pub(crate) asked: usize,
}

/// One paper.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Paper {
    pub(crate) lines: Vec<String>,
    /// What a scanner reads: bars or a QR code.
    pub(crate) codes: Vec<Code>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Bars(String),
    Qr(String),
}

impl Paper {
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }
}

/// Reads what a printer took, to the end of its last whole command.
pub(crate) fn read(bytes: &[u8]) -> Result<Printed> {
    let mut printed = Printed::default();
    let (mut paper, mut line) = (Paper::default(), String::new());
    let mut page_858 = false;
    let mut rest = bytes.iter().copied();
    while let Some(byte) = rest.next() {
        let mut next = || rest.next().context("a command is cut off");
        match byte {
            b' '..=b'~' => line.push(char::from(byte)),
            0x80.. if page_858 => {
                let c = PC858.chars().nth(usize::from(byte - 0x80));
                line.push(c.context("beyond the code page")?);
            }
            0x10 => {
                anyhow::ensure!(next()? == 4, "an unknown question");
                next()?;
                printed.asked += 1;
            }
            0x1b => match next()? {
                b'@' => page_858 = false,
                b't' => page_858 = next()? == 19,
                b'a' | b'E' => drop(next()?),
                b'd' => {
                    let lines = next()?;
                    paper.lines.push(std::mem::take(&mut line));
                    let empty = (1..lines).map(|_| String::new());
                    paper.lines.extend(empty);
                }
                b'p' => {
                    let pulse = [next()?, next()?, next()?];
                    anyhow::ensure!(pulse[0] <= 1 && pulse[1] > 0, "no pulse: {pulse:?}");
                    printed.pulses += 1;
                }
                other => bail!("ESC {other:#x}"),
            },
            0x1d => match next()? {
                b'!' | b'h' | b'w' | b'H' => drop(next()?),
                b'V' => {
                    anyhow::ensure!(next()? == 66, "no partial cut");
                    next()?;
                    anyhow::ensure!(line.is_empty(), "{line:?} is cut off unprinted");
                    printed.papers.push(std::mem::take(&mut paper));
                }
                b'k' => {
                    anyhow::ensure!(next()? == 73, "no Code 128");
                    let data = (0..next()?).map(|_| next()).collect::<Result<Vec<u8>>>()?;
                    let data = String::from_utf8(data)?;
                    let data = data.strip_prefix("{B").context("not of set B")?;
                    paper.codes.push(Code::Bars(data.to_owned()));
                }
                b'(' => {
                    anyhow::ensure!(next()? == b'k', "no code");
                    let length = usize::from(next()?) + 256 * usize::from(next()?);
                    let data = (0..length).map(|_| next()).collect::<Result<Vec<u8>>>()?;
                    // Stores what the next command prints.
                    if let [49, 80, 48, text @ ..] = &data[..] {
                        let text = String::from_utf8(text.to_vec())?;
                        paper.codes.push(Code::Qr(text));
                    }
                }
                other => bail!("GS {other:#x}"),
            },
            other => bail!("{other:#x}"),
        }
    }
    Ok(printed)
}
