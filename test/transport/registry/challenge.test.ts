import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseChallenges } from '../../../src/transport/registry/auth/challenge.ts';

test.each([
  ['Basic realm="x"', [['basic', { realm: 'x' }]]],
  [
    'Bearer realm="https://a.example/token",service="s",scope="repository:a/b:pull,push"',
    [
      [
        'bearer',
        { realm: 'https://a.example/token', service: 's', scope: 'repository:a/b:pull,push' },
      ],
    ],
  ],
  [
    'bearer REALM=https://a.example/token , Service = s',
    [['bearer', { realm: 'https://a.example/token', service: 's' }]],
  ],
  [
    'Negotiate, Basic realm="a, b=c", Bearer realm="z"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'a, b=c' }],
      ['bearer', { realm: 'z' }],
    ],
  ],
  [
    'Negotiate YWJj==, Basic realm="q\\"uote"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'q"uote' }],
    ],
  ],
  ['Basic', [['basic', {}]]],
  ['', []],
  ['Bearer realm="open', [['bearer', {}]]],
] as const)('the challenge %s is read', (header, expected) => {
  const found = parseChallenges([header]).map(({ scheme, parameters }) => [
    scheme,
    { ...parameters },
  ]);
  expect(found.slice(0, expected.length)).toEqual(expected);
});

test('several WWW-Authenticate headers are read one after the other', () => {
  expect(
    parseChallenges(['Basic realm="a"', 'Bearer realm="b"']).map(({ scheme }) => scheme),
  ).toEqual(['basic', 'bearer']);
});

test('a parameter of a challenge cannot change the prototype', () => {
  const [challenge] = parseChallenges(['Bearer __proto__="x", realm="y"']);
  expect(challenge?.parameters['realm']).toBe('y');
  expect(({} as Record<string, unknown>)['realm']).toBeUndefined();
});

test('no text makes the reader of challenges hang or throw', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('B', 'a', ' ', ',', '=', '"', '\\', ';', '\n', 'é'),
        maxLength: 200,
      }),
      (text) => {
        expect(Array.isArray(parseChallenges([text]))).toBe(true);
      },
    ),
  );
});
