-- What happened to accounts and roles, one line after another. Each hash is over the line and the hash before it,
-- so that a line that was changed, moved or taken out is found. Times are milliseconds since 1970.

create table audit (
    seq integer primary key not null,
    at integer not null,
    kind text not null,
    -- Who did it; empty where nobody was signed in.
    who text not null,
    -- The account or thing it was done to; empty where there is none.
    whom text not null,
    -- A reason, a role, a count.
    note text not null,
    hash blob not null
) strict;

create trigger audit_stays before update on audit
begin
    select raise(abort, 'the audit log is only added to');
end;

create trigger audit_keeps before delete on audit
begin
    select raise(abort, 'the audit log is only added to');
end;
