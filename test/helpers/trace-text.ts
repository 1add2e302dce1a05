/** Traces in the text form of Go's own test data (src/internal/trace/raw), as bytes. */

interface Spec {
  readonly number: number;
  readonly values: readonly string[];
}

/** A batch under way: its size is known at its end. */
interface OpenBatch {
  readonly head: number[];
  readonly data: number[];
}

const names: readonly (readonly [string, number, string])[] = [
  ['EventBatch', 1, 'gen m time size'],
  ['Stacks', 2, ''],
  ['Stack', 3, 'id nframes'],
  ['Strings', 4, ''],
  ['String', 5, 'id'],
  ['CPUSamples', 6, ''],
  ['CPUSample', 7, 'time m p g stack'],
  ['Frequency', 8, 'freq'],
  ['ProcsChange', 9, 'dt procs_value stack'],
  ['ProcStart', 10, 'dt p p_seq'],
  ['ProcStop', 11, 'dt'],
  ['ProcSteal', 12, 'dt p p_seq m'],
  ['ProcStatus', 13, 'dt p pstatus'],
  ['GoCreate', 14, 'dt new_g new_stack stack'],
  ['GoCreateSyscall', 15, 'dt new_g'],
  ['GoStart', 16, 'dt g g_seq'],
  ['GoDestroy', 17, 'dt'],
  ['GoDestroySyscall', 18, 'dt'],
  ['GoStop', 19, 'dt reason_string stack'],
  ['GoBlock', 20, 'dt reason_string stack'],
  ['GoUnblock', 21, 'dt g g_seq stack'],
  ['GoSyscallBegin', 22, 'dt p_seq stack'],
  ['GoSyscallEnd', 23, 'dt'],
  ['GoSyscallEndBlocked', 24, 'dt'],
  ['GoStatus', 25, 'dt g m gstatus'],
  ['STWBegin', 26, 'dt kind_string stack'],
  ['STWEnd', 27, 'dt'],
  ['GCActive', 28, 'dt gc_seq'],
  ['GCBegin', 29, 'dt gc_seq stack'],
  ['GCEnd', 30, 'dt gc_seq'],
  ['GCSweepActive', 31, 'dt p'],
  ['GCSweepBegin', 32, 'dt stack'],
  ['GCSweepEnd', 33, 'dt swept_value reclaimed_value'],
  ['GCMarkAssistActive', 34, 'dt g'],
  ['GCMarkAssistBegin', 35, 'dt stack'],
  ['GCMarkAssistEnd', 36, 'dt'],
  ['HeapAlloc', 37, 'dt heapalloc_value'],
  ['HeapGoal', 38, 'dt heapgoal_value'],
  ['GoLabel', 39, 'dt label_string'],
  ['UserTaskBegin', 40, 'dt task parent_task name_string stack'],
  ['UserTaskEnd', 41, 'dt task stack'],
  ['UserRegionBegin', 42, 'dt task name_string stack'],
  ['UserRegionEnd', 43, 'dt task name_string stack'],
  ['UserLog', 44, 'dt task key_string value_string stack'],
  ['GoSwitch', 45, 'dt g g_seq'],
  ['GoSwitchDestroy', 46, 'dt g g_seq'],
  ['GoCreateBlocked', 47, 'dt new_g new_stack stack'],
  ['GoStatusStack', 48, 'dt g m gstatus stack'],
  ['ExperimentalBatch', 49, 'exp gen m time size'],
  ['Sync', 50, ''],
  ['ClockSnapshot', 51, 'dt mono sec nsec'],
  ['EndOfGeneration', 52, ''],
];
const specs: ReadonlyMap<string, Spec> = new Map(
  names.map(([name, number, values]) => [name, { number, values: values.split(' ').filter((value) => value !== '') }]),
);

/** Unsigned LEB128; negative numbers as 64 bits. */
function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

/** The bytes of a trace; throws for a line that is none of its form. */
export function traceBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  let batch: OpenBatch | undefined;
  const close = () => {
    if (batch) bytes.push(...batch.head, ...varint(BigInt(batch.data.length)), ...batch.data);
    batch = undefined;
  };
  for (const line of text.split('\n').map((each) => each.replace(/^\s+|\s*(?:#.*)?$/g, ''))) {
    const release = /^Trace Go1\.(\d+)$/.exec(line);
    if (line === '') continue;
    if (release) {
      bytes.push(...Buffer.from(`go 1.${release[1]} trace\0\0\0`));
      continue;
    }
    const [name = '', ...given] = line.split(/\s+/);
    if (name === 'EventBatch' || name === 'ExperimentalBatch') {
      close();
      batch = { head: entry(name, given.slice(0, -1), specs.get(name)?.values.slice(0, -1)), data: [] };
    } else if (name === 'EndOfGeneration') {
      close();
      bytes.push(52);
    } else batch?.data.push(...inBatch(line, name, given));
  }
  close();
  return Uint8Array.from(bytes);
}

function inBatch(line: string, name: string, given: readonly string[]): number[] {
  if (/^pc=/.test(line)) return valuesOf(line.split(/\s+/), ['pc', 'func', 'file', 'line']);
  const data = /^data=(".*")$/.exec(line)?.[1];
  if (data === undefined) return entry(name, given, specs.get(name)?.values);
  const text = Buffer.from(JSON.parse(data) as string);
  return [...varint(BigInt(text.length)), ...text];
}

function entry(name: string, given: readonly string[], values: readonly string[] | undefined): number[] {
  const spec = specs.get(name);
  if (!spec || !values) throw new Error(`no event is called ${name}`);
  return [spec.number, ...valuesOf(given, values)];
}

function valuesOf(given: readonly string[], values: readonly string[]): number[] {
  const told = new Map(given.map((pair) => pair.split('=') as [string, string]));
  return values.flatMap((value) => {
    const number = told.get(value);
    if (number === undefined) throw new Error(`${value} is missing in ${given.join(' ')}`);
    return varint(BigInt(number));
  });
}
