-- 0009_pictures.sql: members' pictures: which one a member chose, and what Telegram or Discord showed of him.
begin;

-- Null: never chose. A choice that is not linked (any more) shows the generated picture.
alter table ttfd.account_settings
  add column avatar_source text,
  add constraint account_settings_avatar_source_is_known check (avatar_source in ('generated', 'telegram', 'discord'));

-- A platform's picture of an identity as it was last looked at; without bytes: the person had none that we may show.
create table ttfd.avatars (
  platform text not null,
  platform_id text not null,
  -- What the platform calls this very picture (Discord's hash, Telegram's file_unique_id): unchanged, nothing is fetched.
  source_key text,
  media_type text,
  bytes bytea,
  looked_at timestamptz not null,
  primary key (platform, platform_id),
  constraint avatars_belong_to_an_identity foreign key (platform, platform_id) references ttfd.identities on delete cascade,
  constraint avatars_come_from_a_platform_with_pictures check (platform in ('telegram', 'discord')),
  constraint avatars_are_whole check (num_nonnulls(source_key, media_type, bytes) in (0, 3)),
  constraint avatars_are_png_or_jpeg check (media_type in ('image/png', 'image/jpeg')),
  constraint avatars_are_small check (octet_length(bytes) between 1 and 262144)
);
create index avatars_by_age on ttfd.avatars (looked_at);

commit;
