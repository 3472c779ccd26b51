-- Who stood where in a client's list, as the matcher made it: for reckoning how evenly people are shown, and later for learning from. Of several lists of
-- a request on one day, everybody's last place counts. No device is sent any of it, and it is forgotten after 90 days.

create table impression (
    request text not null,
    freelancer text not null,
    -- Days since 1970.
    day integer not null,
    -- From 0.
    rank integer not null,
    -- Whether they were a newcomer, and whether the place was drawn for them.
    newcomer integer not null check (newcomer in (0, 1)),
    drawn integer not null check (drawn in (0, 1)),
    -- The chance of standing there, in 65,536ths.
    propensity integer not null,
    score_version integer not null,
    -- The five parts of the fit, in 65,536ths of the whole.
    skills integer not null,
    rating integer not null,
    place integer not null,
    availability integer not null,
    budget integer not null,
    primary key (request, freelancer, day)
) strict, without rowid;
create index impression_freelancer on impression (freelancer);
create index impression_day on impression (day);
