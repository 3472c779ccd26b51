//! Copies of a PostgreSQL, by its own programs: `pg_dump` makes them, `pg_restore` and `psql` put them back.
//!
//! An archive that was put back with these programs alone would lack the fresh epoch, and desktops would meet a history that
//! contradicts theirs. Here it comes in the same transaction as the rows.

use super::{Copy, CopyError, Replaced, Restored, beside, blobs, make_aside, place};
use guildhall_domain::time::Timestamp;
use percent_encoding::percent_decode_str;
use sqlx::{Connection as _, PgConnection};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use url::Url;
use uuid::Uuid;

const DUMP: &str = "pg_dump";
const UNPACK: &str = "pg_restore";
const SHELL: &str = "psql";
/// So often somebody is looked for who uses the database, twenty times a second.
const LOOKS: u32 = 40;
/// What the line begins with that says what was put back.
const FOUND: &str = "guildhall";

/// A PostgreSQL, and the folder of the blobs that belong to it.
#[derive(Debug, Clone)]
pub struct Marketplace<'a> {
    /// Its `postgres://` address.
    pub url: &'a str,
    /// The folder of the blobs.
    pub blobs: PathBuf,
}

/// Copies the database to an archive that does not exist yet, and the folder of blobs beside it. The copy is one cut of the
/// history; servers go on writing meanwhile. Under its own name it stands only when it is whole and read through.
///
/// # Errors
/// [`CopyError`]; then there is no file of that name.
pub async fn backup(
    market: &Marketplace<'_>,
    target: &Path,
    now: Timestamp,
) -> Result<Copy, CopyError> {
    make_aside(target, async |part: &Path| {
        make(market, part, target, now).await
    })
    .await
}

async fn make(
    market: &Marketplace<'_>,
    part: &Path,
    target: &Path,
    now: Timestamp,
) -> Result<Copy, CopyError> {
    let mut connection = PgConnection::connect(market.url).await?;
    sqlx::query("insert into sync_copy (only_one, at) values (1, $1) on conflict (only_one) do update set at = excluded.at")
        .bind(now.0)
        .execute(&mut connection)
        .await?;
    let mut cut = connection
        .begin_with("begin isolation level repeatable read read only")
        .await?;
    let (head, epoch, snapshot): (i64, Uuid, String) = sqlx::query_as(
        "select h.version, (select id from sync_epoch order by number desc limit 1), pg_export_snapshot() from sync_head as h",
    )
    .fetch_one(&mut *cut)
    .await?;
    let mut dump = with_address(DUMP, market.url)?;
    dump.args(["--format=custom", "--schema=public", "--no-owner"])
        .args(["--no-privileges", "--snapshot", &snapshot, "--file"])
        .arg(part);
    done(DUMP, dump).await?;
    cut.commit().await?;
    connection.close().await?;
    // Reading all of it is the only way to know that all of it can be read.
    let mut read = program(UNPACK);
    read.arg("--file=-").arg(part).stdout(Stdio::null());
    done(UNPACK, read).await?;
    // After the database: a row names a blob only once the blob is there.
    blobs::copy(&market.blobs, &beside(target, ".blobs"))?;
    place(part, target)?;
    Ok(Copy {
        head: head.unsigned_abs(),
        epoch,
        at: Some(now),
    })
}

/// Puts an archive in the place of what is in the database. That stays there under the name of a dated schema. Devices that know
/// more than the copy notice by the fresh epoch.
///
/// # Errors
/// [`CopyError`]; then the database is as it was.
pub async fn restore(
    market: &Marketplace<'_>,
    copy: &Path,
    now: Timestamp,
    fresh: Uuid,
) -> Result<Restored, CopyError> {
    let before = put_aside(market.url, now).await?;
    let list = said(UNPACK, program(UNPACK).arg("--list").arg(copy)).await?;
    let beginning = beginning(before.as_deref(), list.contains(" SCHEMA - public "));
    let mut unpack = program(UNPACK);
    unpack
        .args(["--no-owner", "--no-privileges", "--file=-"])
        .arg(copy);
    let end = end(before.as_deref(), fresh);
    let found = carry_out(market.url, unpack, &beginning, &end).await?;
    blobs::copy(&beside(copy, ".blobs"), &market.blobs)?;
    Ok(Restored {
        copy: found,
        replaced: before.map(Replaced::Schema),
    })
}

/// The name under which the present tables stay; none if there are none. Nobody may be using them.
async fn put_aside(url: &str, now: Timestamp) -> Result<Option<String>, CopyError> {
    let mut connection = PgConnection::connect(url).await?;
    // A server that has just ended is listed for a moment still.
    let mut looks = 0;
    while others(&mut connection).await? > 0 {
        looks += 1;
        if looks == LOOKS {
            return Err(CopyError::InUse);
        }
        sqlx::query("select pg_sleep(0.05)")
            .execute(&mut connection)
            .await?;
    }
    let is_founded: bool =
        sqlx::query_scalar("select to_regclass('public.sync_epoch') is not null")
            .fetch_one(&mut connection)
            .await?;
    connection.close().await?;
    Ok(is_founded.then(|| format!("before-{}-{}", now.day(), now.0)))
}

/// How many connections of servers there are.
async fn others(connection: &mut PgConnection) -> Result<i64, CopyError> {
    let listed = sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'guildhall-server'",
    );
    Ok(listed.fetch_one(connection).await?)
}

