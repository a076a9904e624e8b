//! Where a master is, as people write it.

use sync_core::Fingerprint;

/// What people typed is no address of a master.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidAddress;

/// Where a master is, and who vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterAddress {
    /// Its base address.
    pub url: String,
    /// The authority that its certificate has to be of, where the address names one.
    pub authority: Option<Fingerprint>,
}

/// The port a master listens on where nobody says another.
const PORT: u16 = 7400;

/// The base address of a master as a person says it: `192.168.1.5`, `shop.local:7400`, a whole URL,
/// each with the fingerprint of its authority after a `#` or without. On another machine it has TLS,
/// unless somebody says `http://`.
///
/// # Errors
/// When it has no host, another scheme than `http` and `https`, or more than an address.
pub fn master_address(typed: &str) -> Result<MasterAddress, InvalidAddress> {
    let (typed, authority) = match typed.split_once('#') {
        Some((typed, authority)) => (typed, Some(authority)),
        None => (typed, None),
    };
    let authority = authority.map(|text| text.parse().map_err(|_| InvalidAddress));
    let authority = authority.transpose()?;
    Ok(MasterAddress {
        url: base(typed)?,
        authority,
    })
}

fn base(typed: &str) -> Result<String, InvalidAddress> {
    let typed = typed.trim().trim_end_matches('/');
    let (scheme, rest) = match typed.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
        None => (None, typed),
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || "/?#@\\\"'<>".contains(c);
    if rest.is_empty() || rest.contains(odd) {
        return Err(InvalidAddress);
    }
    // What stands in brackets is an address with colons of its own.
    let after_host = match rest.strip_prefix('[') {
        Some(inner) => inner.split_once(']').ok_or(InvalidAddress)?.1,
        None => rest.find(':').map_or("", |colon| &rest[colon..]),
    };
    let port = match after_host {
        "" => None,
        text => {
            let digits = text.strip_prefix(':').ok_or(InvalidAddress)?;
            Some(digits.parse::<u16>().map_err(|_| InvalidAddress)?)
        }
    };
    if port == Some(0) || rest.starts_with(':') || rest.starts_with("[]") {
        return Err(InvalidAddress);
    }
    let host = rest.to_ascii_lowercase();
    match (scheme.as_deref(), port) {
        (Some("https"), _) => Ok(format!("https://{host}")),
        (Some("http"), _) => Ok(format!("http://{host}")),
        (Some(_), _) => Err(InvalidAddress),
        (None, port) => {
            let host = match port {
                Some(_) => host,
                None => format!("{host}:{PORT}"),
            };
            let scheme = if is_loopback(&host) { "http" } else { "https" };
            Ok(format!("{scheme}://{host}"))
        }
    }
}

/// Whether an address is this very machine.
pub fn is_loopback(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    ["127.0.0.1", "localhost", "[::1]"].into_iter().any(|own| {
        host.strip_prefix(own)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: &str) {
        let read = master_address(typed).map(|address| (address.url, address.authority));
        assert_eq!(read, Ok((expected.to_owned(), None)), "{typed}");
    }

    #[test]
    fn an_address_may_be_short_or_whole() {
        check("192.168.1.5", "https://192.168.1.5:7400");
        check(" Shop.local ", "https://shop.local:7400");
        check("shop.local:8000", "https://shop.local:8000");
        check("http://shop.local:8000", "http://shop.local:8000");
        check("localhost", "http://localhost:7400");
        check("127.0.0.1:8000", "http://127.0.0.1:8000");
        check("http://127.0.0.1:7400/", "http://127.0.0.1:7400");
        check("https://shop.example", "https://shop.example");
        check("[::1]", "http://[::1]:7400");
        check("[::1]:8000", "http://[::1]:8000");
    }

    #[test]
    fn an_address_may_name_who_vouches_for_it() {
        let authority = Fingerprint::of(b"an authority");
        let spaced = format!("192.168.1.5#{}", authority.groups().join(" "));
        let plain = format!("https://192.168.1.5:7400/#{authority}");
        for typed in [spaced, plain] {
            let expected = MasterAddress {
                url: "https://192.168.1.5:7400".to_owned(),
                authority: Some(authority),
            };
            assert_eq!(master_address(&typed), Ok(expected), "{typed}");
        }
        assert_eq!(master_address("192.168.1.5#1234"), Err(InvalidAddress));
    }

    #[test]
    fn what_is_no_address_is_said_so() {
        let wrong = [
            "",
            "  ",
            "http://",
            "ftp://shop",
            "a b",
            "shop/till",
            "shop:port",
            "shop:0",
            "shop:99999",
            ":7400",
            "[::1",
            "user@shop",
            "shop?x",
            "[]",
        ];
        for typed in wrong {
            assert_eq!(master_address(typed), Err(InvalidAddress), "{typed}");
        }
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        for own in [
            "http://127.0.0.1:7400",
            "http://localhost",
            "https://[::1]/",
        ] {
            assert!(is_loopback(own), "{own}");
        }
        for other in ["http://192.168.1.5:7400", "http://localhost.example"] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
