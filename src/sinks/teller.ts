/** What progress is made of: lines, told sample by sample. */
import type { Sample } from '../model/sample.ts';

/** One line: `drawn` in place of the last one where that can be, `logged` where it cannot, `kept` in both. */
interface Told {
  readonly drawn?: string;
  readonly logged?: string;
  readonly kept?: string;
}

/** Takes each sample of a run, and says what is worth a line. */
export type Teller = (sample: Sample) => readonly Told[];
