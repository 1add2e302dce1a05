/** Where a store keeps its bytes: the one contract of local disk and object storage. */

/** Bytes under names such as `entries/2026-01-31/x.json`: folders, and a last part that is no folder. */
export interface Storage {
  /** For messages: a directory, or a URL without secrets. */
  readonly place: string;
  /**
   * Keeps all the bytes, over those of the same name, or none of them; once it resolves they survive a kill of this process and a crash of the
   * machine.
   */
  put(name: string, bytes: Uint8Array): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
  has(name: string): Promise<boolean>;
  /** What is not there is gone already. */
  delete(name: string): Promise<void>;
  /** Gives bytes another name, under which they are before they lose the first; false when there are none. */
  move(from: string, to: string): Promise<boolean>;
  /** The last parts of the names right in a folder, in no order; those that were put before the call are among them. */
  list(folder: string): Promise<readonly string[]>;
  /** The folders right in a folder, in no order. */
  folders(folder: string): Promise<readonly Folder[]>;
  /** Removes what a killed `put` has begun, long after it; returns how many files. */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

/** A folder, and what tells whether it has changed. */
interface Folder {
  readonly name: string;
  /** The same text only while no name has come or gone; undefined where that cannot be told. */
  readonly stamp: string | undefined;
}
