import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { describe, expect, test } from 'vitest';
import { findAdvice } from '../../src/advice/find-advice.ts';
import { PRACTICES } from '../../src/advice/practices.ts';
import type { Advice } from '../../src/api/advice.ts';
import { formatSize } from '../../src/report/format-number.ts';
import { subjectOf } from './subject-of.ts';

/*
 * Each file of `cases` has the cases of one practice, or of one family. A case is its title, a Dockerfile, the files that
 * its steps store, and the advice there must be, all of it: `practice lines size`, then what to write instead.
 */

interface Case {
  readonly title: string;
  readonly dockerfile: string;
  readonly files: string;
  readonly advice: string;
}

const FOLDER = join(import.meta.dirname, 'cases');

const casesOf = (name: string): Case[] =>
  readFileSync(join(FOLDER, name), 'utf8')
    .split(/^={5,}\n/m)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [title = '', dockerfile = '', files = '', advice = ''] = part.split(/^-{3,}.*\n/m);
      return { title: title.trim(), dockerfile, files, advice: advice.trim() };
    });

const show = ({ practice, place, bytes, isEstimate, edits, example }: Advice): string => {
  const lines =
    place?.line === place?.endLine ? `${place?.line}` : `${place?.line}-${place?.endLine}`;
  const size = bytes === 0 ? [] : [`${isEstimate ? '~' : ''}${formatSize(bytes)}`];
  return [
    [practice, ...(place ? [lines] : []), ...size].join(' '),
    ...edits.flatMap(({ line, endLine, after }) => [
      `${line}${endLine === line ? '' : `-${endLine}`}:`,
      ...(after === '' ? [] : after.split('\n').map((each) => `  ${each}`)),
    ]),
    ...(example
      ? [`${example.file}:`, ...example.text.split('\n').map((each) => `  ${each}`)]
      : []),
  ].join('\n');
};

const names = readdirSync(FOLDER).sort();

describe.each(names)('%s', (name) => {
  const cases = casesOf(name);

  test.each(cases)('$title', ({ dockerfile, files, advice }) => {
    const found = findAdvice(subjectOf(dockerfile, files));
    expect(found.advice.map(show).join('\n') || 'nothing').toBe(advice);
  });

  test.each(cases)('$title: rewritten, it is still a Dockerfile', ({ dockerfile, files }) => {
    const { rewritten } = findAdvice(subjectOf(dockerfile, files));
    if (rewritten === undefined) return;
    const parsed = DockerfileParser.parse(rewritten);
    const known =
      /^(FROM|RUN|COPY|ADD|ENV|ARG|WORKDIR|USER|CMD|ENTRYPOINT|LABEL|EXPOSE|SHELL|HEALTHCHECK|VOLUME)$/;
    for (const each of parsed.getInstructions()) expect(each.getKeyword()).toMatch(known);
    expect(parsed.getFROMs()).toHaveLength(DockerfileParser.parse(dockerfile).getFROMs().length);
  });
});

test('every practice has a case where it is found, and there are cases where nothing is', () => {
  const all = names.flatMap(casesOf);
  const found = new Set(
    all.flatMap(({ advice }) => [...advice.matchAll(/^([a-z][\w-]*) /gm)].map(([, id]) => id)),
  );
  expect(PRACTICES.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
  expect(all.filter(({ advice }) => advice === 'nothing').length).toBeGreaterThan(
    PRACTICES.length / 2,
  );
});
