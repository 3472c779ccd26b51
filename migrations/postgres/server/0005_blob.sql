-- Files that go with rows. Their bytes lie in a folder beside the database, named by their hash; here stands who may have them.

-- Who has sent a file, or is sending it.
create table blob_upload (
    account text not null,
    blob text not null,
    size bigint not null,
    complete integer not null check (complete in (0, 1)),
    -- When its sender was last heard.
    at bigint not null,
    primary key (account, blob)
);
create index blob_upload_blob on blob_upload (blob);

-- The scopes that hold a row which names the file, written with the row: who sees a scope may have its files.
create table blob_place (
    blob text not null,
    scope uuid not null,
    tbl smallint not null,
    row_id uuid not null,
    primary key (blob, scope, tbl, row_id)
);
create index blob_place_row on blob_place (tbl, row_id);
