-- What only this person has: acts on their way, refused acts, drafts, settings. Written through to the disk before anything else.

create table device (
    only_one integer primary key check (only_one = 1),
    id text not null,
    account text,
    next_seq integer not null,
    -- The hash chain over everything that has a number; none before the first.
    chain blob,
    -- The part of the server's history that the versions in this file belong to. The cache knows it too, and may be lost.
    epoch text
) strict;

-- In the order of `place`. A number (`seq`) is given when the act is first put into a push; from then on its fate is the server's.
-- `args` are the bytes that are sent, each time the same; `chain` stands for everything numbered before.
create table outbox (
    place integer primary key autoincrement,
    id text not null unique,
    at integer not null,
    name text not null,
    args text not null,
    seq integer unique,
    chain blob,
    version integer
) strict;

-- Acts whose effect the cache contains, for a while: a server that is restored from an older copy is told them again.
create table kept (
    place integer primary key,
    id text not null unique,
    at integer not null,
    name text not null,
    args text not null,
    version integer not null,
    kept_at integer not null
) strict;

-- Refused acts with the person's words, until the person discards them.
create table refused (
    id text primary key,
    at integer not null,
    name text not null,
    args text not null,
    denied text not null,
    refused_at integer not null
) strict;

create table draft (
    key text primary key,
    body text not null,
    saved_at integer not null
) strict;

create table setting (
    key text primary key,
    value text not null
) strict;
