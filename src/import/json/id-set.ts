const LOW_DIGITS = 9
const FIRST_CAPACITY = 1 << 12
const LOAD_MAX = 0.75

/** A set of ids of up to 20 digits at some 25 bytes each; a Set of strings takes four times as much. */
export class IdSet {
  #capacity = FIRST_CAPACITY
  #size = 0
  #high = new Float64Array(FIRST_CAPACITY).fill(-1)
  #low = new Uint32Array(FIRST_CAPACITY)

  /** False when it was in already. `id` consists of digits only. */
  add(id: string): boolean {
    if (this.#size >= this.#capacity * LOAD_MAX) this.#grow()
    const cut = Math.max(0, id.length - LOW_DIGITS)
    return this.#put(Number(id.slice(0, cut)), Number(id.slice(cut)))
  }

  #put(high: number, low: number): boolean {
    const mask = this.#capacity - 1
    let slot = hash(high, low) & mask
    while (this.#high[slot] !== -1) {
      if (this.#high[slot] === high && this.#low[slot] === low) return false
      slot = (slot + 1) & mask
    }
    this.#high[slot] = high
    this.#low[slot] = low
    this.#size += 1
    return true
  }

  #grow(): void {
    const high = this.#high
    const low = this.#low
    this.#capacity *= 2
    this.#size = 0
    this.#high = new Float64Array(this.#capacity).fill(-1)
    this.#low = new Uint32Array(this.#capacity)
    high.forEach((value, slot) => {
      if (value !== -1) this.#put(value, low[slot] ?? 0)
    })
  }
}

function hash(high: number, low: number): number {
  let mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul((high % 4294967296) | 0, 0x85ebca77)
  mixed ^= mixed >>> 15
  mixed = Math.imul(mixed, 0xc2b2ae3d)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
