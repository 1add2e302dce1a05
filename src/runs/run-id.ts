/** The ids of runs and of what consists of runs. */
import { randomBytes } from 'node:crypto';
import type { Caller } from '../model/host.ts';

/** The id of a new run, which its directory is named after: `20260131-142501-ramp-3fa9`. */
export function newRunId(name: string, time: Caller['time']): string {
  return `${timeStamp(new Date(time.wallMs()))}-${name}-${randomBytes(2).toString('hex')}`;
}

/** Local time as `20260131-142501`, so that run directories sort by time. */
function timeStamp(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
