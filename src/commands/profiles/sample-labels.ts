/** What the samples of a merged profile are labelled with, so that `go tool pprof -tagroot=step` splits it. */
import type { KnownProfile } from '../../model/profile-store.ts';

/** Values that are names and read well alone; the others get their key, for pprof shows values without. */
const names: ReadonlySet<string> = new Set(['target', 'step', 'run', 'file']);

/** The labels of a profile and its service; the file that it lies in only where that tells it from others. */
export function sampleLabels({ service, labels }: KnownProfile): Readonly<Record<string, string>> {
  const kept = labels.filter(({ key, value }) => value !== '' && !key.startsWith('pprof::'));
  const texts = kept.map(({ key, value }) => [key, names.has(key) ? value : `${key}=${value}`] as const);
  return { ...Object.fromEntries(texts), service };
}
