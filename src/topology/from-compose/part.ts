/** What the parts of a translation are given of one service; pure. */
import { isRecord } from '../compose-file/fields.ts';
import type { Path } from '../compose-file/notes.ts';
import type { ComposeService } from '../compose-file/service.ts';

/** A mapping as it is written. */
export type Raw = Readonly<Record<string, unknown>>;

/** Takes a refusal: the path of a value in the project, and why. */
export type Refuse = (path: Path, why: string) => void;

/** One service as it is read and as it is written, the whole project, and where refusals go. */
export interface ServicePart {
  readonly service: ComposeService;
  readonly raw: Raw;
  readonly root: Raw;
  /** Of the service in the project. */
  readonly path: Path;
  readonly refuse: Refuse;
  readonly replicas: number;
  readonly hostNetwork: boolean;
  /** Whether its image is made from scratch, so that there is no shell in it; undefined where that is not known. */
  readonly isScratch: boolean;
}

/** Leaves out what is undefined, so that objects are as short as a person would write them. */
export function without<Fields extends Raw>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}

/** The mapping that a value is; what is none has nothing in it. */
export function mapOf(value: unknown): Raw {
  return isRecord(value) ? value : {};
}
