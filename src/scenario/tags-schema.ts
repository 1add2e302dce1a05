/** `tags:` of a scenario: what its runs are called by. */
import { z } from 'zod';
import { mostTags, tagNameMistake, tagValueMistake } from '../model/tags.ts';
import { refusal } from './values.ts';

const value = z
  .union([z.string(), z.number(), z.boolean()], {
    error: (issue) => refusal('a text or a number', issue.input, 'release: "1.5"'),
  })
  .transform(String);

/** By name; a value is the text that was written. */
export const tagsMapSchema = z
  .record(z.string(), value, {
    error: (issue) => refusal('a map of tags', issue.input, '{ release: "1.5", team: shop }'),
  })
  .superRefine((tags, context) => {
    const wrong = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const entries = Object.entries(tags);
    if (entries.length > mostTags) wrong([], `must be at most ${mostTags} tags, got ${entries.length}`);
    for (const [name, text] of entries) {
      const message = tagNameMistake(name) ?? tagValueMistake(text);
      if (message !== undefined) wrong([name], message);
    }
  })
  .meta({
    description: 'What its runs are called by: kept in every result, and labels of live metrics',
  });