/// Feeds what is unpacked to the database, between what comes before and after it, as one transaction: without its last line,
/// nothing has happened.
async fn carry_out(
    url: &str,
    mut unpack: Command,
    beginning: &str,
    end: &str,
) -> Result<Copy, CopyError> {
    let mut shell = with_address(SHELL, url)?;
    shell
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
        .args(["--set=ON_ERROR_STOP=1", "--file=-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut shell = shell.spawn().map_err(failed_to_start(SHELL))?;
    let mut into = shell.stdin.take().ok_or_else(|| no_pipe(SHELL))?;
    let mut unpack = unpack
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed_to_start(UNPACK))?;
    let mut from = unpack.stdout.take().ok_or_else(|| no_pipe(UNPACK))?;
    let feed = async {
        into.write_all(beginning.as_bytes()).await?;
        tokio::io::copy(&mut from, &mut into).await?;
        drop(from);
        let unpacked = unpack.wait_with_output().await?;
        if unpacked.status.success() {
            into.write_all(end.as_bytes()).await?;
            into.shutdown().await?;
        }
        drop(into);
        std::io::Result::Ok(unpacked)
    };
    let (through, ended) = tokio::join!(feed, shell.wait_with_output());
    let ended = ended.map_err(failed_to_start(SHELL))?;
    judge(SHELL, &ended)?;
    let unpacked = through.map_err(failed_to_start(UNPACK))?;
    judge(UNPACK, &unpacked)?;
    let text = String::from_utf8_lossy(&ended.stdout);
    let line = text.lines().rev().find_map(|line| line.strip_prefix(FOUND));
    line.and_then(read_line).ok_or_else(|| CopyError::Program {
        program: SHELL,
        said: "the copy holds no marketplace".to_owned(),
    })
}

/// Makes room for the schema of the copy. One that is dropped is empty: else nothing is done at all.
fn beginning(before: Option<&str>, brings_its_schema: bool) -> String {
    let aside = before.map_or_else(
        || "drop schema public;\n".to_owned(),
        |name| format!("alter schema public rename to \"{name}\";\n"),
    );
    let made = if brings_its_schema {
        ""
    } else {
        "create schema public;\n"
    };
    format!("begin;\n{aside}{made}")
}

/// Lists, after the epochs of the copy, those that were left with the replaced tables, and the new one.
fn end(before: Option<&str>, fresh: Uuid) -> String {
    let left = before.map_or_else(String::new, |name| {
        format!(
            "insert into public.sync_epoch (number, id, began, copied) \
             select (select max(number) from public.sync_epoch) + row_number() over (order by number), id, began, copied \
             from \"{name}\".sync_epoch as l where not exists (select 1 from public.sync_epoch as e where e.id = l.id);\n"
        )
    });
    format!(
        "select '{FOUND}', h.version, (select id from public.sync_epoch order by number desc limit 1), \
         (select at from public.sync_copy) from public.sync_head as h;\n\
         {left}\
         insert into public.sync_epoch (number, id, began, copied) select max(number) + 1, '{fresh}', \
         (select version from public.sync_head), (select at from public.sync_copy) from public.sync_epoch;\n\
         delete from public.sync_copy;\n\
         commit;\n"
    )
}

/// What [`end`] has the database say of the copy.
fn read_line(line: &str) -> Option<Copy> {
    let mut parts = line.strip_prefix('|')?.split('|');
    let (head, epoch, at) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Copy {
        head: head.parse().ok()?,
        epoch: epoch.parse().ok()?,
        at: at.parse().ok().map(Timestamp),
    })
}

/// A program that finds the database by itself. The password goes by the environment: everybody may read the arguments.
fn with_address(name: &'static str, url: &str) -> Result<Command, CopyError> {
    let mut url = Url::parse(url).map_err(|_| CopyError::Address)?;
    let mut command = program(name);
    if let Some(password) = url.password() {
        let plain = percent_decode_str(password).decode_utf8_lossy();
        command.env("PGPASSWORD", plain.as_ref());
        url.set_password(None).map_err(|()| CopyError::Address)?;
    }
    command.arg("--dbname").arg(url.as_str());
    Ok(command)
}

fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Waits until a program has done its work.
async fn done(name: &'static str, mut command: Command) -> Result<(), CopyError> {
    let running = command.spawn().map_err(failed_to_start(name))?;
    let ended = running.wait_with_output().await;
    judge(name, &ended.map_err(failed_to_start(name))?)
}

/// What a program prints.
async fn said(name: &'static str, command: &mut Command) -> Result<String, CopyError> {
    let ended = command.stdout(Stdio::piped()).output().await;
    let ended = ended.map_err(failed_to_start(name))?;
    judge(name, &ended)?;
    Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
}

fn judge(program: &'static str, ended: &std::process::Output) -> Result<(), CopyError> {
    if ended.status.success() {
        return Ok(());
    }
    Err(CopyError::Program {
        program,
        said: String::from_utf8_lossy(&ended.stderr).trim().to_owned(),
    })
}

fn failed_to_start(program: &'static str) -> impl FnOnce(std::io::Error) -> CopyError {
    move |source| CopyError::NoProgram { program, source }
}

fn no_pipe(program: &'static str) -> CopyError {
    failed_to_start(program)(std::io::ErrorKind::BrokenPipe.into())
}
