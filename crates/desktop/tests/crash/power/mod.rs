//! Power cuts. A kill leaves the page cache alive, a cut does not: here every system call that writes, syncs or answers is recorded
//! while people work, and then judged or played back to disks on which what was not synced is dropped, torn or out of order.

mod cuts;
mod desktop;
mod founding;
mod platter;
mod promise;
mod recording;
mod server;
mod strace;
mod weak;
