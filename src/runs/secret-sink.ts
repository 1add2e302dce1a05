/** Sinks that never see a secret: what a run takes down and shows goes through here. */
import { maxLineBytes } from '../host/lines.ts';
import { withinGzip } from '../host/within-gzip.ts';
import type { Sink } from '../model/contracts.ts';
import type { Sample } from '../model/sample.ts';
import type { Secrets } from '../model/secrets.ts';
import type { LogLine } from '../model/topology.ts';

/** The sink behind what takes secrets out of samples, profiles and lines, as far as they are known by now. */
export function withoutSecrets(sink: Sink, secrets: Secrets): Sink {
  // Profiles need not be inflated to look for nothing.
  if (secrets.known().length === 0) return sink;
  const cleanText = createLineCleaner(secrets);
  return {
    ...sink,
    accept: (sample) => sink.accept(cleanSample(sample, secrets)),
    ...(sink.log ? { log: (line) => sink.log?.({ ...line, text: cleanText(line) }) } : {}),
    close: () => sink.close(),
  };
}

/** A line beyond the longest goes on as the next of its stream, so a secret may begin in the one and end in the other. */
function createLineCleaner(secrets: Secrets): (line: LogLine) => string {
  const cut = new Map<string, string>();
  return ({ target, stream, text }) => {
    const key = `${target} ${stream}`;
    const before = cut.get(key);
    if (Buffer.byteLength(text) >= maxLineBytes) cut.set(key, text);
    else cut.delete(key);
    return secrets.text(before === undefined ? text : restOf(before, text, secrets));
  };
}

/** A text with what ends in it of a secret that began in the text before it blotted out. */
function restOf(before: string, text: string, { bytes }: Secrets): string {
  return Buffer.from(bytes(Buffer.from(before + text))).toString('utf8', Buffer.byteLength(before));
}

/** Counts and histograms are numbers, and a histogram's text is one, too. */
function cleanSample(sample: Sample, secrets: Secrets): Sample {
  switch (sample.kind) {
    case 'bins':
    case 'exchanges':
    case 'tick':
    case 'step':
    case 'end':
    case 'stacks':
      return sample;
    case 'window':
      return { ...sample, errors: secrets.value(sample.errors) };
    case 'profile':
    case 'trace':
      return {
        ...secrets.value({ ...sample, content: undefined }),
        content: sample.content && withinGzip(sample.content, secrets.bytes),
      };
    default:
      return secrets.value(sample);
  }
}
