-- Who stood where in a client's list, as the matcher made it: for reckoning how evenly people are shown, and later for learning from. Of several lists of
-- a request on one day, everybody's last place counts. No device is sent any of it, and it is forgotten after 90 days.

create table impression (
    request uuid not null,
    freelancer uuid not null,
    -- Days since 1970.
    day bigint not null,
    -- From 0.
    rank bigint not null,
    -- Whether they were a newcomer, and whether the place was drawn for them: 0 or 1.
    newcomer bigint not null check (newcomer in (0, 1)),
    drawn bigint not null check (drawn in (0, 1)),
    -- The chance of standing there, in 65,536ths.
    propensity bigint not null,
    score_version bigint not null,
    -- The five parts of the fit, in 65,536ths of the whole.
    skills bigint not null,
    rating bigint not null,
    place bigint not null,
    availability bigint not null,
    budget bigint not null,
    primary key (request, freelancer, day)
);
create index impression_freelancer on impression (freelancer);
create index impression_day on impression (day);
