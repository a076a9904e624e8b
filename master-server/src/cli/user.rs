//! People, roles, PINs.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Subcommand, ValueEnum};
use master_server::env::Env;
use retail::Role;
use sync_core::RecordId;

use super::{DataArgs, desk};
use master_server::shop::people;

/// What `user` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Lists everybody.
    List {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Makes a person.
    Add {
        /// The name on the login screen.
        name: String,
        /// What they may do.
        #[arg(long, value_enum, default_value = "cashier")]
        role: RoleWord,
        /// 4 to 8 digits; asked for on stdin where it is left out.
        #[arg(long)]
        pin: Option<String>,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Gives a person another PIN.
    Pin {
        /// The name or the id.
        who: String,
        /// 4 to 8 digits; asked for on stdin where it is left out.
        #[arg(long)]
        pin: Option<String>,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Gives a person another role.
    Role {
        /// The name or the id.
        who: String,
        /// What they may do from now on.
        #[arg(value_enum)]
        role: RoleWord,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Takes a person off the login screens; what they did stays.
    Archive {
        /// The name or the id.
        who: String,
        #[command(flatten)]
        data: DataArgs,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleWord {
    Owner,
    Manager,
    Cashier,
    StockClerk,
    Viewer,
}

pub(super) async fn run(args: Args) -> Result<ExitCode> {
    match args.action {
        Action::List { data } => {
            for person in people::list(&mut desk(&data.data).await?).await? {
                println!(
                    "{}  {:<11} {:<8} {:<6} {}",
                    person.id,
                    person.employee.role.as_str(),
                    if person.employee.active {
                        "active"
                    } else {
                        "archived"
                    },
                    if person.pin { "PIN" } else { "no PIN" },
                    person.employee.name
                );
            }
        }
        Action::Add {
            name,
            role,
            pin,
            data,
        } => {
            let env = Env::real();
            let id = RecordId::new(env.now(), env.random());
            let pin = pin_or_ask(pin)?;
            people::add(&mut desk(&data.data).await?, id, &name, role.role(), &pin).await?;
            println!("{id}  {name}");
        }
        Action::Pin { who, pin, data } => {
            let pin = pin_or_ask(pin)?;
            let mut desk = desk(&data.data).await?;
            let person = people::find(&mut desk, &who).await?;
            people::set_pin(&mut desk, person.id, &pin).await?;
            println!("{} has a new PIN", person.employee.name);
        }
        Action::Role { who, role, data } => {
            let mut desk = desk(&data.data).await?;
            let person = people::find(&mut desk, &who).await?;
            people::set_role(&mut desk, &person, role.role()).await?;
            println!("{} is {} now", person.employee.name, role.role().as_str());
        }
        Action::Archive { who, data } => {
            let mut desk = desk(&data.data).await?;
            let person = people::find(&mut desk, &who).await?;
            people::archive(&mut desk, person.id).await?;
            println!("{} can no longer log in", person.employee.name);
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl RoleWord {
    fn role(self) -> Role {
        match self {
            Self::Owner => Role::Owner,
            Self::Manager => Role::Manager,
            Self::Cashier => Role::Cashier,
            Self::StockClerk => Role::StockClerk,
            Self::Viewer => Role::Viewer,
        }
    }
}

fn pin_or_ask(pin: Option<String>) -> Result<String> {
    if let Some(pin) = pin {
        return Ok(pin);
    }
    eprintln!("New PIN, 4 to 8 digits:");
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line)? == 0 {
        bail!("no PIN was given");
    }
    Ok(line.trim().to_owned())
}
