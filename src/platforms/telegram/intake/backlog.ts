/** Whose updates of a batch wait for an earlier one that is still open: what comes later must not overtake it. */
export class Backlog {
  readonly #lanes = new Set<string>()
  #everybody = false

  add(lane: string): void {
    this.#lanes.add(lane)
  }

  addEverybody(): void {
    this.#everybody = true
  }

  holds(lane: string): boolean {
    return this.#everybody || this.#lanes.has(lane)
  }
}
