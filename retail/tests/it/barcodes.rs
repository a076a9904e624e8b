use proptest::prelude::*;
use retail::{Barcode, BarcodeError, EmbeddedValue, Money, read_barcode};
use sync_core::Quantity;

fn read(text: &str) -> Barcode {
    read_barcode(text).unwrap()
}

#[test]
fn ean_and_upc_are_read_in_every_length_they_are_printed_in() {
    assert_eq!(read("4006381333931").keys[0], "4006381333931");
    assert_eq!(read("96385074").keys[0], "96385074");
    let upc = read("036000291452");
    assert_eq!(upc.keys[0], "036000291452");
    assert!(upc.keys.contains(&"0036000291452".to_owned()));
    assert!(
        read("0036000291452")
            .keys
            .contains(&"036000291452".to_owned())
    );
    assert!(read("04252614").keys.contains(&"042100005264".to_owned()));
}

#[test]
fn a_wrong_check_digit_is_told_and_other_texts_are_codes_of_the_shop() {
    assert_eq!(
        read_barcode("4006381333932"),
        Err(BarcodeError::CheckDigit("4006381333932".to_owned()))
    );
    assert_eq!(read(" 85123A ").keys, ["85123A"]);
    assert_eq!(read("85123a").keys, ["85123a"]);
    assert_eq!(read("22423").keys, ["22423"]);
    assert_eq!(read_barcode("  "), Err(BarcodeError::Empty));
}

#[test]
fn a_scale_prints_weight_or_price_into_the_code() {
    let weight = read("2512345015000").embedded.unwrap();
    assert_eq!(weight.value, EmbeddedValue::Weight(Quantity(1500)));
    assert_eq!(weight.keys[1..], ["2512345", "12345"]);
    assert_eq!(read(&weight.keys[0]).keys[0], weight.keys[0]);
    let price = read("2012345003477").embedded.unwrap();
    assert_eq!(price.value, EmbeddedValue::Price(Money(347)));
    assert_eq!(read("4006381333931").embedded, None);
}

#[test]
fn gs1_names_article_lot_and_expiry() {
    let code = Barcode {
        lot: Some("AB-123".to_owned()),
        expiry: Some("2027-02-28".to_owned()),
        ..read("09501101530003")
    };
    for text in [
        "(01)09501101530003(17)270200(10)AB-123",
        "]C1010950110153000317270200\u{1d}10AB-123",
        "]d2010950110153000310AB-123\u{1d}17270228",
        "010950110153000317270228\u{1d}10AB-123",
    ] {
        let found = read(text);
        assert_eq!(
            (found.lot, found.expiry),
            (code.lot.clone(), code.expiry.clone())
        );
        assert_eq!(found.keys[0], "9501101530003");
    }
    let heavy = read("(01)09501101530003(3103)001250");
    assert_eq!(heavy.quantity, Some(Quantity(1250)));
    assert!(read_barcode("(01)09501101530003(17)271332").is_err());
    assert!(read_barcode("(01)09501101530004").is_err());
    assert!(read_barcode("]C110LOT").is_err());
}

proptest! {
    #[test]
    fn whatever_is_scanned_brings_nothing_down(text in ".{0,60}") {
        let _ = read_barcode(&text);
    }

    #[test]
    fn no_digits_bring_it_down(text in "(01|\\]C1|\\(01\\)|\\(310)?[0-9()\u{1d}]{0,30}") {
        let _ = read_barcode(&text);
    }
}
