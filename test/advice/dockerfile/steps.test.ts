import { describe, expect, test } from 'vitest';
import { buildSteps } from '../../../src/advice/build-steps.ts';
import { parseDockerfile } from '../../../src/advice/dockerfile/parse-dockerfile.ts';

/** Each step as `layer: line keyword`, or what its text begins with where the Dockerfile does not have it. */
const stepsOf = (dockerfile: string | undefined, history: readonly string[]): string[] => {
  const file = dockerfile === undefined ? undefined : parseDockerfile(dockerfile, 'Dockerfile');
  const all = history.map((createdBy) => ({
    createdBy: createdBy.replace(/^- /, ''),
    emptyLayer: createdBy.startsWith('- '),
    raw: {},
  }));
  const layers = all.filter(({ emptyLayer }) => !emptyLayer).length;
  return buildSteps(all, layers, file).steps.map(
    ({ layer, isBase, instruction: { line, endLine, keyword, text } }) =>
      [
        isBase ? 'base' : 'own',
        layer ?? '-',
        line === undefined
          ? `"${text}"`
          : `${keyword} ${line}${endLine === line ? '' : `-${endLine}`}`,
      ].join(' '),
  );
};

const BASE = ['/bin/sh -c #(nop) ADD file:1 in / ', '- /bin/sh -c #(nop)  CMD ["bash"]'];

describe('the history of', () => {
  const dockerfile = `# syntax=docker/dockerfile:1
ARG BASE=debian:12
FROM \${BASE}
ARG VERSION=1
ENV APP_VERSION=\${VERSION}
RUN apt-get update && \\
    # tools
    apt-get install -y curl

WORKDIR /app
COPY --chown=web . .
RUN ["npm", "ci"]
CMD ["npm", "start"]
`;
  const expected = [
    'base 1 "ADD file:1 in /"',
    'base - "CMD ["bash"]"',
    'own - ARG 4',
    'own - ENV 5',
    'own 2 RUN 6-8',
    'own - WORKDIR 10',
    'own 3 COPY 11',
    'own 4 RUN 12',
    'own - CMD 13',
  ];

  test('the classic builder', () => {
    expect(
      stepsOf(dockerfile, [
        ...BASE,
        '- /bin/sh -c #(nop)  ARG VERSION=1',
        '- /bin/sh -c #(nop)  ENV APP_VERSION=1',
        '|1 VERSION=1 /bin/sh -c apt-get update &&     apt-get install -y curl',
        '- /bin/sh -c #(nop) WORKDIR /app',
        '/bin/sh -c #(nop) COPY --chown=web dir:12ab in . ',
        '|1 VERSION=1 npm ci',
        '- /bin/sh -c #(nop)  CMD ["npm" "start"]',
      ]),
    ).toEqual(expected);
  });

  test('BuildKit', () => {
    expect(
      stepsOf(dockerfile, [
        ...BASE,
        '- ARG VERSION=1',
        '- ENV APP_VERSION=1',
        'RUN |1 VERSION=1 /bin/sh -c apt-get update &&     apt-get install -y curl # buildkit',
        '- WORKDIR /app',
        'COPY --chown=web . . # buildkit',
        'RUN |1 VERSION=1 npm ci # buildkit',
        '- CMD ["npm" "start"]',
      ]),
    ).toEqual(expected);
  });

  test('buildah, which leaves out ARG', () => {
    expect(
      stepsOf(dockerfile, [
        ...BASE,
        '- /bin/sh -c #(nop) ENV APP_VERSION=1',
        '/bin/sh -c apt-get update &&     apt-get install -y curl',
        '- /bin/sh -c #(nop) WORKDIR /app',
        '/bin/sh -c #(nop) COPY --chown=web dir:12ab in . ',
        'npm ci',
        '- /bin/sh -c #(nop) CMD ["npm", "start"]',
      ]),
    ).toEqual(expected);
  });

  test('the same Dockerfile with another shell', () => {
    expect(
      stepsOf('FROM a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl x | sh\n', [
        ...BASE,
        '- SHELL [/bin/bash -o pipefail -c]',
        'RUN /bin/bash -o pipefail -c curl x | sh # buildkit',
      ]).slice(2),
    ).toEqual(['own - SHELL 2', 'own 2 RUN 3']);
  });
});

