use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use serde::{Deserialize, Serialize};
use sync_core::{Fingerprint, Millis};
use time::OffsetDateTime;

use super::names::Name;
use super::reach::Reach;

/// Its file in the master's folder.
const FILE: &str = "authority.json";
const DAY: u64 = 24 * 60 * 60 * 1_000;
/// A certificate begins so much in the past: clocks of tablets are wrong by days.
const BEFORE: u64 = 7 * DAY;
/// A certificate holds so long. Browsers take 398 days at most where a machine came with the
/// authority, and Apple's 825 where a person added it.
const HOLDS: u64 = 365 * DAY;
/// So long before its end there is another one: machines may stand in a drawer that long.
const RENEWED: u64 = 120 * DAY;

/// The certificate authority of a store, made once and kept in the master's folder. Devices that
/// trust it trust every certificate that it issues for this master, and it can issue none for names
/// beyond the shop's network.
pub struct Authority {
    kept: Kept,
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate of this machine with its key, which never leaves the memory.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// For whom it holds.
    pub names: BTreeSet<Name>,
    /// From when on.
    pub from: Millis,
    /// From when on there should be another one.
    pub renew_at: Millis,
    /// Certificate, authority and key.
    pub key: Arc<CertifiedKey>,
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// What people see it as.
    name: String,
    /// Names that it may speak for beside those of inner networks.
    own: Vec<String>,
    /// PEM.
    certificate: String,
    /// PEM.
    key: String,
}

/// Why there is no authority.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// Its file cannot be read or written.
    #[error("cannot use {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its file holds something else.
    #[error("{path} holds no certificate authority: {reason}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A certificate cannot be made.
    #[error("no certificate can be made")]
    Made(#[from] rcgen::Error),
    /// A certificate that was made cannot be used.
    #[error("the certificate cannot be used")]
    Used(#[from] rustls::Error),
}

impl Authority {
    /// The authority kept in a folder, made for a shop and the names of this machine where there is
    /// none yet.
    ///
    /// # Errors
    /// When its file cannot be read or written, or holds something else.
    pub fn open(folder: &Path, shop: &str, names: &BTreeSet<Name>) -> Result<Self, AuthorityError> {
        let path = folder.join(FILE);
        let of_file = |source| AuthorityError::File {
            path: path.clone(),
            source,
        };
        match fs::read_to_string(&path) {
            Ok(text) => {
                Self::read(&text).map_err(|reason| AuthorityError::Damaged { path, reason })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let made = Self::make(shop, names)?;
                let text = serde_json::to_string_pretty(&made.kept);
                let text = text.map_err(|error| of_file(error.into()))?;
                write_alone(&path, &text).map_err(of_file)?;
                tracing::info!(fingerprint = %made.fingerprint(), "made the store's certificate authority");
                Ok(made)
            }
            Err(error) => Err(of_file(error)),
        }
    }

    /// What people see it as.
    pub fn name(&self) -> &str {
        &self.kept.name
    }

    /// What tells it from every other one.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.certificate)
    }

    /// Its certificate as DER, which devices are to trust.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The same as PEM.
    pub fn certificate_pem(&self) -> &str {
        &self.kept.certificate
    }

    /// Whether it may speak for a name.
    pub fn allows(&self, name: &Name) -> bool {
        self.reach().allows(name)
    }

    /// A certificate for those of the names that it may speak for.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn issue(&self, names: &BTreeSet<Name>, now: Millis) -> Result<Leaf, AuthorityError> {
        let (spoken_for, beyond): (BTreeSet<_>, BTreeSet<_>) =
            names.iter().cloned().partition(|name| self.allows(name));
        if !beyond.is_empty() {
            tracing::info!(names = ?beyond, "the certificate does not hold for these");
        }
        let (from, until) = (Millis(now.0.saturating_sub(BEFORE)), now.plus(HOLDS));
        let mut params = CertificateParams::default();
        params.not_before = moment(from);
        params.not_after = moment(until);
        params.distinguished_name = called("Tillsync main server");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        for name in &spoken_for {
            params.subject_alt_names.push(match name {
                Name::Dns(name) => SanType::DnsName(name.as_str().try_into()?),
                Name::Ip(address) => SanType::IpAddress(*address),
            });
        }
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let chain = vec![certificate.der().clone(), self.certificate.clone()];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(Leaf {
            names: spoken_for,
            from,
            renew_at: Millis(until.0 - RENEWED),
            key: Arc::new(CertifiedKey::from_der(chain, key, &provider())?),
        })
    }

    fn make(shop: &str, names: &BTreeSet<Name>) -> Result<Self, AuthorityError> {
        let inner = Reach { own: &[] };
        let own: Vec<String> = names
            .iter()
            .filter(|name| !inner.allows(name))
            .map(ToString::to_string)
            .collect();
        let key = KeyPair::generate()?;
        let known_by = Fingerprint::of(key.public_key_raw()).short();
        // Two shops of one name are told apart in the settings of a tablet.
        let name = format!("{} Tillsync CA {}", shop.trim(), &known_by[..4]);
        let params = params(&name, &own);
        let certificate = params.self_signed(&key)?;
        let kept = Kept {
            name,
            own,
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        };
        Ok(Self {
            kept,
            certificate: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        })
    }

    fn read(text: &str) -> Result<Self, String> {
        let kept: Kept = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let certificate = CertificateDer::from_pem_slice(kept.certificate.as_bytes());
        let certificate = certificate.map_err(|error| error.to_string())?;
        let key = KeyPair::from_pem(&kept.key).map_err(|error| error.to_string())?;
        let issuer = Issuer::new(params(&kept.name, &kept.own), key);
        Ok(Self {
            kept,
            certificate,
            issuer,
        })
    }

    fn reach(&self) -> Reach<'_> {
        Reach {
            own: &self.kept.own,
        }
    }
}

