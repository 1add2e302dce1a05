import { expect, it } from 'vitest';
import { createNews } from '../../../src/profiles/collect/news.ts';

it('tells so many lines in a while, and of the others how many there were', () => {
  let nowMs = 0;
  const out: string[] = [];
  const news = createNews(
    (line) => out.push(line),
    () => nowMs,
  );
  for (let line = 1; line <= 1000; line++) news.tell(`line ${line}`);
  expect(out).toHaveLength(20);
  nowMs = 10_000;
  news.tell('later');
  expect(out.slice(20)).toEqual(['and 980 more lines like these: the status has all of it', 'later']);
  for (let line = 1; line <= 20; line++) news.tell(`again ${line}`);
  news.end();
  expect(out.at(-1)).toMatch(/^and 1 more lines/);
});
