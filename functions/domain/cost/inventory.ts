import { type Amount, LARGE_FROM_BYTES } from './by-size.ts';

/** Objects of one age, whole days, and of sizes that the model has one line for. */
export interface Stock extends Amount {
  readonly ageDays: number;
}

/** What a bucket holds, by age and size; as large as its oldest object is old in days, whatever their number. */
export class Inventory {
  readonly #stocks = new Map<string, { ageDays: number; objects: number; bytes: number }>();

  /** @param ageDays since the object was written; in the future it counts as written now */
  add(ageDays: number, bytes: number, objects = 1): void {
    const age = Math.max(0, Math.floor(ageDays));
    const id = `${age}${bytes > objects * LARGE_FROM_BYTES ? ' large' : ''}`;
    const stock = this.#stocks.get(id) ?? { ageDays: age, objects: 0, bytes: 0 };
    stock.objects += objects;
    stock.bytes += bytes;
    this.#stocks.set(id, stock);
  }

  get stocks(): readonly Stock[] {
    return [...this.#stocks.values()];
  }

  /** Of those that are younger than that many days. */
  amount(youngerThanDays = Number.POSITIVE_INFINITY): Amount {
    let [objects, bytes] = [0, 0];
    for (const stock of this.#stocks.values()) {
      if (stock.ageDays >= youngerThanDays) continue;
      objects += stock.objects;
      bytes += stock.bytes;
    }
    return { objects, bytes };
  }
}
