import type { ColumnType } from 'kysely'

/** A timestamptz: read as Date, written as Date. */
export type Time = ColumnType<Date, Date, Date>
export type TimeDefault = ColumnType<Date, Date | undefined, Date>
export type MaybeTime = ColumnType<Date | null, Date | null | undefined, Date | null>
/** json and jsonb: read parsed, written as JSON text (a bare array would reach PostgreSQL as an SQL array). */
export type Json<T> = ColumnType<T, string | undefined, string>
/** The same without a default. */
export type JsonNeeded<T> = ColumnType<T, string, string>

export type PlatformName = 'telegram' | 'discord' | 'website'
