/** Times in which something may have gone unseen. */
import { expect, it } from 'vitest';
import { createUnseenSpans, type UnseenSpan, type UnseenSpans } from '../../../src/topology/pods/unseen-span.ts';

/** What is told of what is heard second by second, from 1 s on. */
function told(...heard: readonly ((spans: UnseenSpans) => void)[]) {
  const all: UnseenSpan[] = [];
  let nowUs = 0;
  const spans = createUnseenSpans({ nowUs: () => nowUs }, (span) => all.push(span));
  for (const each of heard) {
    nowUs += 1e6;
    each(spans);
  }
  return all.map(
    ({ atUs, untilUs, message }) => `${atUs / 1e6} to ${untilUs === undefined ? '?' : untilUs / 1e6}: ${message}`,
  );
}

const listed = (spans: UnseenSpans) => spans.known('list');
const watched = (spans: UnseenSpans) => spans.known('watch');
const lost = (spans: UnseenSpans) => spans.lost('gone');
const late = (spans: UnseenSpans) => spans.lost('late');
const end = (spans: UnseenSpans) => spans.end();

it('begins when all was last known, not when that is found out, and ends with the list before what is heard again', () => {
  expect(told(listed, watched, lost, late, listed, watched, end)).toEqual(['2 to ?: gone', '2 to 5: gone']);
});

it('goes on while only lists are answered', () => {
  expect(told(watched, lost, listed, lost, listed, late, listed, watched)).toEqual(['1 to ?: gone', '1 to 7: gone']);
});

it('ends with the list that was answered where nothing is heard after it', () => {
  expect(told(watched, lost, listed, end, end)).toEqual(['1 to ?: gone', '1 to 3: gone']);
});

it('lasts to the end where nothing is answered any more', () => {
  expect(told(watched, lost, end)).toEqual(['1 to ?: gone', '1 to 3: gone']);
});

it('is none where all is known', () => {
  expect(told(listed, watched, watched, end)).toEqual([]);
});
