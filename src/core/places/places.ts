import type { Database, Reader } from '../../db/connect.js'

export type PlacePlatform = 'telegram' | 'discord'

/** A guild or group: whether acts in it pay, and how much of the usual. */
export type Place = {
  platform: PlacePlatform
  placeId: string
  title: string
  pays: boolean
  multiplier: number
}

/** Lists the places that somebody entered (by `/here`, the CLI or the admin page). */
export async function listPlaces(reader: Reader, platform?: PlacePlatform): Promise<Place[]> {
  let query = reader.selectFrom('ttfd.places').selectAll().orderBy('platform').orderBy('place_id')
  if (platform) query = query.where('platform', '=', platform)
  const rows = await query.execute()
  return rows.map((row) => ({
    platform: row.platform as PlacePlatform,
    placeId: row.place_id,
    title: row.title,
    pays: row.pays,
    multiplier: Number(row.multiplier),
  }))
}

/** Enters a place or changes it. The multiplier is the operator's alone and lies between 0 and 3. */
export async function setPlace(
  db: Database,
  place: Omit<Place, 'multiplier'> & { multiplier?: number },
  actor: string,
): Promise<void> {
  const { platform, placeId, title, pays, multiplier } = place
  const change = { title, pays, ...(multiplier === undefined ? {} : { multiplier }) }
  await db.transaction(async (tx) => {
    await tx
      .insertInto('ttfd.places')
      .values({ platform, place_id: placeId, added_by: actor, ...change })
      .onConflict((oc) => oc.columns(['platform', 'place_id']).doUpdateSet(change))
      .execute()
    await tx
      .insertInto('ttfd.audit_log')
      .values({
        actor,
        act: 'place_set',
        account_id: null,
        detail: JSON.stringify({ platform, placeId, pays, multiplier }),
      })
      .execute()
  })
}

/** A group became a supergroup: its entry follows to the new id. */
export async function movePlace(
  db: Database,
  platform: PlacePlatform,
  from: string,
  to: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    const known = await tx
      .selectFrom('ttfd.places')
      .select('place_id')
      .where('platform', '=', platform)
      .where('place_id', '=', to)
      .executeTakeFirst()
    const old = tx.updateTable('ttfd.places').where('platform', '=', platform).where('place_id', '=', from)
    if (known) await old.set({ pays: false }).execute()
    else await old.set({ place_id: to }).execute()
  })
}
