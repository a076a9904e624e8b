//! Who belongs to the store: codes, devices, backups, generations.

use rusqlite::{OptionalExtension, params};
use serde_json::{Value as Json, json};
use sync_core::{
    Code, DeviceId, DeviceInfo, DeviceKind, Digest, Hlc, LogId, Millis, Seq, WireError,
};

use super::super::audit::Entry;
use super::super::devices::{self, Device, kind_of_word, kind_word};
use super::super::error::LedgerError;
use super::super::proposal::{Answer, CodeTerms, Command, Proof};
use super::super::sql;
use super::Applier;

/// So many wrong codes and the open ones are void.
const TRIES: u32 = 5;

impl Applier<'_> {
    pub(super) fn membership(&mut self, command: Command) -> Result<Answer, LedgerError> {
        match command {
            Command::OpenCode {
                code,
                terms,
                expires_at,
            } => self.open_code(code, &terms, expires_at),
            Command::Enrol {
                proof,
                id,
                token,
                name,
                kind,
            } => self.enrol(&proof, id, token, name, kind),
            Command::Rename { device, name, by } => self.rename(device, name, by),
            Command::Revoke { device } => self.revoke(device),
            Command::Close { device, reason } => {
                self.close(device, &reason)?;
                Ok(Answer::Done)
            }
            Command::Seen {
                device,
                app,
                pending,
            } => self.seen(device, app, pending),
            _ => Ok(Answer::Done),
        }
    }

    fn open_code(
        &mut self,
        code: Digest,
        terms: &CodeTerms,
        expires_at: Millis,
    ) -> Result<Answer, LedgerError> {
        self.connection.execute(
            "DELETE FROM enrolment_codes WHERE expires_at <= ?1",
            [self.now.0 as i64],
        )?;
        self.connection.execute(
            "INSERT OR REPLACE INTO enrolment_codes (code_hash, kind, name, read_only, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                code.bytes(),
                terms.kind.map(kind_word),
                terms.name,
                terms.read_only,
                expires_at.0 as i64
            ],
        )?;
        let about = json!({ "terms": terms, "expires_at": expires_at });
        self.append(Entry::new("code_opened", None, about))?;
        Ok(Answer::Done)
    }

    fn enrol(
        &mut self,
        proof: &Proof,
        id: DeviceId,
        token: Digest,
        mut name: String,
        mut kind: DeviceKind,
    ) -> Result<Answer, LedgerError> {
        let mut read_only = false;
        match proof {
            Proof::Trusted => {}
            Proof::Code(code) => match self.use_code(code)? {
                Some(terms) => {
                    kind = terms.kind.unwrap_or(kind);
                    name = terms.name.unwrap_or(name);
                    read_only = terms.read_only;
                }
                None => return self.refuse_enrolment("code"),
            },
            Proof::Token(old) => {
                let known = devices::all(self.connection)?
                    .into_iter()
                    .find(|device| device.token_hash == Some(*old) && device.revoked_at.is_none());
                match known {
                    Some(mut old) => {
                        (kind, read_only) = (old.info.kind, old.info.read_only);
                        old.closed_at = old.closed_at.or(Some(self.now));
                        old.replaced_by = Some(id);
                        self.replace(old)?;
                    }
                    None => return self.refuse_enrolment("token"),
                }
            }
        }
        let info = DeviceInfo {
            id,
            kind,
            ordinal: devices::next_ordinal(self.connection)?,
            name,
            read_only,
        };
        let about = json!({ "name": info.name, "kind": kind, "ordinal": info.ordinal });
        self.replace(Device::new(info.clone(), Some(token), self.now))?;
        self.append(Entry::new("enrolled", Some(id), about))?;
        Ok(Answer::Enrolled(info))
    }

    /// Uses a code up; `None` where it is unknown or too old.
    fn use_code(&mut self, code: &Digest) -> Result<Option<CodeTerms>, LedgerError> {
        let query = "DELETE FROM enrolment_codes WHERE code_hash = ?1
             RETURNING kind, name, read_only, expires_at";
        let found = self
            .connection
            .query_row(query, [code.bytes()], |row| {
                let kind: Option<String> = row.get(0)?;
                let terms = CodeTerms {
                    kind: kind.as_deref().and_then(kind_of_word),
                    name: row.get(1)?,
                    read_only: row.get(2)?,
                };
                Ok((terms, Millis(sql::count(row, 3)?)))
            })
            .optional()?;
        Ok(found
            .filter(|(_, expires_at)| *expires_at > self.now)
            .map(|(terms, _)| terms))
    }

    /// A wrong code counts against every open one: nobody knows which was meant.
    fn refuse_enrolment(&mut self, by: &str) -> Result<Answer, LedgerError> {
        self.connection
            .execute("UPDATE enrolment_codes SET tries = tries + 1", [])?;
        self.connection
            .execute("DELETE FROM enrolment_codes WHERE tries >= ?1", [TRIES])?;
        let message = "this code is wrong, used up or too old; ask for a new one";
        let error = WireError::new(Code::BadEnrolmentCode, message).of_field(by);
        Ok(Answer::Refused(error))
    }

    fn rename(
        &mut self,
        id: DeviceId,
        name: String,
        by: Option<String>,
    ) -> Result<Answer, LedgerError> {
        let Some(mut device) = self.device(id)?.cloned() else {
            let error = WireError::new(Code::NotFound, "there is no such device");
            return Ok(Answer::Refused(error));
        };
        if device.info.name != name {
            let about = json!({ "before": device.info.name, "after": name });
            device.info.name = name;
            self.replace(device)?;
            self.append(Entry::new("renamed", Some(id), about).by(by))?;
        }
        Ok(Answer::Done)
    }

    fn revoke(&mut self, id: DeviceId) -> Result<Answer, LedgerError> {
        let Some(mut device) = self.device(id)?.cloned() else {
            let error = WireError::new(Code::NotFound, "there is no such device");
            return Ok(Answer::Refused(error));
        };
        device.revoked_at = device.revoked_at.or(Some(self.now));
        self.replace(device)?;
        self.append(Entry::new("revoked", Some(id), json!({})))?;
        Ok(Answer::Done)
    }

    pub(super) fn close(&mut self, id: DeviceId, reason: &str) -> Result<(), LedgerError> {
        let Some(mut device) = self.device(id)?.cloned() else {
            return Ok(());
        };
        if device.closed_at.is_some() {
            return Ok(());
        }
        device.closed_at = Some(self.now);
        self.replace(device)?;
        self.append(Entry::new("closed", Some(id), json!({ "reason": reason })))
    }

    fn seen(&mut self, id: DeviceId, app: String, pending: u64) -> Result<Answer, LedgerError> {
        if let Some(mut device) = self.device(id)?.cloned() {
            device.last_seen = Some(self.now);
            device.app = Some(app);
            device.pending = Some(pending);
            self.replace(device)?;
        }
        Ok(Answer::Done)
    }

    pub(super) fn was_level(&mut self, id: DeviceId, at: Millis) -> Result<(), LedgerError> {
        if let Some(mut device) = self.device(id)?.cloned() {
            device.last_synced_at = device.last_synced_at.max(Some(at));
            self.replace(device)?;
        }
        Ok(())
    }

    pub(super) fn archived(
        &mut self,
        marks: &[(DeviceId, Seq)],
        about: Json,
    ) -> Result<Answer, LedgerError> {
        for (id, seq) in marks {
            if let Some(mut device) = self.device(*id)?.cloned() {
                device.archived = device.archived.max(*seq);
                self.replace(device)?;
            }
        }
        self.append(Entry::new("backup", None, about))?;
        Ok(Answer::Done)
    }

    pub(super) fn need_restore(&mut self, reason: String) -> Result<Answer, LedgerError> {
        if self.state.identity.restore_needed.is_none() {
            let about = json!({ "reason": reason });
            self.state.identity.restore_needed = Some(reason);
            self.state.identity.save(self.connection)?;
            self.append(Entry::new("restore_needed", None, about))?;
        }
        Ok(Answer::Done)
    }

    /// A new generation: a new log, a new node, and an entry that names the last heads known.
    pub(super) fn restart(
        &mut self,
        log_id: LogId,
        node: DeviceId,
        reason: &str,
    ) -> Result<Answer, LedgerError> {
        let before = self.state.identity.log_id;
        if log_id.generation <= before.generation {
            return Ok(Answer::Done);
        }
        let about = json!({
            "reason": reason,
            "from": before,
            "to": log_id,
            "log_head": { "position": self.state.head, "digest": self.state.digest },
            "audit_head": { "number": self.state.audit.number, "digest": self.state.audit.digest },
        });
        let old_node = self.state.identity.node;
        self.close(old_node, "a new generation of the log began")?;
        let info = node_info(node);
        self.replace(Device::new(info, None, self.now))?;
        self.state.identity.log_id = log_id;
        self.state.identity.node = node;
        self.state.identity.restore_needed = None;
        self.state.identity.save(self.connection)?;
        self.append(Entry::new("new_generation", Some(node), about))?;
        if let Some(body) = self.domain.announce(node, self.now) {
            self.own(&body.encode(), Hlc::at(self.now))?;
        }
        Ok(Answer::Done)
    }

    fn replace(&mut self, device: Device) -> Result<(), LedgerError> {
        devices::put(self.connection, &device)?;
        self.devices.insert(device.info.id, device);
        self.devices_changed = true;
        Ok(())
    }
}

/// What the rules know of a node.
pub(in crate::ledger) fn node_info(id: DeviceId) -> DeviceInfo {
    DeviceInfo {
        id,
        kind: DeviceKind::Node,
        ordinal: 0,
        name: "master".to_owned(),
        read_only: false,
    }
}
