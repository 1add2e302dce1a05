/** Names, log lines, functions and errors of strangers on the page: they are text, whatever is in them, and leave the rest of it readable. */
import { expect, it } from 'vitest';
import type { RunResult } from '../../src/model/run-result.ts';
import { risingQueues } from '../helpers/local-queues.ts';
import { resize } from './drawn.ts';
import { layoutFaults } from './layout-faults.ts';
import { describeInBrowser } from './open-page.ts';
import { recordedResult, reportPage } from './pages.ts';

/** What it is, the word, and what is seen of it where that is something else. */
const words: [kind: string, word: string, seen?: string][] = [
  ['ends the script', '</script><img src=x onerror="alert(1)"><script>alert(2)</script>'],
  ['leaves an attribute', `"'><svg onload=alert(1)><b onclick=alert(2) style="position:fixed;inset:0">`],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the word
  ['is a template', '${alert(1)}{{7*7}}<%= 7*7 %>`${alert(2)}`$&$1'],
  ['opens a comment', '<!-- <script> --!> ]]> <style>*{display:none}</style>'],
  [
    'turns the direction',
    '\u202egnp.exe\u2066 \u05e9\u05dc\u05d5\u05dd',
    '[U+202E]gnp.exe[U+2066] \u05e9\u05dc\u05d5\u05dd',
  ],
  ['is a link', 'javascript:alert(1)//\u2028\u2029'],
  [
    'has controls',
    'a\u0000b\u001b[31mred\u0007\r\n\ttab\ud800end',
    'a\u2400b\u241b[31mred\u2407\u240d\n\ttab[U+D800]end',
  ],
  [
    'has no end',
    'no-end '.repeat(1500),
    `${'no-end '.repeat(1500).slice(0, 200)} \u2026 10100 characters more \u2026 ${'no-end '.repeat(1500).slice(-200)}`,
  ],
  [
    'has no end and no place to break',
    'W'.repeat(10_000),
    `${'W'.repeat(200)} \u2026 9600 characters more \u2026 ${'W'.repeat(200)}`,
  ],
  ['is as long as a name may be', 'W'.repeat(1000)],
];

/** The recorded run with a word in everything that comes from outside. */
async function withWord(word: string): Promise<RunResult> {
  const inJson = JSON.stringify(word).slice(1, -1);
  const result = await recordedResult();
  const steps = new Map(result.steps.map(({ name }, index) => [name, `${word} ${index}`]));
  const names = ['loadbalancer', 'downstream', 'net/http.(*', 'runtime.', 'main.', 'IO wait', 'select'];
  const text = names.reduce((json, name) => json.replaceAll(name, () => inJson), JSON.stringify(result));
  const read: RunResult = JSON.parse(text);
  const inAll = <T extends { readonly message: string }>(list: readonly T[]) =>
    list.map((each) => ({ ...each, message: word }));
  return {
    ...read,
    id: word,
    scenario: { ...read.scenario, name: word, description: word },
    environment: { ...read.environment, engine: word, cpuModel: word, facts: { [word]: word } },
    warnings: [word],
    events: inAll(read.events),
    gaps: [{ atUs: 1, target: word, source: word, count: 1, message: word }],
    validity: { verdict: 'invalid', reasons: [{ code: word, message: word, step: word }] },
    steps: read.steps.map((step) => ({
      ...step,
      name: steps.get(step.name) ?? step.name,
      errors: { [word]: 3, [`${word}2`]: 1 },
    })),
    series: [
      ...read.series,
      {
        name: word,
        target: word,
        unit: word,
        source: word,
        points: [
          [0, 1],
          [1e6, 2],
        ],
      },
    ],
    localQueues: [risingQueues(word), ...['a', 'b', 'c', 'd'].map((end) => risingQueues(`${word}${end}`))],
    findings: read.findings.map((finding) => ({
      ...finding,
      title: word,
      evidence: [word, word],
      advice: word,
      steps: [word],
    })),
    slo: [{ rule: word, step: word, observed: word, outcome: 'fail' }],
  };
}

describeInBrowser('a word that', (open) => {
  it.each(words)('%s is text', async (_, word, seen) => {
    const { page, said } = await open(reportPage(await withWord(word)), { width: 1400 });
    const own = [
      'img',
      'iframe',
      'object',
      'embed',
      'link',
      'b[onclick]',
      'svg[onload]',
      'style + style',
      'main style',
    ];
    expect(await page.locator(own.join(', ')).count()).toBe(0);
    expect(await page.locator('h1').textContent()).toContain(seen ?? word);
    const faults: Record<string, readonly string[]> = {};
    // Where a long word fits, a short one does.
    for (const width of word.length < 1000 ? [1400] : [1400, 700]) {
      await resize(page, width);
      const found = await page.evaluate(layoutFaults);
      if (found.length > 0) faults[`${width} px`] = found.map((fault) => fault.slice(0, 200));
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      if (height > 40_000) faults[`${width} px, height`] = [`${height} px high`];
    }
    expect(faults).toEqual({});
    await page.locator('figure .u-over').first().hover();
    await page.keyboard.press('Tab');
    expect(await said()).toEqual([]);
  });
});
