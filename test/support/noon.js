// Plain JavaScript, so that benches and the fault harness run it as well.
// @ts-check

/** A zone in which it is noon now: neither midnight nor the quiet hours are near, whenever this runs. */
export function zoneOfNoon() {
  const east = 12 - new Date().getUTCHours()
  // POSIX counts westwards.
  return east === 0 ? 'Etc/GMT' : `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`
}
