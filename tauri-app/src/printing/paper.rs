use std::cell::RefCell;
use std::rc::Rc;

use escpos::driver::Driver;
use escpos::errors::Result as Written;
use escpos::printer::Printer;
use escpos::printer_options::PrinterOptions;
use escpos::utils::{
    JustifyMode, PageCode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption,
};
use jiff::tz::TimeZone;
use till::PrintJob;

use super::error::PrintError;
use super::text::{encoded, pair, plain, wrapped};
use super::{receipt, report};

/// The longest text that a bar code on 80 mm of paper carries wide enough for a scanner.
const BAR_CODE: usize = 20;
/// Paper this wide or wider takes a bar code of that.
const WIDE: usize = 42;
/// Dots a module of a bar code is wide, and a bar is high.
const MODULE: u8 = 2;
const HEIGHT: u8 = 60;

/// A pulse of 50 ms on the first pin, and half a second until the next. Written here because the
/// library leaves the times out, and a printer takes the two bytes that follow for them.
const OPEN_DRAWER: [u8; 5] = [0x1b, b'p', 0, 25, 250];
/// Takes the paper to the knife and leaves it hanging at one point, so that it does not fall. Written
/// here because what the library calls that cuts all the way.
const CUT: [u8; 4] = [0x1d, b'V', 66, 0];

/// What a printer with so many characters on a line takes for a job: the opening of the drawer first,
/// where `pulse` says so.
///
/// # Errors
/// When what stands on the paper is not what such a paper has.
pub fn render(
    job: &PrintJob,
    columns: u8,
    pulse: Pulse,
    zone: &TimeZone,
) -> Result<Vec<u8>, PrintError> {
    let mut paper = Paper::begin(columns.into())?;
    if pulse == Pulse::Opens {
        paper.open_drawer()?;
    }
    match &job.paper {
        None => return paper.bytes(),
        Some(till::Paper::Receipt { receipt, copy }) => {
            let receipt = receipt::read(receipt)?;
            receipt::write(&mut paper, &receipt, *copy, &job.figures, zone)?;
        }
        Some(till::Paper::Report { report }) => {
            let report = report::read(report)?;
            report::write(&mut paper, &report, &job.figures, zone)?;
        }
        Some(till::Paper::Test { shop }) => test_page(&mut paper, shop, job)?,
    }
    paper.cut()?;
    paper.bytes()
}

/// Whether the cash drawer opens with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pulse {
    /// It opens.
    Opens,
    /// It stays as it is.
    None,
}

/// What a person sees whether a line is as long as it should be, and letters and money are right.
fn test_page(paper: &mut Paper, shop: &str, job: &PrintJob) -> Result<(), PrintError> {
    paper.title(shop)?;
    paper.centred("This is a test page.")?;
    paper.rule()?;
    let digits: String = (1..=paper.columns)
        .map(|n| char::from(b'0' + (n % 10) as u8))
        .collect();
    paper.line(&digits)?;
    paper.line("The digits above are on one line, and reach from one side to the other.")?;
    paper.line("äöüß éèçñ øå £ €")?;
    paper.total("TOTAL", &super::figures::money(1_234, &job.figures))
}

/// A paper that is being written.
pub(super) struct Paper {
    printer: Printer<Sheet>,
    sheet: Sheet,
    columns: usize,
}

/// Takes what a printer would take.
#[derive(Clone, Default)]
struct Sheet(Rc<RefCell<Vec<u8>>>);

impl Paper {
    fn begin(columns: usize) -> Result<Self, PrintError> {
        let sheet = Sheet::default();
        let options = PrinterOptions::new(Some(PageCode::PC858), None, 42);
        let mut printer = Printer::new(sheet.clone(), Protocol::default(), Some(options));
        printer.init()?;
        Ok(Self {
            printer,
            sheet,
            columns: columns.max(1),
        })
    }

    fn open_drawer(&mut self) -> Result<(), PrintError> {
        self.printer.custom(&OPEN_DRAWER)?;
        Ok(())
    }