/// The one set of ciphers that this program was built with.
pub(super) fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

fn params(name: &str, own: &[String]) -> CertificateParams {
    let mut params = CertificateParams::default();
    // The clock of a machine that is being set up may be wrong by years.
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    params.distinguished_name = called(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    // Machines that trust it for everything must not take code or mail that it signed.
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.name_constraints = Some(Reach { own }.constraints());
    params
}

fn called(name: &str) -> DistinguishedName {
    let mut called = DistinguishedName::new();
    // A common name has 64 characters at most.
    called.push(
        DnType::CommonName,
        name.chars().take(64).collect::<String>(),
    );
    called
}

fn moment(at: Millis) -> OffsetDateTime {
    let seconds = i64::try_from(at.0 / 1_000).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(date_time_ymd(2049, 12, 31))
}

/// Writes a file that only its owner may read, whole or not at all.
fn write_alone(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    drop(file);
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::RootCertStore;
    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier;
    use rustls::pki_types::{ServerName, UnixTime};

    use super::*;

    const NOW: Millis = Millis(1_767_225_600_000);

    fn names(names: &[&str]) -> BTreeSet<Name> {
        names.iter().filter_map(|name| Name::read(name)).collect()
    }

    #[test]
    fn it_is_made_once_and_only_its_owner_can_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let made = Authority::open(dir.path(), "Corner", &names(&["kasse"])).unwrap();
        let again = Authority::open(dir.path(), "Other", &names(&["other"])).unwrap();
        assert_eq!(made.fingerprint(), again.fingerprint());
        assert!(again.allows(&Name::Dns("kasse".to_owned())));
        assert!(!again.allows(&Name::Dns("other".to_owned())));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let kept = fs::metadata(dir.path().join(FILE)).unwrap();
            assert_eq!(kept.permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_file_is_named_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), "{}").unwrap();
        let opened = Authority::open(dir.path(), "Corner", &names(&[]));
        assert!(matches!(opened, Err(AuthorityError::Damaged { .. })));
        assert_eq!(fs::read(dir.path().join(FILE)).unwrap(), b"{}");
    }

    #[test]
    fn what_it_may_not_speak_for_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let authority = Authority::open(dir.path(), "Corner", &names(&[])).unwrap();
        let asked = names(&["192.168.1.5", "bank.example", "kasse.local"]);
        let leaf = authority.issue(&asked, NOW).unwrap();
        assert_eq!(leaf.names, names(&["192.168.1.5", "kasse.local"]));
        assert_eq!(leaf.key.cert.len(), 2);
    }

    /// Whether a device that trusts the authority believes a certificate of it for a name, whatever the
    /// one who has the key signs.
    fn believed(authority: &Authority, name: &str) -> Result<(), rustls::Error> {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = moment(NOW);
        params.not_after = moment(NOW.plus(DAY));
        let key = KeyPair::generate().unwrap();
        let signed = params.signed_by(&key, &authority.issuer).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate.clone()).unwrap();
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(provider()));
        let now = UnixTime::since_unix_epoch(Duration::from_millis(NOW.0 + 1_000));
        let name = ServerName::try_from(name).unwrap();
        let verifier = verifier.build().unwrap();
        let verified = verifier.verify_server_cert(signed.der(), &[], &name, &[], now);
        verified.map(drop)
    }

    #[test]
    fn whoever_has_its_key_can_speak_for_the_shop_alone() {
        let dir = tempfile::tempdir().unwrap();
        let authority = Authority::open(dir.path(), "Corner", &names(&["kasse"])).unwrap();
        for own in ["kasse", "kasse.local", "192.168.1.5", "10.0.0.1", "fd00::2"] {
            assert_eq!(believed(&authority, own), Ok(()), "{own}");
        }
        for foreign in ["bank.example", "8.8.8.8", "2001:db8::1", "kasse.example"] {
            let refused = believed(&authority, foreign);
            assert!(refused.is_err(), "{foreign}");
        }
    }
}
