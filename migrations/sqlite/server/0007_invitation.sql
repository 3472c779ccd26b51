-- What the operator decided while the server ran, and who was invited. Of the code of an invitation only its SHA-256 is kept.

create table setting (
    key text primary key not null,
    value text not null
) strict;

create table invitation (
    id text primary key not null,
    hash blob not null unique,
    -- Whom it is for, as whoever made it wrote down.
    note text not null default '',
    -- How many accounts may be made with it, and how many were.
    uses integer not null check (uses > 0),
    used integer not null default 0 check (used between 0 and uses),
    created_at integer not null,
    expires_at integer not null,
    withdrawn_at integer
) strict;