    /// Who the paper is of: large, in the middle.
    pub(super) fn title(&mut self, text: &str) -> Result<(), PrintError> {
        let lines = wrapped(&plain(text), self.columns / 2);
        self.printer.justify(JustifyMode::CENTER)?.size(2, 2)?;
        for line in lines {
            self.printer.custom(&encoded(&line))?.feed()?;
        }
        self.printer.reset_size()?.justify(JustifyMode::LEFT)?;
        Ok(())
    }

    /// In the middle.
    pub(super) fn centred(&mut self, text: &str) -> Result<(), PrintError> {
        let lines = wrapped(&plain(text), self.columns);
        self.printer.justify(JustifyMode::CENTER)?;
        for line in lines {
            self.printer.custom(&encoded(&line))?.feed()?;
        }
        self.printer.justify(JustifyMode::LEFT)?;
        Ok(())
    }

    /// In the middle, and darker than the rest.
    pub(super) fn headline(&mut self, text: &str) -> Result<(), PrintError> {
        self.printer.bold(true)?;
        self.centred(text)?;
        self.printer.bold(false)?;
        Ok(())
    }

    /// On the left.
    pub(super) fn line(&mut self, text: &str) -> Result<(), PrintError> {
        self.lines(wrapped(&plain(text), self.columns))
    }

    /// On the left, and a figure at the right end.
    pub(super) fn pair(&mut self, left: &str, right: &str) -> Result<(), PrintError> {
        self.lines(pair(&plain(left), &plain(right), self.columns))
    }

    /// The figure that people look for: higher and darker.
    pub(super) fn total(&mut self, left: &str, right: &str) -> Result<(), PrintError> {
        let lines = pair(&plain(left), &plain(right), self.columns);
        self.printer.bold(true)?.size(1, 2)?;
        self.lines(lines)?;
        self.printer.reset_size()?.bold(false)?;
        Ok(())
    }

    /// From one side to the other.
    pub(super) fn rule(&mut self) -> Result<(), PrintError> {
        self.lines(vec!["-".repeat(self.columns)])
    }

    /// Something a scanner reads: as bars where they fit, because most scanners at a till know only
    /// those.
    pub(super) fn code(&mut self, text: &str) -> Result<(), PrintError> {
        // As receipts are numbered; a brace would begin a command of the bar code.
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./ ".contains(&byte);
        if text.is_empty() || !text.bytes().all(fits) {
            return Ok(());
        }
        let bars = self.columns >= WIDE && text.len() <= BAR_CODE;
        self.printer.feed()?.justify(JustifyMode::CENTER)?;
        if bars {
            self.printer.custom(&code128(text))?;
        } else {
            let level = QRCodeCorrectionLevel::M;
            let option = QRCodeOption::new(QRCodeModel::Model2, 5, level);
            self.printer.qrcode_option(text, option)?;
        }
        self.printer.feed()?.justify(JustifyMode::LEFT)?;
        Ok(())
    }

    fn lines(&mut self, lines: Vec<String>) -> Result<(), PrintError> {
        for line in lines {
            self.printer.custom(&encoded(&line))?.feed()?;
        }
        Ok(())
    }

    fn cut(&mut self) -> Result<(), PrintError> {
        self.printer.feed()?.custom(&CUT)?;
        Ok(())
    }

    fn bytes(mut self) -> Result<Vec<u8>, PrintError> {
        self.printer.print()?;
        Ok(self.sheet.0.take())
    }
}

/// A bar code of the set B of Code 128, which the library does not write.
fn code128(text: &str) -> Vec<u8> {
    let mut command = vec![
        0x1d, b'h', HEIGHT, // as high
        0x1d, b'w', MODULE, // as wide
        0x1d, b'H', 0, // and without its text, which stands elsewhere
        0x1d, b'k', 73,
    ];
    let data: Vec<u8> = [b"{B", text.as_bytes()].concat();
    // Shorter than `BAR_CODE`, so that it is a byte.
    command.push(data.len() as u8);
    command.extend(data);
    command
}

impl Driver for Sheet {
    fn name(&self) -> String {
        "sheet".to_owned()
    }

    fn write(&self, data: &[u8]) -> Written<()> {
        self.0.borrow_mut().extend(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Written<usize> {
        Ok(0)
    }

    fn flush(&self) -> Written<()> {
        Ok(())
    }
}
