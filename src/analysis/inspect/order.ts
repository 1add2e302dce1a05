/** Whether the lines of a log come newest first, as stores of logs export them: numbers that only grow in a process then fall. */
import type { LogRecord } from '../../goruntime/log/streams.ts';
import type { Judgement } from '../../model/inspected-input.ts';

/** Takes the records of one log in their order. */
export interface OrderBook {
  add(record: LogRecord, source: string): void;
  /** What is to be said of a log that is upside down; undefined of any other. */
  judge(): Judgement | undefined;
}

/** Restarts make a number fall as well, but it grows in between; of several processes in one stream it does both alike. */
const leastFalls = 3;
const fallsToRises = 4;
const maxStreams = 1024;

/** A book without a line. */
export function createOrderBook(): OrderBook {
  const last = new Map<string, number>();
  let [rises, falls] = [0, 0];
  return {
    add(record, source) {
      const number = record.kind === 'sched' ? record.value.ms : record.kind === 'gc' ? record.value.cycle : undefined;
      if (number === undefined) return;
      const key = `${record.kind}\n${source}`;
      const before = last.get(key);
      if (before === undefined && last.size >= maxStreams) return;
      last.set(key, number);
      rises += Number(before !== undefined && number > before);
      falls += Number(before !== undefined && number < before);
    },
    judge() {
      if (falls < leastFalls || falls < fallsToRises * rises) return undefined;
      return {
        severity: 'warning',
        certainty: 'likely',
        title: 'the log is upside down, newest line first: processes, rates and stacks cannot be read from it',
        evidence: [
          `a number that only grows in a process fell ${falls} times and rose ${rises} times`,
          'turn it round first: tac FILE | rampart inspect -',
        ],
      };
    },
  };
}
