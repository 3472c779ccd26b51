-- What the server said, at one cursor. Everything here can be fetched again; what only this person has lies in the outbox.

create table state (
    only_one integer primary key check (only_one = 1),
    account text not null,
    epoch text,
    version integer
) strict;

create table row (
    tbl integer not null,
    id blob not null,
    version integer not null,
    body text not null,
    -- Why this person sees it: 16 bytes for each scope, in order. Without a scope it is dropped.
    scopes blob not null,
    primary key (tbl, id)
) strict, without rowid;

-- Pages of a pull whose last page has not come yet, packed.
create table page (
    number integer primary key autoincrement,
    body blob not null
) strict;
