use proptest::prelude::*;
use retail::{Money, Rate, spread, tax};
use sync_core::Quantity;

#[test]
fn a_half_goes_up_and_its_opposite_down() {
    let price = Money(255);
    assert_eq!(price.times(Quantity(500)), Money(128));
    assert_eq!(price.times(Quantity(-500)), Money(-128));
    assert_eq!(price.times(Quantity(499)), Money(127));
    assert_eq!(Money(-255).times(Quantity(500)), Money(-128));
    assert_eq!(Money(999).share(Rate(1000)), Money(100));
}

#[test]
fn cash_is_rounded_to_the_nearest_coin() {
    let coin = Money(5);
    let rounded = |minor| Money(minor).to_step(coin).0;
    assert_eq!(
        [0, 2, 3, 7, 8, -2, -3].map(rounded),
        [0, 0, 5, 5, 10, 0, -5]
    );
    assert_eq!(Money(7).to_step(Money(1)), Money(7));
}

#[test]
fn money_is_written_and_read() {
    assert_eq!(Money(-1250).format(2), "-12.50");
    assert_eq!(Money(5).format(2), "0.05");
    assert_eq!(Money(1250).format(0), "1250");
    let read = |text| Money::parse(text, 2).map(|money| money.0).ok();
    assert_eq!(read("2.55"), Some(255));
    assert_eq!(read("-11062.06"), Some(-1_106_206));
    assert_eq!(read("0.001"), Some(0));
    assert_eq!(read("0.005"), Some(1));
    assert_eq!(read("3"), Some(300));
    assert_eq!(read(".5"), Some(50));
    for wrong in [
        "",
        ".",
        "1,5",
        "1e3",
        "--1",
        "12.5.1",
        "99999999999999999999",
    ] {
        assert_eq!(read(wrong), None, "{wrong:?}");
    }
}

#[test]
fn included_tax_is_taken_out_and_other_tax_put_on() {
    let amounts = [(Rate(2000), Money(1000)), (Rate(500), Money(1000))];
    let inside = tax(&amounts, true);
    let taxes = |taxed: &retail::Taxed| taxed.rates.iter().map(|r| r.tax.0).collect::<Vec<_>>();
    assert_eq!(taxes(&inside), [48, 167]);
    assert_eq!(inside.by_line, [Money(167), Money(48)]);
    let outside = tax(&amounts, false);
    assert_eq!(taxes(&outside), [50, 200]);
    assert_eq!(outside.rates[1].gross, Money(1200));
}

fn amounts() -> impl Strategy<Value = Vec<(Rate, Money)>> {
    let rate = prop_oneof![
        Just(Rate(0)),
        Just(Rate(500)),
        Just(Rate(2000)),
        (0..10_000_i64).prop_map(Rate)
    ];
    prop::collection::vec((rate, (-1_000_000..1_000_000_i64).prop_map(Money)), 0..40)
}

proptest! {
    #[test]
    fn the_tax_of_the_lines_is_the_tax_of_their_rate(amounts in amounts(), included: bool) {
        let taxed = tax(&amounts, included);
        for rate in &taxed.rates {
            let of_lines: Money = amounts
                .iter()
                .zip(&taxed.by_line)
                .filter(|((line, _), _)| *line == rate.rate)
                .map(|(_, tax)| *tax)
                .sum();
            prop_assert_eq!(of_lines, rate.tax);
            prop_assert_eq!(rate.net + rate.tax, rate.gross);
            let sum: Money = amounts
                .iter()
                .filter(|(line, _)| *line == rate.rate)
                .map(|(_, amount)| *amount)
                .sum();
            prop_assert_eq!(sum, if included { rate.gross } else { rate.net });
        }
    }

    #[test]
    fn the_opposite_amounts_have_the_opposite_tax(amounts in amounts(), included: bool) {
        let opposite: Vec<_> = amounts.iter().map(|(rate, money)| (*rate, -*money)).collect();
        let (one, other) = (tax(&amounts, included), tax(&opposite, included));
        for (rate, back) in one.rates.iter().zip(&other.rates) {
            prop_assert_eq!((rate.net, rate.tax), (-back.net, -back.tax));
        }
        let sum: Money = one.by_line.iter().zip(&other.by_line).map(|(a, b)| *a + *b).sum();
        prop_assert_eq!(sum, Money::ZERO);
    }

    #[test]
    fn a_discount_is_spread_without_rest(
        amounts in prop::collection::vec((0..1_000_000_i64).prop_map(Money), 1..40),
        share in 0..=10_000_i64,
    ) {
        let whole: Money = amounts.iter().copied().sum();
        let discount = whole.share(Rate(share));
        let parts = spread(discount, &amounts);
        prop_assert_eq!(parts.iter().copied().sum::<Money>(), discount);
        for (part, amount) in parts.iter().zip(&amounts) {
            prop_assert!(*part >= Money::ZERO && *part <= *amount);
        }
    }

    #[test]
    fn absurd_amounts_bring_nothing_down(price: i64, quantity: i64, rate: i64) {
        let amount = Money(price).times(Quantity(quantity));
        let rate = Rate(rate.checked_abs().unwrap_or(0) >> 11);
        let taxed = tax(&[(rate, amount), (rate, amount)], true);
        prop_assert_eq!(taxed.by_line.len(), 2);
        prop_assert!(amount.0.unsigned_abs() <= sync_core::MAX_INTEGER.unsigned_abs());
    }

    #[test]
    fn money_written_is_money_read(minor in -9_000_000_000_000_000..9_000_000_000_000_000_i64, exponent in 0..=4_u8) {
        let money = Money(minor);
        prop_assert_eq!(Money::parse(&money.format(exponent), exponent), Ok(money));
    }
}
