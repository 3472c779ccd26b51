-- Files of this person's acts: how much of each the server has. The bytes lie in the folder beside, named by their hash.
create table blob (
    hash text primary key,
    size integer not null,
    sent integer not null,
    complete integer not null check (complete in (0, 1))
) strict;
