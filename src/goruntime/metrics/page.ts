/** What a page of metrics is asked for, and what an answer is that is none. */
import { type Exposition, parseExposition } from './exposition.ts';

/** An Accept header: text first. Protobuf is not asked for, the one form that is not read here. */
export const metricsTypes = 'text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1';

/** The samples of a page, or why it has none, which goes on from its address: `http://… answered an empty page`. */
export type MetricsPage = Exposition | { readonly why: string };

/** Reads an answer of this Content-Type; pages of HTML and OpenMetrics that was cut are no metrics, whatever their lines look like. */
export function readMetricsPage(text: string, contentType: string): MetricsPage {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/vnd.google.protobuf') {
    return { why: `answered in protobuf (${contentType}), although text was asked for` };
  }
  const found = parseExposition(text);
  const { samples, rejects, example, hasEnd } = found;
  if (type === 'application/openmetrics-text' && !hasEnd) {
    return { why: 'answered a page of OpenMetrics that was cut: its last line is not "# EOF"' };
  }
  const isHtml = /^\s*<(!doctype|html|head|body)\b/i.test(example);
  if (samples.length > 0 && !isHtml) return found;
  const named = type === '' ? '' : ` (${type})`;
  if (isHtml)
    return { why: `answered a page of HTML${named}, as a login or an error is, and no metrics: "${example}"` };
  if (rejects > 0) return { why: `answered nothing that can be read as metrics${named}: "${example}"` };
  return {
    why: text.trim() === '' ? `answered an empty page${named}` : `answered a page without a single metric${named}`,
  };
}