test('of several stages, the last one counts, with the stages it is built from', () => {
  const dockerfile = `FROM debian AS base
RUN one
FROM golang AS build
RUN two
FROM base
COPY --from=build /app /app
RUN three
`;
  expect(
    stepsOf(dockerfile, [
      ...BASE,
      'RUN /bin/sh -c one # buildkit',
      'COPY /app /app # buildkit',
      'RUN /bin/sh -c three # buildkit',
    ]).slice(2),
  ).toEqual(['own 2 RUN 2', 'own 3 COPY 6', 'own 4 RUN 7']);
});

test('a stage that was built with --target is found', () => {
  const dockerfile = 'FROM debian AS first\nRUN one\nRUN two\nFROM debian\nRUN three\n';
  expect(
    stepsOf(dockerfile, [...BASE, 'RUN /bin/sh -c one', 'RUN /bin/sh -c two']).slice(2),
  ).toEqual(['own 2 RUN 2', 'own 3 RUN 3']);
});

test.each([
  ['alone', 'RUN <<EOF\none\ntwo\nEOF\n', 'RUN /bin/sh -c one\ntwo\n # buildkit'],
  [
    'behind a command',
    'RUN cat <<EOF > /x\none\nEOF\n',
    'RUN /bin/sh -c cat <<EOF > /x\none\nEOF # buildkit',
  ],
])('a here-document %s', (_, run, step) => {
  expect(stepsOf(`FROM a\n${run}`, [...BASE, step]).at(-1)).toMatch(/^own 2 RUN 2-/);
});

test('the backtick as escape, flags on lines of their own, Windows line ends, small letters', () => {
  const dockerfile =
    '# escape=`\r\nfrom a\r\nrun --mount=type=cache,target=/x `\r\n  --network=none `\r\n  dir `\r\n  c:\\\r\ncopy a b\r\n';
  expect(
    stepsOf(dockerfile, [...BASE, 'RUN /bin/sh -c dir   c:\\ # buildkit', 'COPY a b']).slice(2),
  ).toEqual(['own 2 RUN 3-6', 'own 3 COPY 7']);
});

test('values that the history hides are compared as it shows them', () => {
  const step = 'RUN /bin/sh -c API_TOKEN=s3cr3t make # buildkit';
  expect(stepsOf('FROM a\nRUN API_TOKEN=s3cr3t make\n', [...BASE, step]).at(-1)).toBe(
    'own 2 RUN 2',
  );
});

test('steps that the Dockerfile does not have keep their place', () => {
  expect(
    stepsOf('FROM a\nRUN one\nRUN new\nRUN two\n', [
      ...BASE,
      'RUN one',
      'RUN gone',
      'RUN two',
    ]).slice(2),
  ).toEqual(['own 2 RUN 2', 'own 3 "RUN gone"', 'own - RUN 3', 'own 4 RUN 4']);
});

test('the Dockerfile of another image: the history alone', () => {
  expect(stepsOf('FROM a\nRUN other\n', [...BASE, 'RUN one'])).toEqual([
    'base 1 "ADD file:1 in /"',
    'base - "CMD ["bash"]"',
    'own 2 "RUN one"',
  ]);
});

test('without a Dockerfile, the base ends where its command is set', () => {
  expect(
    stepsOf(undefined, [...BASE, 'RUN one', '- ENTRYPOINT ["a"]', '- CMD ["b"]']).map(
      (step) => step.split(' ')[0],
    ),
  ).toEqual(['base', 'base', 'own', 'own', 'own']);
  expect(
    stepsOf(undefined, ['COPY rootfs /', 'RUN one', '- CMD ["b"]']).map(
      (step) => step.split(' ')[0],
    ),
  ).toEqual(['base', 'own', 'own']);
});

test('a text without FROM is refused', () => {
  expect(() => parseDockerfile('apt-get update\n', 'x')).toThrow('no FROM, x');
});

test('a step of any length is compared with variables in little time', () => {
  const start = performance.now();
  const variables = Array.from({ length: 8 }, () => '${V}a').join(' ');
  stepsOf(`FROM a\nENV X=${variables}b\nRUN two\n`, [`- ENV X=${'a '.repeat(30_000)}`, 'RUN two']);
  expect(performance.now() - start).toBeLessThan(5000);
});
