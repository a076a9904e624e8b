//! Who is at the till.

use retail::{
    Approval, Credential, Permission, Person, Role, Tries, VALID_OFFLINE, collection, verify_pin,
};
use serde::Serialize;
use sync_client::platform::{now, random};
use sync_client::{Doc, Query};
use sync_core::{Millis, RecordId, Value, Verified};

use crate::error::TillError;
use crate::till::{Till, id};

/// Who is logged in.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    #[cfg_attr(feature = "types", ts(as = "RecordId"))]
    pub(crate) employee_id: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    permissions: Vec<Permission>,
    /// The largest discount this person may give alone; 10000 means any.
    max_discount: retail::Rate,
}

/// A tile of the login screen: active employees with a PIN on this device.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginUser {
    id: RecordId,
    name: String,
    role: Role,
    locked_until: Option<Millis>,
}

/// How logging in ended.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(untagged)]
pub(crate) enum LoginResult {
    /// Logged in.
    Right {
        #[cfg_attr(feature = "types", ts(type = "true"))]
        ok: bool,
        session: Session,
    },
    /// Not.
    Wrong {
        #[cfg_attr(feature = "types", ts(type = "false"))]
        ok: bool,
        #[serde(flatten)]
        why: PinRefused,
    },
}

/// Whether a second person lends a permission.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(untagged)]
pub(crate) enum OverrideResult {
    /// They do.
    Lent {
        #[cfg_attr(feature = "types", ts(type = "true"))]
        ok: bool,
        approval: Approval,
    },
    /// They may not do it themselves.
    NotAllowed {
        #[cfg_attr(feature = "types", ts(type = "false"))]
        ok: bool,
        #[cfg_attr(feature = "types", ts(type = "\"not_allowed\""))]
        reason: &'static str,
    },
    /// It is not known that it is they.
    Wrong {
        #[cfg_attr(feature = "types", ts(type = "false"))]
        ok: bool,
        #[serde(flatten)]
        why: PinRefused,
    },
}

/// Why a PIN was not taken. `expired`: the verifier kept on this device is older than its validity,
/// and the master must be reached once.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(
    tag = "reason",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub(crate) enum PinRefused {
    WrongPin { tries_left: u32 },
    Locked { until: Millis },
    Expired,
    UnknownUser,
}

/// How a PIN was taken.
enum Checked {
    Right { name: String, role: Role },
    Wrong { tries: Tries },
    Locked { until: Millis },
    Expired,
    Unknown,
}

impl Session {
    fn of(employee: &str, name: String, role: Role) -> Self {
        Self {
            employee_id: employee.to_owned(),
            name,
            role,
            permissions: role.permissions(),
            max_discount: role.max_discount(),
        }
    }

    pub(crate) fn person(&self, verified: Verified) -> Result<Person, TillError> {
        Ok(Person {
            id: id(&self.employee_id)?,
            name: self.name.clone(),
            role: self.role,
            verified,
            approved_by: None,
        })
    }
}

impl Till {
    /// The tiles of the login screen.
    pub(crate) async fn login_users(&self) -> Result<Vec<LoginUser>, TillError> {
        let client = self.client()?;
        let query = Query::all(collection::EMPLOYEES)
            .eq("active", true)
            .sort_by("name");
        let mut users = Vec::new();
        for employee in client.query(&query).items {
            if client.get(collection::CREDENTIALS, employee.id).is_none() {
                continue;
            }
            let locked = self.kept().tries(employee.id).await?.locked(now());
            let (name, role) = known_as(&employee);
            users.push(LoginUser {
                id: employee.id,
                name,
                role,
                locked_until: locked,
            });
        }
        Ok(users)
    }

    pub(crate) async fn login(&self, employee: &str, pin: &str) -> Result<LoginResult, TillError> {
        let checked = self.check_pin(id(employee)?, pin).await?;
        let Checked::Right { name, role } = checked else {
            let why = checked.refused();
            return Ok(LoginResult::Wrong { ok: false, why });
        };
        let session = Session::of(employee, name, role);
        self.session.replace(Some(session.clone()));
        Ok(LoginResult::Right { ok: true, session })
    }

    /// Logs in whoever gave their PIN on these very screens, to a till that has ended since, as they
    /// are now.
    ///
    /// # Errors
    /// When they do not work here any more, or the till does not.
    pub fn go_on(&self, employee: &str) -> Result<(), TillError> {
        let person = self.client()?.get(collection::EMPLOYEES, id(employee)?);
        let person = person.filter(is_active).ok_or_else(TillError::logged_out)?;
        let (name, role) = known_as(&person);
        self.session
            .replace(Some(Session::of(employee, name, role)));
        Ok(())
    }

