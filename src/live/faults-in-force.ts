/** Faults of a run that goes on: since when each is in force, and until when it was. */
import type { LiveFault } from '../model/live.ts';
import type { FaultMoment } from '../model/sample.ts';

/** As many as a scenario has. */
export class FaultsInForce {
  private readonly faults = new Map<string, LiveFault>();
  private changed = 0;

  /** Takes a moment; one that could not be put in force never was, one that could not be taken back still is. */
  take({ fault: name, moment, atUs }: FaultMoment, change: number): void {
    const known = this.faults.get(name);
    const atS = atUs / 1e6;
    if (moment === 'begin') this.faults.set(name, { name, fromS: atS, toS: undefined });
    else if (moment === 'end' && known) this.faults.set(name, { ...known, toS: atS });
    else return;
    this.changed = change;
  }

  /** All of them; undefined when nothing came after a change. */
  changesAfter(since: number): readonly LiveFault[] | undefined {
    return this.changed > since ? [...this.faults.values()] : undefined;
  }
}
