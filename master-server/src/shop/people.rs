//! People of the shop, from the command line and in the demo.

use crate::admin::Desk;
use crate::env::Env;
use anyhow::{Context, Result, bail};
use retail::{
    Credential, Employee, Fields, Role, archive_employee, collection, create_employee, hash_pin,
    save_employee, set_credentials,
};
use sync_core::{Record, RecordId, Value};

use super::{accepted, all, get, occasion, propose};

/// A person as a list shows them.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The record.
    pub id: RecordId,
    /// The rest.
    pub employee: Employee,
    /// Whether they have a PIN.
    pub pin: bool,
}

/// Makes a person with a PIN.
pub async fn add(desk: &mut Desk, id: RecordId, name: &str, role: Role, pin: &str) -> Result<()> {
    let verifier = verifier(pin).await?;
    let employee = Employee {
        name: name.to_owned(),
        role,
        active: true,
        email: None,
    };
    let occasion = occasion(desk).await?;
    let bodies = vec![
        create_employee(&occasion, id, &employee)?,
        set_credentials(&occasion, id, None, &verifier)?,
    ];
    accepted(&propose(desk, bodies).await?)
}

/// Gives a person another PIN.
pub async fn set_pin(desk: &mut Desk, id: RecordId, pin: &str) -> Result<()> {
    let verifier = verifier(pin).await?;
    let seen = get(desk, collection::CREDENTIALS, id).await?;
    let seen = seen.map(|record| record.doc.to_typed::<Credential>());
    let seen = seen
        .transpose()
        .context("the PIN kept for them cannot be read")?;
    let body = set_credentials(&occasion(desk).await?, id, seen.as_ref(), &verifier)?;
    accepted(&propose(desk, vec![body]).await?)
}

/// Gives a person another role.
pub async fn set_role(desk: &mut Desk, person: &Listed, role: Role) -> Result<()> {
    let field =
        |role: Role| Fields::from_iter([("role".to_owned(), Some(Value::from(role.as_str())))]);
    let (seen, wanted) = (field(person.employee.role), field(role));
    let body = save_employee(&occasion(desk).await?, person.id, &seen, &wanted, None)?;
    accepted(&propose(desk, vec![body]).await?)
}

/// Takes a person off the login screens.
pub async fn archive(desk: &mut Desk, id: RecordId) -> Result<()> {
    let body = archive_employee(&occasion(desk).await?, id, None)?;
    accepted(&propose(desk, vec![body]).await?)
}

/// Everybody.
pub async fn list(desk: &mut Desk) -> Result<Vec<Listed>> {
    let with_pin: Vec<RecordId> = all(desk, collection::CREDENTIALS)
        .await?
        .into_iter()
        .map(|record| record.id)
        .collect();
    let listed = |record: Record| -> Option<Listed> {
        Some(Listed {
            id: record.id,
            employee: record.doc.to_typed().ok()?,
            pin: with_pin.contains(&record.id),
        })
    };
    let records = all(desk, collection::EMPLOYEES).await?;
    let mut people: Vec<Listed> = records.into_iter().filter_map(listed).collect();
    people.sort_by(|one, two| one.employee.name.cmp(&two.employee.name));
    Ok(people)
}

/// A person by name or id.
pub async fn find(desk: &mut Desk, who: &str) -> Result<Listed> {
    let mut found: Vec<Listed> = list(desk)
        .await?
        .into_iter()
        .filter(|person| person.employee.name == who || person.id.to_string() == who)
        .collect();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => bail!("nobody is called {who}"),
        count => bail!("{count} people are called {who}: say the id"),
    }
}

async fn verifier(pin: &str) -> Result<String> {
    let (pin, salt) = (pin.to_owned(), Env::real().random());
    let hashed = tokio::task::spawn_blocking(move || hash_pin(&pin, salt)).await?;
    Ok(hashed?)
}