    /// Logs out, or locks.
    pub(crate) fn logout(&self) {
        self.session.replace(None);
    }

    pub(crate) async fn verify_override(
        &self,
        employee: &str,
        pin: &str,
        permission: Permission,
    ) -> Result<OverrideResult, TillError> {
        let employee_id = id(employee)?;
        let checked = self.check_pin(employee_id, pin).await?;
        let Checked::Right { name, role } = checked else {
            let why = checked.refused();
            return Ok(OverrideResult::Wrong { ok: false, why });
        };
        if !role.has(permission) {
            return Ok(OverrideResult::NotAllowed {
                ok: false,
                reason: "not_allowed",
            });
        }
        let token = random::<16>()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let approval = Approval {
            permission,
            employee_id,
            name,
            at: now().0 as i64,
            token,
        };
        self.lent
            .borrow_mut()
            .insert(approval.token.clone(), approval.clone());
        Ok(OverrideResult::Lent { ok: true, approval })
    }

    /// Remembers that the master was reached, so that verifiers stay valid.
    pub(crate) async fn remember_reached(&self, at: Millis) {
        // Losing this only shortens how long PINs work without the master.
        let _ = self.kept().set_reached(at).await;
    }

    async fn check_pin(&self, employee: RecordId, pin: &str) -> Result<Checked, TillError> {
        let client = self.client()?;
        let credential = client.get(collection::CREDENTIALS, employee);
        let person = client.get(collection::EMPLOYEES, employee);
        let (Some(credential), Some(person)) = (credential, person.filter(is_active)) else {
            return Ok(Checked::Unknown);
        };
        let Ok(credential) = credential.doc.to_typed::<Credential>() else {
            return Ok(Checked::Unknown);
        };
        let tries = self.kept().tries(employee).await?;
        if let Some(until) = tries.locked(now()) {
            return Ok(Checked::Locked { until });
        }
        let reached = client.status().borrow().last_synced_at;
        let reached = match reached {
            Some(at) => Some(at),
            None => self.kept().reached().await?,
        };
        if reached.is_some_and(|at| now().since(at) > VALID_OFFLINE) {
            return Ok(Checked::Expired);
        }
        // Counted before it is looked at: a reload in between is no free try.
        let wrong = tries.after_wrong(now());
        self.kept().set_tries(employee, wrong).await?;
        if !verify_pin(pin, &credential.verifier).unwrap_or(false) {
            return Ok(Checked::Wrong { tries: wrong });
        }
        self.kept().set_tries(employee, tries.after_right()).await?;
        let (name, role) = known_as(&person);
        Ok(Checked::Right { name, role })
    }
}

impl Checked {
    fn refused(&self) -> PinRefused {
        match self {
            Self::Wrong { tries } => match tries.locked(now()) {
                Some(until) => PinRefused::Locked { until },
                None => PinRefused::WrongPin {
                    tries_left: tries.left(),
                },
            },
            Self::Locked { until } => PinRefused::Locked { until: *until },
            Self::Expired => PinRefused::Expired,
            Self::Unknown | Self::Right { .. } => PinRefused::UnknownUser,
        }
    }
}

fn known_as(employee: &Doc) -> (String, Role) {
    let role = employee.doc.text("role").and_then(Role::of);
    let name = employee.doc.text("name").unwrap_or_default();
    (name.to_owned(), role.unwrap_or(Role::Viewer))
}

fn is_active(employee: &Doc) -> bool {
    employee.doc.get("active").and_then(Value::as_bool) != Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &impl Serialize, expected: &str) {
        assert_eq!(serde_json::to_string(answer).expect("JSON"), expected);
    }

    #[test]
    fn why_a_pin_was_not_taken_stands_beside_that_it_was_not() {
        let wrong = |why| LoginResult::Wrong { ok: false, why };
        check(
            &wrong(PinRefused::WrongPin { tries_left: 2 }),
            r#"{"ok":false,"reason":"wrong_pin","triesLeft":2}"#,
        );
        let until = Millis(5);
        check(
            &wrong(PinRefused::Locked { until }),
            r#"{"ok":false,"reason":"locked","until":5}"#,
        );
        check(
            &wrong(PinRefused::Expired),
            r#"{"ok":false,"reason":"expired"}"#,
        );
        check(
            &OverrideResult::Wrong {
                ok: false,
                why: PinRefused::UnknownUser,
            },
            r#"{"ok":false,"reason":"unknown_user"}"#,
        );
    }
}
