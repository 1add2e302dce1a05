/** Access logs line by line, to what is known of their requests: 20 bytes for each, and the kinds they came to. */
import { type Chunks, inflated, inUtf8, peek } from '../../host/input-bytes.ts';
import { splitLines } from '../../host/lines.ts';
import { rootOf } from '../requests/from-tree.ts';
import { redacted } from '../requests/redact.ts';
import { RequestTree } from '../requests/request-tree.ts';
import type { Stamps } from './arrivals.ts';
import { formatOf } from './known-formats.ts';
import { isRequest, type LogFormat, type LoggedRequest } from './logged-request.ts';

/** A log and what it is called. */
export interface LogInput {
  readonly name: string;
  readonly chunks: Chunks;
}

/** What is taken from logs. */
export interface LogTaking {
  /** The format of all of them; found from the lines of each without it. */
  readonly format?: LogFormat | undefined;
  /** When lines of a format that several servers write are stamped, where it is known whose they are. */
  readonly stamp?: LogFormat['stamp'];
  readonly methods: ReadonlySet<string>;
  /** Whether pictures, scripts, styles and fonts are left out. */
  readonly skipStatic: boolean;
}

/** A line that was not understood. */
interface BadLine {
  readonly file: string;
  readonly line: number;
  readonly why: string;
}

/** What was in the logs, and what was left out of it. */
export interface ReadLogs {
  readonly tree: RequestTree;
  /** The kind of each request, as the tree knows it. */
  readonly kinds: Int32Array;
  readonly stamps: Stamps;
  readonly formats: readonly LogFormat[];
  readonly lines: number;
  readonly unreadable: number;
  /** The first lines that were not understood. */
  readonly badLines: readonly BadLine[];
  /** How many lines were left out, by why. */
  readonly leftOut: ReadonlyMap<string, number>;
  /** How often what was put out of sight. */
  readonly redacted: ReadonlyMap<string, number>;
}

/** A log in none of the formats that are known. */
export class UnknownFormat extends Error {
  override readonly name = 'UnknownFormat';
}

const headBytes = 64 * 1024;
const mostRequests = 20_000_000;
const toldLines = 5;
const longestLine = 64 * 1024;
const mostHosts = 200;
const mostReasons = 100;
const staticEnding =
  /\.(?:css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|otf|eot|mp4|webm|mp3|pdf|wasm)(?:\?|$)/i;

/** Reads logs one after the other; rejects with an UnknownFormat where nobody said how to read one. */
export async function readLogs(inputs: readonly LogInput[], taking: LogTaking): Promise<ReadLogs> {
  const collector = createCollector(taking);
  const formats: LogFormat[] = [];
  for (const { name, chunks } of inputs) {
    const { chunks: text } = await inUtf8(await inflated(chunks));
    const { head, all } = await peek(text, headBytes);
    const found = taking.format ?? formatIn(head, name);
    const format = taking.stamp && !taking.format ? { ...found, stamp: taking.stamp } : found;
    formats.push(format);
    const take = collector.from(name, format);
    const lines = splitLines(take);
    for await (const chunk of all) lines.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    lines.end();
  }
  return { ...collector.end(), formats };
}

function formatIn(head: Buffer, name: string): LogFormat {
  const lines = head.toString('utf8').split('\n');
  const whole = head.length < headBytes ? lines : lines.slice(0, -1);
  const format = formatOf(whole.map((line) => line.replace(/\r$/, '')));
  if (format) return format;
  const first = whole.find((line) => line.trim() !== '');
  const told = first === undefined ? 'it is empty' : `its first line is ${JSON.stringify(first.slice(0, 120))}`;
  throw new UnknownFormat(`${name}: the format of this log is not known: ${told}`);
}

function createCollector({ methods, skipStatic }: LogTaking) {
  const tree = new RequestTree();
  const badLines: BadLine[] = [];
  const leftOut = new Map<string, number>();
  const hidden = new Map<string, number>();
  const hosts = new Set<string>();
  let [stampS, tookS, kinds] = [new Float64Array(4096), new Float64Array(4096), new Int32Array(4096)];
  let [count, lines, unreadable] = [0, 0, 0];
  const add = (to: Map<string, number>, what: string) => {
    if (to.has(what) || to.size < mostReasons) to.set(what, (to.get(what) ?? 0) + 1);
    else to.set('others', (to.get('others') ?? 0) + 1);
  };
  const hide = (what: string) => add(hidden, what);
  const grow = () => {
    const next = [new Float64Array(2 * count), new Float64Array(2 * count), new Int32Array(2 * count)] as const;
    next[0].set(stampS);
    next[1].set(tookS);
    next[2].set(kinds);
    [stampS, tookS, kinds] = [...next];
  };
  const whyNot = ({ method, target, status, host }: LoggedRequest): string | undefined => {
    if (!methods.has(method)) return `method ${method}`;
    if (status === 101) return 'upgraded to another protocol (101)';
    if (skipStatic && staticEnding.test(target)) return 'static files';
    if (!hosts.has(host) && hosts.size >= mostHosts) return `of hosts beyond the first ${mostHosts}`;
    hosts.add(host);
    return undefined;
  };
  const keep = (request: LoggedRequest, format: LogFormat) => {
    if (count === mostRequests) throw new RangeError(`more than ${mostRequests} requests: import a part of the log`);
    if (count === stampS.length) grow();
    stampS[count] = request.stampS;
    tookS[count] = format.stamp === 'start' ? 0 : (request.durationS ?? Number.NaN);
    const root = rootOf(request.method, request.host);
    kinds[count] = tree.add(root, redacted(request.target, hide), request.status, count);
    count++;
  };
  return {
    from(file: string, format: LogFormat) {
      let line = 0;
      return (text: string) => {
        line++;
        if (text === '') return;
        lines++;
        const read =
          text.length > longestLine
            ? ({ kind: 'unreadable', why: `it is longer than ${longestLine / 1024} KiB` } as const)
            : format.read(text);
        if (isRequest(read)) {
          const why = whyNot(read);
          if (why === undefined) keep(read, format);
          else add(leftOut, why);
        } else if (read.kind === 'other') add(leftOut, read.why);
        else if (++unreadable <= toldLines) badLines.push({ file, line, why: read.why });
      };
    },
    end() {
      const stamps = { stampS: stampS.subarray(0, count), tookS: tookS.subarray(0, count) };
      return { tree, kinds: kinds.subarray(0, count), stamps, lines, unreadable, badLines, leftOut, redacted: hidden };
    },
  };
}
