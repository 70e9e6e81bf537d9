import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { expandVariables } from '../../src/yaml/expand-variables.ts';
import { readYaml } from '../../src/yaml/yaml-document.ts';
import type { YamlError } from '../../src/yaml/yaml-error.ts';

const env = {
  HOST: 'registry.example',
  EMPTY: '',
  COUNT: '5',
  ODD: 'a: [b]\n# c',
  LETTER: '${HOST}',
};

test.each([
  ['${HOST}/app', 'registry.example/app'],
  ['${HOST}${COUNT}', 'registry.example5'],
  ['${NONE:-docker.io}/app', 'docker.io/app'],
  ['${NONE:-}', ''],
  ['${EMPTY:-x}', 'x'],
  ['[${EMPTY}]', '[]'],
  ['$${HOST} costs $5, {name}', '${HOST} costs $5, {name}'],
  ['${LETTER}', '${HOST}'],
])('%j becomes %j', (text, expected) => {
  expect(expandVariables(text, env)).toBe(expected);
});

test.each(['${', '${}', '${A-B}', '${A:+b}', '${HOST'])('%j is no variable', (text) => {
  expect(() => expandVariables(text, env)).toThrow('not a variable: ');
});

test('a variable that is not set is named, with a way out', () => {
  expect(() => expandVariables('${NONE}', env)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: 'NONE is not set',
      hint: 'set it, or write ${NONE:-default}',
    }),
  );
});

describe('in a YAML file', () => {
  const schema = z.strictObject({
    text: z.string().optional(),
    count: z.int().optional(),
    flag: z.boolean().optional(),
    list: z.array(z.string()).optional(),
  });
  const read = (text: string) =>
    readYaml(text, 'a.yaml', schema, { expand: (value) => expandVariables(value, env) }).value;

  test('a value stays one value, whatever the variable holds', () => {
    expect(read('text: ${ODD}\nlist: ["${ODD}", x] # ${NONE}')).toEqual({
      text: env.ODD,
      list: [env.ODD, 'x'],
    });
  });

  test('numbers are numbers where numbers are meant, and text elsewhere', () => {
    expect(read('text: ${COUNT}\ncount: ${COUNT}\nflag: ${NONE:-true}')).toEqual({
      text: '5',
      count: 5,
      flag: true,
    });
    expect(() => read('count: "${COUNT}"')).toThrow('count: expected a number');
    expect(() => read('count: ${HOST}')).toThrow('count: expected a number');
  });

  test('all that are not set are named with their places', () => {
    const error = (() => {
      try {
        return read('text: ${NONE}\nlist:\n  - x\n  - ${NOR_THIS}\n');
      } catch (cause) {
        return cause;
      }
    })();
    expect((error as YamlError).problems.map(({ place, message }) => [place, message])).toEqual([
      ['a.yaml:1:7', 'NONE is not set'],
      ['a.yaml:4:5', 'NOR_THIS is not set'],
    ]);
  });

  test('keys stay as they are', () => {
    expect(() => read('${HOST}: x')).toThrow('"${HOST}"');
  });
});
