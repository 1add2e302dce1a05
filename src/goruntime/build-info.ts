/** What the Go linker writes into every binary of Go 1.18 and later (source: debug/buildinfo, runtime/debug/mod.go). */

/** Which Go built a program, from which module, and with which settings, such as `-race` or `vcs.revision`. */
export interface BuildInfo {
  readonly goVersion: string;
  /** Import path of the main package. */
  readonly path?: string | undefined;
  readonly module?: string | undefined;
  readonly moduleVersion?: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

const goMagic = '\xff Go buildinf:';
const headerLength = 32;
/** Set when both texts follow the header; older Go has pointers to them there, which only the loaded program can follow. */
const hasInlineTexts = 2;
/** The module text stands between two marks of this length. */
const markLength = 16;

/**
 * The build information in a binary's section `.go.buildinfo`; undefined when that is not one. Before Go 1.18 the version stands
 * elsewhere.
 */
export function parseBuildInfo(section: Uint8Array): BuildInfo | undefined {
  const start = Buffer.from(section.buffer, section.byteOffset, section.byteLength);
  if (start.length < headerLength || start.toString('latin1', 0, goMagic.length) !== goMagic) return undefined;
  if (((start[15] ?? 0) & hasInlineTexts) === 0) return { goVersion: 'go (before 1.18)', settings: {} };
  const version = readText(start, headerLength);
  if (!version || version.bytes.length === 0) return undefined;
  const module = readText(start, version.end)?.bytes ?? Buffer.alloc(0);
  const marked = module.length > 2 * markLength && module[module.length - markLength - 1] === 0x0a;
  const text = marked ? module.toString('utf8', markLength, module.length - markLength) : '';
  return { goVersion: version.bytes.toString('utf8'), ...parseModuleText(text) };
}

/** The lines that `go version -m` prints: `path`, `mod`, `dep` and `build`, each with its fields after a tab. */
function parseModuleText(text: string): Omit<BuildInfo, 'goVersion'> {
  const settings: Record<string, string> = {};
  let path: string | undefined;
  let module: readonly string[] = [];
  for (const line of text.split('\n')) {
    const [kind, ...fields] = line.split('\t');
    if (kind === 'path') path = fields[0];
    if (kind === 'mod') module = fields;
    if (kind === 'build') {
      const [, key = '', value = ''] = /^("(?:[^"\\]|\\.)*"|[^=]*)=(.*)$/.exec(fields.join('\t')) ?? [];
      if (key !== '') settings[unquote(key)] = unquote(value);
    }
  }
  return { path, module: module[0], moduleVersion: module[1], settings };
}

/** Keys and values with blanks, quotes or commas in them are quoted as in Go source. */
function unquote(text: string): string {
  if (text.startsWith('`') && text.endsWith('`') && text.length > 1) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** A text after its length as a varint. */
function readText(bytes: Buffer, from: number): { bytes: Buffer; end: number } | undefined {
  let length = 0;
  let at = from;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at];
    if (byte === undefined || shift > 28) return undefined;
    at += 1;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  const end = at + length;
  return end > bytes.length ? undefined : { bytes: bytes.subarray(at, end), end };
}
