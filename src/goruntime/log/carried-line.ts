/** What the parts that take carriers off a line hand to one another. */

/** A line with what is known of who wrote it. */
export interface CarriedLine {
  /** The same text for every line of one writer; empty when nothing tells. */
  readonly source: string;
  /** As printed. */
  readonly time: string | undefined;
  readonly text: string;
  /** The byte of the log at which it begins. */
  readonly stamp: number;
  /** Its number in the log, from 1. */
  readonly number: number;
}

/** One way to read a carrier off a line. */
export interface Reading {
  /** What every line of the same carrier has in common; which columns there are goes with it. */
  readonly layout: string;
  /** What else the carrier says, by column: times are empty, and what is missing is undefined. */
  readonly columns: readonly (string | undefined)[];
  readonly time: string | undefined;
  /** The lines that were carried, as a rule one. */
  readonly lines: readonly string[];
}

/** A kind of carrier whose layouts are learned from the lines themselves. */
export interface CarrierForm {
  /** How a line is carried that holds a whole line of the runtime, in one layout; empty when it is not, or holds none. */
  find(text: string): readonly Reading[];
  /** The line as one of this layout, which was found before; empty when it is none. */
  read(layout: string, text: string): readonly Reading[];
  /** False for a line that cannot be the first of a layout, to be quick. */
  mayBegin(text: string): boolean;
  /** The name of the writer of a line with these columns, of which some name writers and others never varied. */
  label(layout: string, columns: Reading['columns'], naming: ReadonlySet<number>, steady: ReadonlySet<number>): string;
}
