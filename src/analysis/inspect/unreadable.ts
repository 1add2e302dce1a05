/** Files that hold nothing to inspect, by how they begin: what they are, and the way out. */

const unpack = (form: string, command: string) =>
  `is compressed by ${form}: unpack it first, such as with \`${command}\``;
const archive = (form: string) => `is a ${form} archive: unpack it, and name the files in it`;
const ofLoad = (tool: string) =>
  `is a result of ${tool}: inspect reads what Go programs print, and \`rampart run\` measures load and runtime together`;
const picture = 'is a picture or a document: inspect reads text and profiles';
const program = 'is a program: inspect reads what it printed, and profiles of it';
const answer = 'as a server answers that has no profile there, or shows it to nobody who is not logged in';

/** By the first bytes, in hexadecimal. */
const magics: readonly (readonly [string, string])[] = [
  ['504b0304', archive('zip')],
  ['504b0506', archive('zip')],
  ['377abcaf271c', archive('7z')],
  ['28b52ffd', unpack('zstd', 'zstd -d')],
  ['425a68', unpack('bzip2', 'bunzip2')],
  ['fd377a585a', unpack('xz', 'unxz')],
  ['04224d18', unpack('lz4', 'lz4 -d')],
  ['ff060000734e61507059', unpack('snappy', 'snzip -d')],
  ['1f9d', unpack('compress', 'uncompress')],
  ['7801', unpack('zlib', 'zlib-flate -uncompress')],
  ['789c', unpack('zlib', 'zlib-flate -uncompress')],
  ['78da', unpack('zlib', 'zlib-flate -uncompress')],
  ['7f454c46', program],
  ['4d5a9000', program],
  ['cffaedfe', program],
  ['89504e47', picture],
  ['47494638', picture],
  ['ffd8ff', picture],
  ['25504446', picture],
  ['50455246494c4532', 'is a recording of perf: inspect reads pprof profiles, as /debug/pprof/profile gives them out'],
  ['464c5200', 'is a recording of a Java program: inspect reads what Go programs print'],
];

/** By the first characters, in latin1; what is one line of JSON only where nothing follows it. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^.{257}ustar/s, archive('tar')],
  [/^HTTP\/\d\S* \d{3}/, 'is a whole HTTP answer with its head: save the body alone, such as with curl without -i'],
  [/^\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body)\b/is, `is a page of HTML, ${answer}`],
  [/^\s*(?:<\?xml[^>]*>\s*)?<svg\b/i, 'is a picture: inspect reads the profile that it was drawn from'],
  [/^\s*(?:<\?xml\b|<Error>)/, `is XML, ${answer}`],
  [
    /^(?:404 page not found|Unknown profile|Unauthorized|Forbidden|Not Found|Bad Gateway|Method Not Allowed)\b/i,
    `is an error, ${answer}`,
  ],
  [
    /^(?:Could not (?:enable|start) |profile duration exceeds )/,
    'is the error with which a server answered instead of a profile: read it, and take the profile again',
  ],
  [/^\s*\{\s*"(?:errors?|message|detail|code|status|statusCode)"\s*:[^\n]{0,2000}\}\s*$/, `is JSON, ${answer}`],
  [
    /^\s*\{\s*"schemaVersion"/,
    'is a result of rampart: `rampart report DIR` makes its report, `rampart compare` puts two side by side',
  ],
  [
    /^\s*\{[^\n]{0,2000}"(?:traceEvents|displayTimeUnit)"/,
    'is a trace for a browser: inspect reads logs, dumps and profiles',
  ],
  [/^\s*\{\s*"(?:type":\s*"(?:Metric|Point)"|root_group"|metrics":\s*\{\s*"[a-z_]+)/, ofLoad('k6')],
  [/^\s*\{\s*"(?:attack|latencies)":/, ofLoad('vegeta')],
  [/^Requests\s+\[total, rate/, ofLoad('vegeta')],
  [/^Running \d+\w+ test @ /, ofLoad('wrk')],
  [/^\s*Summary:\s+(?:Total|Success rate):/, ofLoad('hey or oha')],
  [/^This is ApacheBench/, ofLoad('ab')],
  [/^timeStamp,elapsed,label,/, ofLoad('JMeter')],
  [/^Type,Name,Request Count,/, ofLoad('Locust')],
  [
    /^\s*"?Value"?[\s,]+"?Percentile"?/,
    'is a table of percentiles: inspect reads the log of intervals that it was made from, which holds the histograms themselves',
  ],
  [
    /^(?:[^\s;]+;)+[^\n;]+ \d+(?:\n|$)/,
    'is stacks folded for a flame graph: inspect reads the profile that they were made from',
  ],
  [/^\s*$/, 'holds blanks only'],
];

/** Why an input that begins with these bytes cannot be inspected, in words that follow its name; undefined when it may be. */
export function whyUnreadable(head: Uint8Array): string | undefined {
  if (head.every((byte) => byte === 0)) return 'holds zero bytes only: what was to be written there is lost';
  const hex = [...head.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const magic = magics.find(([bytes]) => hex.startsWith(bytes));
  if (magic) return magic[1];
  const text = new TextDecoder('latin1').decode(head.subarray(0, 4096));
  return beginnings.find(([beginning]) => beginning.test(text))?.[1];
}
