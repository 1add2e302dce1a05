/** What traces over a run say, for a terminal: the step that broke first, or the last one that was traced. */
import type { RunResult } from '../../model/run-result.ts';
import { clientWaitSentences } from '../words/client-wait-words.ts';
import {
  coverageText,
  toldTraces,
  tracedSentences,
  tracedTitle,
  tracesTitle,
  windowsOf,
} from '../words/run-trace-words.ts';
import { clip, type Paint, wrap } from './text.ts';

const servicesTold = 3;

/** Two sentences for each service, and the file to look into; nothing where nothing was traced. */
export function tracedLines(result: RunResult, paint: Paint, room: number): string[] {
  const { traces } = result;
  const told = toldTraces(result);
  if (!traces || told.length === 0) return [];
  const lines = told.slice(0, servicesTold).flatMap((traced) => {
    const [window] = windowsOf(traces, traced);
    return [
      clip(tracedTitle(traced), room),
      ...tracedSentences(traced).flatMap((sentence) => wrap(sentence, room, '  ')),
      ...clientWaitSentences(traced)
        .slice(0, 1)
        .flatMap((sentence) => wrap(sentence, room, '  ')),
      ...wrap(`${coverageText(traced)}.`, room, '  ').map((line) => paint('dim', line)),
      ...(window ? wrap(`go tool trace ${window.file}`, room, '  ').map((line) => paint('dim', line)) : []),
    ];
  });
  const left = told.length - servicesTold;
  return [
    paint('bold', tracesTitle),
    ...lines,
    ...(left > 0
      ? [paint('dim', `and ${left} more traced ${left === 1 ? 'service' : 'services'}: see the report`)]
      : []),
  ];
}
