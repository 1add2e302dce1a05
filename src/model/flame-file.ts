/** What a file of flame graphs shows, in values. */

/** What became of a function; `same` is within noise. */
export type FunctionState = 'grown' | 'shrunk' | 'new' | 'gone' | 'same';

/** A function in one place of the tree, callers before those they called. */
export interface FlameBox {
  readonly depth: number;
  readonly name: string;
  /** Of the picture, in the unit of the column: room for itself before and now, and for all that it calls. */
  readonly width: number;
  readonly value: number;
  /** 0 unless the picture is a difference. */
  readonly base: number;
  readonly state: FunctionState;
}

/** One picture and its table. */
export interface FlamePicture {
  readonly heading: string;
  readonly detail: string;
  readonly hint?: string | undefined;
  readonly isDifference: boolean;
  readonly unit: string;
  /** What values are divided by to be read: the requests, of a picture per request. */
  readonly per: number;
  /** The width of the whole picture. */
  readonly total: number;
  readonly flame: readonly FlameBox[];
  readonly rows: readonly {
    readonly name: string;
    readonly value: number;
    readonly cum: number;
    readonly base: number;
    readonly state: FunctionState;
  }[];
  /** How many functions there are, also those without a row. */
  readonly functions: number;
}

/** A whole file. */
export interface FlameFile {
  readonly title: string;
  /** Name and version of the tool. */
  readonly tool: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly pictures: readonly FlamePicture[];
  readonly notes: readonly string[];
}
