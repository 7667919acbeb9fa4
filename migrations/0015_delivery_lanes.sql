-- 0015_delivery_lanes.sql: what is due is found per destination in the order of its time, and leased in place.
begin;

-- One destination that waits (a platform that is slow or refuses) must not be looked through for the sake of another.
-- The id makes the order total, so that a long backlog is gone through once instead of from its start at each claim.
create index deliveries_due on ttfd.deliveries (destination, available_at, id) where state = 'open';
drop index ttfd.deliveries_open;

-- A delivery is written three times: opened, leased, ended. Half a page is left for the leases, which then touch no
-- index; what they leave behind is cleaned up early, because claims walk over it.
alter table ttfd.deliveries set (
  fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

commit;
