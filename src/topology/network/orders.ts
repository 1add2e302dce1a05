/** What is said between this process and the program that puts network faults in force: a line of JSON each, every order answered. */
import { environmentError } from '../../model/errors.ts';
import type { ProgramFault } from './program-faults.ts';

/** An address that stands before a replica of this machine. */
export interface Front {
  readonly to: string;
  readonly address: string;
  readonly at: string;
  readonly ports: readonly number[];
}

/** What the program is told to do, see Order in its main_linux.go. */
type Order =
  | { readonly do: 'before'; readonly fronts: readonly Front[]; readonly variable?: string; readonly mark?: string }
  | { readonly do: 'inside'; readonly ports: readonly number[] }
  | { readonly do: 'check' }
  | { readonly do: 'put'; readonly faults: readonly ProgramFault[] }
  | { readonly do: 'lift'; readonly name: string };

/** The two ends of the line to a program. */
export interface OrderLine {
  /** Resolves when it is done; environmentError with the program's words where it cannot be, or where the program is gone. */
  order(order: Order): Promise<void>;
  /** A line that the program said. */
  heard(line: string): void;
  /** It says nothing any more. */
  ended(why: string): void;
}

interface Answer {
  readonly id?: number;
  readonly error?: string;
  readonly note?: string;
}

/** Orders are written with `tell`; what the program says of itself goes to `note`. */
export function createOrderLine(tell: (text: string) => void, note: (text: string) => void): OrderLine {
  const waiting = new Map<number, (problem: string | undefined) => void>();
  let count = 0;
  let isOver: string | undefined;
  return {
    async order(order) {
      const id = ++count;
      const problem = await new Promise<string | undefined>((resolve) => {
        if (isOver !== undefined) return resolve(isOver);
        waiting.set(id, resolve);
        tell(`${JSON.stringify({ id, ...order })}\n`);
      });
      if (problem !== undefined) throw environmentError('fault-failed', problem);
    },
    heard(line) {
      let said: Answer;
      try {
        said = JSON.parse(line) as Answer;
      } catch {
        return note(line);
      }
      if (said.note !== undefined) note(said.note);
      if (said.id === undefined) return;
      waiting.get(said.id)?.(said.error);
      waiting.delete(said.id);
    },
    ended(why) {
      isOver = why;
      for (const resolve of waiting.values()) resolve(why);
      waiting.clear();
    },
  };
}
