//! Whether this machine keeps others away from its master, and how it is told not to.

use std::fs;
use std::path::Path;

use till::FirewallHint;

/// What is known of the firewall of this machine without asking it, which takes an administrator.
pub(super) fn hint(port: u16) -> Option<FirewallHint> {
    if cfg!(target_os = "windows") {
        // On from the beginning, and its question at the first start is easily answered wrongly.
        let command = format!(
            "netsh advfirewall firewall add rule name=\"Tillsync\" dir=in action=allow protocol=TCP localport={port}"
        );
        return Some(of("Windows Defender", command));
    }
    hint_in(Path::new("/"), port)
}

/// The same for a Linux machine whose files lie there.
fn hint_in(root: &Path, port: u16) -> Option<FirewallHint> {
    let ufw = fs::read_to_string(root.join("etc/ufw/ufw.conf")).unwrap_or_default();
    if ufw.lines().any(|line| line.trim() == "ENABLED=yes") {
        return Some(of("ufw", format!("sudo ufw allow {port}/tcp")));
    }
    let works = ["run/firewalld.pid", "var/run/firewalld.pid"];
    if works.iter().any(|file| root.join(file).exists()) {
        let command = format!(
            "sudo firewall-cmd --permanent --add-port={port}/tcp && sudo firewall-cmd --reload"
        );
        return Some(of("firewalld", command));
    }
    None
}

fn of(program: &str, command: String) -> FirewallHint {
    FirewallHint {
        program: program.to_owned(),
        command,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, text: &str, expected: Option<&str>) {
        let root = tempfile::tempdir().expect("a temporary folder");
        let file = root.path().join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("it is made");
        fs::write(&file, text).expect("it is written");
        let command = hint_in(root.path(), 7_401).map(|hint| hint.command);
        assert_eq!(command.as_deref(), expected, "{}", file.display());
    }

    #[test]
    fn a_firewall_that_works_is_told_of_with_what_lets_the_port_in() {
        check(
            "etc/ufw/ufw.conf",
            "# on at startup\nENABLED=yes\nLOGLEVEL=low\n",
            Some("sudo ufw allow 7401/tcp"),
        );
        check(
            "run/firewalld.pid",
            "812",
            Some("sudo firewall-cmd --permanent --add-port=7401/tcp && sudo firewall-cmd --reload"),
        );
    }

    #[test]
    fn one_that_is_off_is_not_told_of() {
        check("etc/ufw/ufw.conf", "ENABLED=no\n", None);
        check("etc/hosts", "127.0.0.1 localhost\n", None);
    }
}
