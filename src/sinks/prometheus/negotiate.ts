/** Which form of metrics who asks wants, by its Accept header (RFC 9110, 12.5.1). */
import { Registry } from 'prom-client';

/** A form in which metrics are served. */
export interface MetricsForm {
  readonly form: 'prometheus' | 'openmetrics' | 'protobuf';
  readonly contentType: string;
}

const prometheus: MetricsForm = { form: 'prometheus', contentType: Registry.PROMETHEUS_CONTENT_TYPE };

/** The one that is wanted most of those there are; text of Prometheus where none is named, which everybody can read. */
export function acceptedForm(accept: string): MetricsForm {
  const wanted = accept
    .split(',')
    .map(readRange)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const range of wanted) {
    const form = formOf(range);
    if (form) return form;
  }
  return prometheus;
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function readRange(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map(
    rest.map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=').map((each) => each.trim());
      return [name.toLowerCase(), value.replace(/^"(.*)"$/, '$1')];
    }),
  );
  const quality = Number(parameters.get('q') ?? 1);
  return { type: type.toLowerCase(), parameters, quality: Number.isFinite(quality) ? quality : 0 };
}

function formOf({ type, parameters }: MediaRange): MetricsForm | undefined {
  if (type === 'application/openmetrics-text') {
    const version = parameters.get('version') ?? '1.0.0';
    if (version !== '1.0.0' && version !== '0.0.1') return undefined;
    return { form: 'openmetrics', contentType: Registry.OPENMETRICS_CONTENT_TYPE.replace('1.0.0', version) };
  }
  if (type === 'application/vnd.google.protobuf') {
    const proto = 'io.prometheus.client.MetricFamily';
    const isKnown = parameters.get('proto') === proto && parameters.get('encoding') === 'delimited';
    return isKnown ? { form: 'protobuf', contentType: `${type}; proto=${proto}; encoding=delimited` } : undefined;
  }
  return ['text/plain', 'text/*', '*/*'].includes(type) ? prometheus : undefined;
}
