/** `comparison.json` of older versions of rampart as this one reads it. */

/** What metrics were called in version 1. */
const renamedMetrics: Readonly<Record<string, string>> = { slow: 'slow-share', capacity: 'throughput' };

type Fields = Readonly<Record<string, unknown>>;

/** The parsed file in today's form; what is no comparison of an older version is given back as it is. */
export function migrateComparison(file: unknown): unknown {
  if (!isFields(file) || file['schemaVersion'] !== 1) return file;
  const { judgement } = file;
  return { ...file, schemaVersion: 2, ...(isFields(judgement) ? { judgement: renamed(judgement) } : {}) };
}

/** Version 2 calls metrics as gates do, and no longer two ideas `capacity`. */
function renamed(judgement: Fields): Fields {
  const { metrics, contrasts, summary } = judgement;
  return {
    ...judgement,
    metrics: eachOf(metrics, (metric) => ({ ...metric, id: nameOf(metric['id']) })),
    contrasts: eachOf(contrasts, (contrast) => ({ ...contrast, metric: nameOf(contrast['metric']) })),
    summary: eachOf(summary, (row) => ({ ...row, values: withNames(row['values']) })),
  };
}

function withNames(values: unknown): unknown {
  if (!isFields(values)) return values;
  return Object.fromEntries(Object.entries(values).map(([metric, value]) => [nameOf(metric), value]));
}

function nameOf(metric: unknown): unknown {
  return typeof metric === 'string' ? (renamedMetrics[metric] ?? metric) : metric;
}

function eachOf(list: unknown, change: (fields: Fields) => Fields): unknown {
  return Array.isArray(list) ? list.map((each: unknown) => (isFields(each) ? change(each) : each)) : list;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
