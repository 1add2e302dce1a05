/** Variables of services as the user wrote them: `1.10`, `0x10` and `1_000` are text for a service, whatever numbers YAML makes of them. */
import { type Document, isScalar } from 'yaml';
import { entriesOf } from './read-yaml.ts';

/** The keys that hold variables by service. */
const holders = ['env', 'buildArgs'];

/** Gives every variable that is no text in YAML the text it was written with. */
export function keepWritten(document: Document): void {
  const topologies = [
    document.get('topology', true),
    ...entriesOf(document.get('variants', true), document).map(([, variant]) => variant),
  ];
  for (const topology of topologies)
    for (const [key, services] of entriesOf(topology, document)) {
      if (!holders.includes(key)) continue;
      for (const [, variables] of entriesOf(services, document))
        for (const [, value] of entriesOf(variables, document)) keep(value);
    }
}

function keep(node: unknown): void {
  if (!isScalar(node) || node.source === undefined) return;
  if (typeof node.value !== 'number' && typeof node.value !== 'boolean') return;
  node.value = node.source;
  node.type = 'QUOTE_DOUBLE';
}
