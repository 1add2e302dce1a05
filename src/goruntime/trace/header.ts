/** The first 16 bytes of an execution trace, which say the format (src/internal/trace/version). */
import { TraceError } from './trace-error.ts';

/** The release that brought a format: 24 writes that of 23, and 27 that of 26. */
export type TraceFormat = 22 | 23 | 25 | 26;

/** How long the header is. */
export const headerBytes = 16;
const formats: readonly TraceFormat[] = [22, 23, 25, 26];
const form = /^go 1\.(\d{1,3}) trace\0\0\0$/;

/** The format of the bytes that a trace begins with; throws a TraceError for those that cannot be read, by name. */
export function formatOf(header: Uint8Array): TraceFormat {
  const text = String.fromCharCode(...header.subarray(0, headerBytes));
  const minor = Number(form.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(minor))
    throw new TraceError('no-trace', `this is no Go execution trace: it begins with ${JSON.stringify(text)}`);
  const known = formats.find((format) => format === minor);
  if (known !== undefined) return known;
  if (minor < 22)
    throw new TraceError(
      'old-format',
      `the trace has the format of Go 1.${minor}, which nobody reads beside Go itself; build the program with Go 1.22 or newer`,
    );
  throw new TraceError(
    'new-format',
    `the trace has the format of Go 1.${minor}; the newest that can be read is that of 1.26, which 1.27 writes as well`,
  );
}
