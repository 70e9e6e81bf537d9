import { z } from 'zod';
import { ReslimError } from '../base/errors.ts';
import { closestWord } from '../yaml/closest-word.ts';
import { compileGlob } from './glob.ts';

/** An object that refuses unknown keys and suggests the known key that was meant. */
export const strictObject = <Shape extends z.core.$ZodShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const key = issue.keys[0] as string;
      const known = Object.keys(shape);
      const meant = closestWord(key, known);
      const help =
        meant === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${meant}"?`;
      return `unknown key ${JSON.stringify(key)}, ${help}`;
    },
  });

/** A list, or its only element. */
export const listOf = <Item extends z.ZodType<string>>(
  item: Item,
): z.ZodUnion<readonly [Item, z.ZodArray<Item>]> =>
  z.union([item, z.array(item).min(1, { error: 'the list is empty' })]);

export const text: z.ZodString = z.string().regex(/\S/, { error: 'the text is empty' });

/** A glob rooted at `/`, checked by compiling it. */
export const glob: z.ZodString = z.string().superRefine((value, context) => {
  try {
    if (compileGlob(value).length === 0)
      context.addIssue({ code: 'custom', message: 'the glob is empty' });
  } catch (error) {
    if (!(error instanceof ReslimError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});
