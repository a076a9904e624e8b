//! The program itself: its commands on an idle folder and beside a running master.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

pub(crate) struct Ran {
    pub(crate) ok: bool,
    pub(crate) out: String,
    err: String,
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_master-server"));
    command.stdin(Stdio::null());
    command
}

pub(crate) fn run(data: &Path, arguments: &[&str]) -> Ran {
    let output = program()
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .expect("it runs");
    Ran {
        ok: output.status.success(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A master that listens, stopped when dropped.
pub(crate) struct Serving(Child, String);

impl Serving {
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    pub(crate) fn start_with(data: &Path, options: &[&str]) -> Self {
        let mut child = program()
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let out = child.stdout.take().expect("piped");
        let line = BufReader::new(out).lines().map_while(Result::ok);
        let mut ready = line.filter_map(|line| {
            let address = line.strip_prefix("listening on http://")?;
            Some(address.to_owned())
        });
        let address = ready.next().expect("it listens");
        Self(child, address)
    }

    /// Posts JSON and returns the status and the body.
    fn post(&self, path: &str, token: &str, body: &str) -> (u16, String) {
        let answer = self.ask(
            "POST",
            path,
            &format!("authorization: Bearer {token}"),
            body,
        );
        let status = answer
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status.expect("a status"), body.to_owned())
    }

    /// Asks with further headers and a JSON body; gives the whole answer.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.1).expect("it answers");
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             {headers}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn folder() -> (TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    (dir, data)
}

const PRODUCTS: &str = "\u{feff}Code,Name,Price,Category,Barcode,Stock,Cost,Tax_Rate
85123A,Heart Holder,2.55,Lights,,12,1.10,20
85123a,Another,3,Lights,,1.5,,
,No Code,1,,,,,
POST,Postage,18.00,,,,,0
X1,Bad Price,2;55,,,,,
85123A,Twice,1,,,,,
";

#[test]
fn an_import_tells_bad_lines_and_takes_the_rest_and_doubles_nothing() {
    let (dir, data) = folder();
    let file = dir.path().join("products.csv");
    std::fs::write(&file, PRODUCTS).expect("written");
    let file = file.to_str().expect("text");
    let first = run(&data, &["import", file]);
    assert!(first.ok, "{}", first.err);
    assert_eq!(first.out, "3 new, 0 updated, 0 unchanged, 3 skipped\n");
    for bad in [
        "line 4: code is missing",
        "line 6: price: \"2;55\" is no number",
        "line 7: the code 85123A",
    ] {
        assert!(first.err.contains(bad), "{bad}: {}", first.err);
    }
    std::fs::write(file, PRODUCTS.replace("2.55", "2.95")).expect("written");
    let serving = Serving::start(&data);
    let second = run(&data, &["import", file]);
    assert_eq!(
        second.out, "0 new, 1 updated, 2 unchanged, 3 skipped\n",
        "{}",
        second.err
    );
    drop(serving);
    let verified = run(&data, &["verify", "--json"]);
    assert!(
        verified.ok && verified.out.contains("\"ok\":true"),
        "{}",
        verified.out
    );
}

#[test]
fn a_file_without_a_usable_header_is_refused_with_a_sentence() {
    let (dir, data) = folder();
    let file = dir.path().join("products.csv");
    std::fs::write(&file, "a,b\n1,2\n").expect("written");
    let ran = run(&data, &["import", file.to_str().expect("text")]);
    assert!(!ran.ok);
    assert!(ran.err.contains("no column code or sku"), "{}", ran.err);
}

#[test]
fn people_are_made_listed_and_given_pins() {
    let (_dir, data) = folder();
    let made = run(
        &data,
        &[
            "user",
            "add",
            "Ann Example",
            "--role",
            "manager",
            "--pin",
            "4711",
        ],
    );
    assert!(made.ok, "{}", made.err);
    assert!(!run(&data, &["user", "pin", "Ann Example", "--pin", "12"]).ok);
    let serving = Serving::start(&data);
    assert!(run(&data, &["user", "pin", "Ann Example", "--pin", "1234"]).ok);
    assert!(run(&data, &["user", "role", "Ann Example", "cashier"]).ok);
    let listed = run(&data, &["user", "list"]);
    drop(serving);
    assert!(
        listed.out.contains("cashier") && listed.out.contains("PIN"),
        "{}",
        listed.out
    );
}

#[test]
fn a_folder_has_one_master() {
    let (_dir, data) = folder();
    let _serving = Serving::start(&data);
    let second = run(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(!second.ok);
    assert!(
        second.err.contains("another master runs on"),
        "{}",
        second.err
    );
}

#[test]
fn a_backup_is_restored_into_a_new_generation_and_never_over_a_store_unasked() {
    let (dir, data) = folder();
    let backup = dir.path().join("backup.sqlite");
    let backup = backup.to_str().expect("text");
    let serving = Serving::start(&data);
    let made = run(&data, &["backup", backup]);
    assert!(made.ok, "{}", made.err);
    assert!(
        !run(&data, &["restore", backup, "--force"]).ok,
        "while it runs"
    );
    drop(serving);
    let refused = run(&data, &["restore", backup]);
    assert!(
        !refused.ok && refused.err.contains("--force"),
        "{}",
        refused.err
    );
    let restored = run(&data, &["restore", backup, "--force"]);
    assert!(
        restored.ok && restored.out.contains("generation 2"),
        "{}",
        restored.err
    );
    assert!(run(&data, &["verify"]).ok);
    let _serving = Serving::start(&data);
}

#[test]
fn enrolment_codes_are_opened_beside_a_running_master() {
    let (_dir, data) = folder();
    let _serving = Serving::start(&data);
    let code = run(&data, &["enroll", "--name", "Till 1", "--kind", "till"]);
    assert_eq!(code.out.trim().len(), 9, "{}", code.err);
}

#[test]
fn verifying_what_is_not_there_is_an_error() {
    let (_dir, data) = folder();
    let ran = run(&data, &["verify"]);
    assert!(
        !ran.ok && ran.err.contains("there is no store"),
        "{}",
        ran.err
    );
    assert!(!data.exists());
}

#[test]
fn a_master_that_is_told_to_stop_ends_well() {
    let (_dir, data) = folder();
    let mut serving = Serving::start(&data);
    let id = serving.0.id().to_string();
    let told = Command::new("kill")
        .args(["-TERM", &id])
        .status()
        .expect("it runs");
    assert!(told.success());
    assert!(serving.0.wait().expect("it ends").success());
    let _again = Serving::start(&data);
}

#[test]
fn the_sample_shop_is_filled_once_and_its_people_are_told() {
    let (_dir, data) = folder();
    let config = "demo = true\nlisten = \"127.0.0.1:0\"\n";
    std::fs::create_dir(&data).expect("made");
    std::fs::write(data.join("config.toml"), config).expect("written");
    for _ in 0..2 {
        let serving = Serving::start(&data);
        let listed = run(&data, &["user", "list"]);
        assert_eq!(listed.out.lines().count(), 3, "{}", listed.err);
        drop(serving);
    }
    let report = run(&data, &["verify", "--json"]);
    assert!(report.out.contains("\"facts\":1500"), "{}", report.out);
}

#[test]
fn a_till_sets_a_pin_that_the_person_in_front_of_it_may_set() {
    let (_dir, data) = folder();
    let person = |name: &str, role: &str| {
        let made = run(
            &data,
            &["user", "add", name, "--role", role, "--pin", "4711"],
        );
        made.out.split(' ').next().expect("an id").to_owned()
    };
    let (manager, cashier) = (person("Max", "manager"), person("Carla", "cashier"));
    let serving = Serving::start(&data);
    let code = run(&data, &["enroll"]).out;
    let enroll = format!(
        r#"{{"code":"{}","name":"Till 1","kind":"till"}}"#,
        code.trim()
    );
    let (_, enrolled) = serving.post("/v1/enroll", "", &enroll);
    let enrolled: serde_json::Value = serde_json::from_str(&enrolled).expect("an identity");
    let token = enrolled["token"].as_str().expect("a token");
    let set = |of: &str, body: String| {
        serving
            .post(&format!("/v1/employees/{of}/pin"), token, &body)
            .0
    };
    assert_eq!(
        set(&cashier, format!(r#"{{"pin":"2468","by":"{manager}"}}"#)),
        200
    );
    assert_eq!(
        set(&cashier, format!(r#"{{"pin":"24","by":"{manager}"}}"#)),
        422
    );
    assert_eq!(
        set(&manager, format!(r#"{{"pin":"2468","by":"{cashier}"}}"#)),
        403
    );
    let nobody = uuid::Uuid::nil();
    assert_eq!(
        set(&cashier, format!(r#"{{"pin":"2468","by":"{nobody}"}}"#)),
        403
    );
    assert_ne!(set(&cashier, r#"{"pin":"2468"}"#.to_owned()), 200);
    assert_eq!(
        set(
            &nobody.to_string(),
            format!(r#"{{"pin":"2468","by":"{manager}"}}"#)
        ),
        404
    );
    let (status, _) = serving.post(
        &format!("/v1/employees/{cashier}/pin"),
        "x",
        &format!(r#"{{"pin":"2468","by":"{manager}"}}"#),
    );
    assert_eq!(status, 401);
}

#[test]
fn a_person_proves_who_they_are_and_is_locked_out_after_wrong_tries() {
    let (_dir, data) = folder();
    let made = run(
        &data,
        &["user", "add", "Max", "--role", "manager", "--pin", "4711"],
    );
    let max = made.out.split(' ').next().expect("an id").to_owned();
    let serving = Serving::start(&data);
    let device = |options: &[&str]| {
        let mut asked = vec!["enroll", "--kind", "dashboard"];
        asked.extend(options);
        let code = run(&data, &asked).out;
        let enroll = format!(
            r#"{{"code":"{}","name":"Board","kind":"dashboard"}}"#,
            code.trim()
        );
        let (_, enrolled) = serving.post("/v1/enroll", "", &enroll);
        let enrolled: serde_json::Value = serde_json::from_str(&enrolled).expect("an identity");
        enrolled["token"].as_str().expect("a token").to_owned()
    };
    let (board, looker) = (device(&[]), device(&["--read-only"]));
    let login = |token: &str, of: &str, pin: &str| {
        let body = format!(r#"{{"pin":"{pin}"}}"#);
        serving.post(&format!("/v1/employees/{of}/login"), token, &body)
    };
    let (status, person) = login(&board, &max, "4711");
    let person: serde_json::Value = serde_json::from_str(&person).expect("a person");
    assert_eq!(status, 200);
    assert_eq!(person["name"], "Max");
    assert_eq!(person["role"], "manager");
    let permissions = person["permissions"].as_array().expect("permissions");
    assert!(permissions.contains(&"resolve_conflicts".into()));
    assert_eq!(login(&looker, &max, "4711").0, 403);
    assert_eq!(login("x", &max, "4711").0, 401);
    let nobody = uuid::Uuid::nil().to_string();
    assert_eq!(login(&board, &nobody, "4711").0, 404);
    for _ in 0..5 {
        assert_eq!(login(&board, &max, "0000").0, 403);
    }
    // The right one does not help either, from whichever device, until the lock ends.
    assert_eq!(login(&board, &max, "4711").0, 429);
    drop(serving);
    assert!(run(&data, &["verify"]).ok);
}

#[test]
fn a_number_is_skipped_for_a_device_there_is_and_for_no_other() {
    let dir = TempDir::new().expect("a folder");
    let data = dir.path().join("data");
    let nobody = "0197a0a0-0000-7000-8000-000000000000";
    let refused = run(&data, &["skip", nobody, "--to", "3"]);
    assert!(
        !refused.ok && refused.err.contains("no such device"),
        "{}",
        refused.err
    );
    assert!(!run(&data, &["skip", "till 1", "--to", "3"]).ok);
}
